def test_sum(ledger):
    assert sum(ledger) == 7


def test_order(ledger):
    assert ledger == sorted(ledger)
