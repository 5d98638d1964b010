import pytest


@pytest.mark.parametrize("word", ["naïve", "日本", "a b", "x::y", "[1]", "", "back\\slash", "tab\there"])
def test_words_are_kept(word):
    assert word == str(word)


@pytest.mark.parametrize("left", range(5))
@pytest.mark.parametrize("right", range(5))
def test_addition_commutes(left, right):
    assert left + right == right + left


@pytest.mark.parametrize("number", [1, 1, 1])
def test_the_same_again(number):
    assert number == 1


@pytest.mark.parametrize("number", [])
def test_of_nothing(number):
    assert number
