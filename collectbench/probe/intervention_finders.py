"""Actions of intervention.py that find another module than the usual one. Only intervention.py loads this file."""

import os
import sys
from types import ModuleType as Module

ASKED_BY_PYTEST = ("_pytest", "_mock_", "pytest_mock", "__bases__", "__wrapped__", "__test__")
"""Beginnings of attributes that pytest looks for in each object of a test module: no use, and modules have none."""


class FirstFinder:
    """Comes before all other finders, also before that of pytest, which rewrites assertions."""

    def start(self):
        """Come before those that Python has."""
        sys.meta_path.insert(0, self)

    def watch(self, pytest, config):
        """Register the hook that lets it come before the finder of pytest, too, which is there by then."""
        action = self

        class CollectbenchFinder:
            @pytest.hookimpl(tryfirst=True)
            def pytest_load_initial_conftests(self):
                sys.meta_path.remove(action)
                sys.meta_path.insert(0, action)

        config.pluginmanager.register(CollectbenchFinder())


class NameShared(FirstFinder):
    """Gives an import the module that another name has already, if both come from one file.

    A name that begins with one of two packages has the other name with the other one in its place.
    """

    def __init__(self, one, other):
        self.changes = [(one, other), (other, one)]
        self.realpath = os.path.realpath
        self.count = 0

    def others(self, name):
        """The other names of a module."""
        for begin, end in self.changes:
            if begin and not f"{name}.".startswith(f"{begin}."):
                continue
            parts = [end, name[len(begin) :].lstrip(".")]
            other = ".".join(part for part in parts if part)
            if other:
                yield other

    def find_spec(self, name, path=None, target=None):
        """The spec of a module that exists under another name; None if there is none."""
        from _frozen_importlib_external import PathFinder

        for other in self.others(name):
            module = sys.modules.get(other)
            file = getattr(module, "__file__", None)
            if not isinstance(file, str):
                continue
            found = PathFinder.find_spec(name, path)
            if found is not None and found.origin and self.realpath(found.origin) == self.realpath(file):
                self.count += 1
                return spec_of_existing(name, module, found.origin)
        return None

    def effect(self):
        """How many imports got a module that was there."""
        return self.count


class ModuleLazy(FirstFinder):
    """Finds some modules as other finders do, and loads each when something of it is used.

    `importlib.util.LazyLoader` does not serve: there, a second import of the module counts as a use.
    """

    def __init__(self, *names):
        self.names = frozenset(names)
        self.waiting = {}
        self.unused = None

    def watch(self, pytest, config):
        """See also which modules are unused when collection ends: tests may use them."""
        super().watch(pytest, config)
        action = self

        class CollectbenchLazy:
            @pytest.hookimpl(trylast=True)
            def pytest_collection_finish(self):
                action.unused = len(action.waiting)

        config.pluginmanager.register(CollectbenchLazy())

    def find_spec(self, name, path=None, target=None):
        """The spec of the next finder that has one, with a loader that waits."""
        above = name.rpartition(".")[0]
        parent = self.waiting.get(above)
        if parent is not None:
            load(parent)  # its submodules come after it
            if name in sys.modules:
                return spec_of_existing(name, sys.modules[name])
            path = getattr(sys.modules[above], "__path__", path)
        elif name not in self.names:
            return None
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if name in self.names and str(spec.origin).endswith(".py") and hasattr(spec.loader, "exec_module"):
                    spec.loader = Waits(spec.loader, self.waiting)
                return spec
        return None

    def effect(self):
        """How many modules nothing has used while pytest collected."""
        return len(self.waiting) if self.unused is None else self.unused


class Waits:
    """A loader that makes a module which is not executed yet; `waiting` has these modules by name."""

    def __init__(self, loader, waiting):
        self.loader, self.waiting = loader, waiting

    def create_module(self, spec):
        """The usual one: Python makes it if this returns None."""

    def exec_module(self, module):
        """Let it wait."""
        module.__class__ = Waiting
        self.waiting[module.__name__] = module

    def __getattr__(self, name):
        return getattr(self.loader, name)


class Waiting(Module):
    """A module that is executed at the first use of an attribute that does not exist without that."""

    def __getattr__(self, name):
        if name.startswith(ASKED_BY_PYTEST):
            raise AttributeError(name)
        return getattr(load(self), name)

    def __setattr__(self, name, value):
        if name.startswith("__"):  # by the import system
            super().__setattr__(name, value)
        else:
            setattr(load(self), name, value)

    def __dir__(self):
        return dir(load(self))


def load(module):
    """Execute a module that waits, and return what takes its place: some put another object into `sys.modules`."""
    spec, name = module.__spec__, module.__name__
    waits = spec.loader
    waits.waiting.pop(name, None)
    spec.loader = module.__loader__ = waits.loader
    module.__class__ = Module
    try:
        spec.loader.exec_module(module)
    except BaseException:  # as for an import that fails: the next one tries again
        sys.modules.pop(name, None)
        spec.loader = module.__loader__ = waits
        waits.exec_module(module)
        raise
    return sys.modules.get(name, module)


def spec_of_existing(name, module, origin=None):
    """The spec by which an import gets a module that is there."""
    from _frozen_importlib import ModuleSpec

    return ModuleSpec(name, Existing(module), origin=origin, is_package=hasattr(module, "__path__"))


class Existing:
    """A loader that gives a module which has run already, and leaves it as it is."""

    def __init__(self, module):
        self.module, self.spec = module, module.__spec__

    def create_module(self, spec):
        """The module."""
        return self.module

    def exec_module(self, module):
        """Python has set the attribute to the spec of the new name."""
        module.__spec__ = self.spec
