TOTALS = {"may": 3}
JUNE = TOTALS["june"]


def test_june():
    assert JUNE
