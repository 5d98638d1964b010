class TestRoutes:
    def test_index(self):
        assert "/".startswith("/")

    def test_missing(self):
        assert "/nowhere" != "/"
