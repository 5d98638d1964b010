def test_rounds_half_to_even():
    assert round(2.5) == 2
