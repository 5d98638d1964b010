"""Reports which configuration file and which conftests pytest used in a guarded round. Only runner.py loads this file.

Parts of a suite may be collected with others than the whole suite is: then they hold other tests.
"""


class CollectedWith:
    """Keeps the first config until the end: conftests are loaded during collection, too."""

    def __init__(self, record):
        self.record = record
        self.config = None

    def watch(self, pytest, config, reporter):
        """Take note of the config."""
        self.config = config

    def finish(self):
        """Write the line, without running code of the conftests."""
        if self.config is None:
            return
        modules = getattr(self.config.pluginmanager, "_conftest_plugins", ())
        conftests = [
            (path, "pytest_collection_modifyitems" in vars(module))
            for module in list(modules)
            for path in [vars(module).get("__file__")]
            if isinstance(path, str)
        ]
        paths = [str(getattr(self.config, name, None) or "") for name in ("rootpath", "inipath")]
        self.record("collected-with", (*paths, sorted(conftests)))


def install(record, **_):
    """The extra of a guarded round."""
    return CollectedWith(record)
