import pytest


def test_an_empty_cart_costs_nothing(cart):
    assert cart.total == 0


@pytest.mark.slow
def test_prices_add_up(cart):
    cart.add(3)
    cart.add(4)
    assert cart.total == 7
