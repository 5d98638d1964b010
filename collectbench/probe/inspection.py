"""Reports what pytest reads before it collects: rootdir, configuration file, test paths, plugins.

Only runner.py loads this file. The process ends before the first conftest is loaded: collectbench must find the targets
even if a conftest is slow or broken.
"""

import os
import sys


class Inspection:
    """Ends pytest when it has read its configuration."""

    def __init__(self, directory, record):
        self.directory = directory
        self.record = record
        self.is_complete = False

    def watch(self, pytest, config, reporter):
        """Report the facts in place of loading conftests, then leave."""

        def set_initial_conftests(*args, **kwargs):
            for key, value in facts(config, self.directory):
                self.record(key, value)
            self.is_complete = True
            raise SystemExit(0)

        config.pluginmanager._set_initial_conftests = set_initial_conftests

    def finish(self):
        """If pytest stopped before it told its plugins, report those that it would load."""
        if not self.is_complete:
            self.record("plugins", installed_plugins())


def install(directory, record, **_):
    """Report the interpreter, and inspect the config of pytest."""
    record("python", (sys.version.split()[0], sys.implementation.name, sys.executable))
    return Inspection(directory, record)


def facts(config, directory):
    """Pairs of a key and a plain value, listed in PROTOCOL.md."""
    options = config.known_args_namespace
    yield "rootdir", str(config.rootpath)
    yield "inifile", str(config.inipath or "")
    yield "addopts", [str(argument) for argument in config.getini("addopts")]
    yield "arguments", [str(path) for path in getattr(options, "file_or_dir", None) or ()]
    yield "testpaths", [str(path) for path in config.getini("testpaths")]
    yield "patterns", test_file_patterns(config, options)
    yield "norecursedirs", [str(name) for name in config.getini("norecursedirs")]
    yield "ignore", [str(path) for path in getattr(options, "ignore", None) or ()]
    yield "ignore-glob", [str(path) for path in getattr(options, "ignore_glob", None) or ()]
    yield "cache-dir", cache_directory(config)
    yield "pyargs", bool(getattr(options, "pyargs", False))
    yield "modules", module_paths(directory) if getattr(options, "pyargs", False) else []
    yield "in-virtualenv", bool(getattr(options, "collect_in_virtualenv", False))
    yield "custom-collectors", has_custom_collectors(config)
    plugins = {dist.project_name: str(dist.version) for _, dist in config.pluginmanager.list_plugin_distinfo()}
    yield "plugins", sorted(plugins.items())
    yield "distributions", installed_distributions()
    yield "dont-write-bytecode", bool(sys.dont_write_bytecode)
    yield "stdlib", [os.path.dirname(os.__file__)]
    yield "installed", [path for path in sys.path if path.endswith(("/site-packages", "/dist-packages"))]
    yield "pycache-prefix", sys.pycache_prefix or ""


def module_paths(directory):
    """Pairs of a name from the file `modules`, and its file or directory, as pytest's `search_pypath` finds it."""
    from importlib.util import find_spec

    found = []
    try:
        with open(os.path.join(directory, "modules"), encoding="utf-8") as file:
            names = file.read().split()
    except FileNotFoundError:
        names = []
    for name in names:
        try:
            spec = find_spec(name)  # imports the packages above
        except Exception:
            spec = None
        if spec is not None and spec.has_location and spec.origin:
            found.append((name, os.path.dirname(spec.origin) if spec.submodule_search_locations else spec.origin))
    return found


def installed_plugins():
    """Pairs of name and version of the distributions with plugins that pytest loads by itself."""
    from importlib import metadata

    if os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        return []
    plugins = {}
    try:
        for distribution in metadata.distributions():
            if any(entry.group == "pytest11" for entry in distribution.entry_points):
                plugins.setdefault(str(distribution.metadata["Name"]), str(distribution.version))
    except Exception:  # a damaged distribution: the failure of pytest is what counts
        pass
    return sorted(plugins.items())


def installed_distributions():
    """Pairs of normalised name and version; the first on sys.path counts, damaged distributions are skipped."""
    import re
    from importlib import metadata

    versions = {}
    try:
        for distribution in metadata.distributions():
            try:
                name, version = distribution.metadata["Name"], distribution.version
                if name and version:
                    versions.setdefault(re.sub("[-_.]+", "-", str(name)).lower(), str(version))
            except Exception:
                pass
    except Exception:
        pass
    return sorted(versions.items())


def test_file_patterns(config, options):
    """Patterns of the file names that pytest's own collectors take."""
    patterns = [str(pattern) for pattern in config.getini("python_files")]
    if config.pluginmanager.hasplugin("doctest"):
        patterns += [str(pattern) for pattern in getattr(options, "doctestglob", None) or ["test*.txt"]]
        if getattr(options, "doctestmodules", False):
            patterns.append("*.py")
    return patterns


def cache_directory(config):
    """Where pytest keeps its cache, `--lf` state included; empty without its cacheprovider."""
    try:
        name = config.getini("cache_dir")
    except ValueError:
        return ""
    return os.path.join(str(config.rootpath), os.path.expandvars(os.path.expanduser(name)))


def has_custom_collectors(config):
    """Whether a plugin from outside of pytest implements `pytest_collect_file`."""
    implementations = config.pluginmanager.hook.pytest_collect_file.get_hookimpls()
    modules = [str(getattr(impl.function, "__module__", "")) for impl in implementations]
    return any(not module.startswith("_pytest.") for module in modules)
