ANSWER = input("Which database? ")

def test_after():
    assert True
