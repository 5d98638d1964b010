import os
import tempfile

os.chdir(tempfile.gettempdir())

def test_after():
    assert True
