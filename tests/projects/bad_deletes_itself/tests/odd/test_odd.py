from pathlib import Path

Path(__file__).unlink()


def test_after():
    assert True
