import pytest


@pytest.mark.parametrize("field", ["name", "mail", "age"])
def test_field_is_required(field):
    assert field
