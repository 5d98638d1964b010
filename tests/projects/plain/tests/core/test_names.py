def test_names_are_stripped():
    assert " Ada ".strip() == "Ada"
