import pytest


def test_size_is_positive(size):
    assert size > 0


@pytest.mark.parametrize(
    "value", [pytest.param(1, id="one"), pytest.param(2, id="two", marks=pytest.mark.skip)]
)
class TestValues:
    def test_value(self, value):
        assert value

    def test_value_and_size(self, value, size):
        assert value <= size
