import pytest

pytest.exit("the database is not there", returncode=7)
