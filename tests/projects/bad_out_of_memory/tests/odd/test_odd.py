raise MemoryError("no room for the table of primes")

def test_after():
    assert True
