import payment_gateway_that_nobody_installed


def test_pays():
    assert payment_gateway_that_nobody_installed.pay(1)
