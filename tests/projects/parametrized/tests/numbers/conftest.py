import pytest


def pytest_generate_tests(metafunc):
    if "size" in metafunc.fixturenames:
        metafunc.parametrize("size", [1, 10, 100], ids=lambda size: f"size={size}", indirect=True)


@pytest.fixture
def size(request):
    return request.param
