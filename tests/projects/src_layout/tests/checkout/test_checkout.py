from shop import Cart


def test_checkout_sums():
    cart = Cart()
    cart.add(5)
    assert cart.total == 5
