"""Each line `expression: value` of a .yaml file is a test."""

import pytest


def pytest_collect_file(parent, file_path):
    if file_path.suffix == ".yaml":
        return YamlFile.from_parent(parent, path=file_path)
    return None


class YamlFile(pytest.File):
    def collect(self):
        for line in self.path.read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                expression, _, value = line.partition(":")
                yield YamlItem.from_parent(self, name=expression.strip(), value=value.strip())


class YamlItem(pytest.Item):
    def __init__(self, *, value, **kwargs):
        super().__init__(**kwargs)
        self.value = value

    def runtest(self):
        assert str(eval(self.name)) == self.value
