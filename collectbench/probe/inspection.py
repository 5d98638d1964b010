"""What pytest itself would read: root, configuration file, test paths, plugins. Loaded by runner.py alone.

It stops before the first conftest is loaded: a slow or broken one must not stand in the way of the question
what there is to measure.
"""

import os
import sys


def watch(config, record):
    """Report the facts at the moment when pytest has read its configuration, then leave."""

    def set_initial_conftests(*args, **kwargs):
        for key, value in facts(config):
            record(key, value)
        raise SystemExit(0)

    config.pluginmanager._set_initial_conftests = set_initial_conftests


def facts(config):
    """Pairs of a key and plain values, as PROTOCOL.md lists them."""
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
    yield "cache-dir", cache_folder(config)
    yield "pyargs", bool(getattr(options, "pyargs", False))
    yield "in-virtualenv", bool(getattr(options, "collect_in_virtualenv", False))
    yield "custom-collectors", has_custom_collectors(config)
    yield (
        "plugins",
        sorted(
            {dist.project_name: str(dist.version) for _, dist in config.pluginmanager.list_plugin_distinfo()}.items()
        ),
    )
    yield "distributions", installed_distributions()
    yield "dont-write-bytecode", bool(sys.dont_write_bytecode)
    yield "stdlib", [os.path.dirname(os.__file__)]
    yield "installed", [path for path in sys.path if path.endswith(("/site-packages", "/dist-packages"))]
    yield "pycache-prefix", sys.pycache_prefix or ""


def installed_distributions():
    """Pairs of normalised name and version; the first of a name on sys.path counts, what is damaged is left out."""
    import re
    from importlib import metadata

    found = {}
    try:
        for distribution in metadata.distributions():
            try:
                name, version = distribution.metadata["Name"], distribution.version
                if name and version:
                    found.setdefault(re.sub("[-_.]+", "-", str(name)).lower(), str(version))
            except Exception:
                pass
    except Exception:
        pass
    return sorted(found.items())


def test_file_patterns(config, options):
    """The file names that pytest's own collectors take."""
    patterns = [str(pattern) for pattern in config.getini("python_files")]
    if config.pluginmanager.hasplugin("doctest"):
        patterns += [str(pattern) for pattern in getattr(options, "doctestglob", None) or ["test*.txt"]]
        if getattr(options, "doctestmodules", False):
            patterns.append("*.py")
    return patterns


def cache_folder(config):
    """Where pytest keeps its cache, `--lf` state included; empty without its cacheprovider."""
    try:
        name = config.getini("cache_dir")
    except ValueError:
        return ""
    return os.path.join(str(config.rootpath), os.path.expandvars(os.path.expanduser(name)))


def has_custom_collectors(config):
    """Whether a plugin outside of pytest collects files of its own choice."""
    implementations = config.pluginmanager.hook.pytest_collect_file.get_hookimpls()
    modules = [str(getattr(impl.function, "__module__", "")) for impl in implementations]
    return any(not module.startswith("_pytest.") for module in modules)
