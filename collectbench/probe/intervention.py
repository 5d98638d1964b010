"""Changes what the measured process does, for one arm of an experiment. Only runner.py loads this file.

The parent writes the changes into the file `intervention` (PROTOCOL.md). Both arms load this file and wrap the same
functions, so that the wrapping costs both of them the same. No file of the user's is written: a source that is served
in place of a file is compiled into a directory of the parent's, where the next rounds find the code.
"""

import builtins
import gc
import marshal
import os
import sys


class Served:
    """Runs other sources in place of some files; `directory` keeps the code of one arm from round to round."""

    def __init__(self, directory, sources):
        self.directory = directory
        self.sources = {path: (number, source) for number, (path, source) in enumerate(sources)}
        self.names = {path.rpartition(os.sep)[2] for path in self.sources}
        self.seen = set()
        self.open, self.replace, self.realpath = open, os.replace, os.path.realpath
        self.loads, self.dumps = marshal.loads, marshal.dumps

    def start(self):
        """Wrap the loader of all source files."""
        from _frozen_importlib_external import SourceFileLoader

        real, served = SourceFileLoader.get_code, self

        def get_code(self, fullname):
            path = served.path_of(self.path)
            if path is None:
                return real(self, fullname)
            return served.code(path, "plain", lambda source: compile(source, self.path, "exec", dont_inherit=True))

        SourceFileLoader.get_code = get_code

    def watch(self, pytest, config):
        """Wrap pytest's own loader, which rewrites assertions."""
        from _pytest.assertion import rewrite

        real, served = rewrite.AssertionRewritingHook.exec_module, self

        def exec_module(self, module):
            origin = module.__spec__.origin
            path = served.path_of(origin)
            if path is None:
                return real(self, module)

            def rewritten(source):
                tree = rewrite.ast.parse(source, filename=origin)
                rewrite.rewrite_asserts(tree, source, origin, self.config)
                return compile(tree, origin, "exec", dont_inherit=True)

            self._rewritten_names[module.__name__] = rewrite.Path(origin)
            return exec(served.code(path, "rewritten", rewritten), module.__dict__)  # noqa: S102 - as pytest does

        rewrite.AssertionRewritingHook.exec_module = exec_module

    def path_of(self, path):
        """The served file that a path leads to; None for all other files."""
        if not isinstance(path, str) or path.rpartition(os.sep)[2] not in self.names:
            return None
        if path in self.sources:
            return path
        real = self.realpath(path)
        return real if real in self.sources else None

    def code(self, path, kind, make):
        """The code of a source: that of an earlier round, else it is made and kept."""
        number, source = self.sources[path]
        self.seen.add(path)
        kept = os.path.join(self.directory, f"{number}-{kind}")
        try:
            with self.open(kept, "rb") as file:
                return self.loads(file.read())
        except FileNotFoundError:
            code = make(source)
        with self.open(kept + ".new", "wb") as file:
            file.write(self.dumps(code))
        self.replace(kept + ".new", kept)
        return code

    def effect(self):
        """How many of the served files were loaded."""
        return len(self.seen)


class WithoutHook:
    """Keeps pytest from registering one implementation of a hook."""

    def __init__(self, hook, path, line):
        self.hook, self.path, self.line = hook, path, line
        self.count = 0

    def start(self):
        """Nothing to do before pytest is there."""

    def watch(self, pytest, config):
        """Wrap the method by which the plugin manager recognises implementations."""
        manager = config.pluginmanager
        real = manager.parse_hookimpl_opts

        def parse_hookimpl_opts(plugin, name):
            if name == self.hook and self.is_it(getattr(plugin, name, None)):
                self.count += 1
                return None
            return real(plugin, name)

        manager.parse_hookimpl_opts = parse_hookimpl_opts

    def is_it(self, function):
        """Whether a function, or one that it wraps, is the implementation: the line lies in it, decorators included."""
        function = getattr(function, "__func__", function)
        while function is not None:
            code = getattr(function, "__code__", None)
            is_in_file = code is not None and os.path.realpath(code.co_filename) == self.path
            if is_in_file and code.co_firstlineno <= self.line <= last_line(code):
                return True
            function = getattr(function, "__wrapped__", None)
        return False

    def effect(self):
        """How many implementations were kept from registering."""
        return self.count


def last_line(code):
    """The last line of a function, of its inner functions too."""
    inner = [last_line(const) for const in code.co_consts if isinstance(const, type(code))]
    if hasattr(code, "co_lines"):
        lines = [line for _, _, line in code.co_lines() if line]
    else:  # Python 3.9
        import dis

        lines = [line for _, line in dis.findlinestarts(code)]
    return max([code.co_firstlineno, *lines, *inner])


class Collector:
    """Switches the garbage collector off while pytest collects.

    `ending` says what happens to the objects then: `kept`: nothing; `frozen`: they are frozen; `unfrozen`: they are
    frozen until the session has finished.
    """

    def __init__(self, ending):
        self.ending = ending
        self.count = 0

    def start(self):
        """Nothing to do before pytest is there."""

    def watch(self, pytest, config):
        """Register the hooks that do it."""
        action = self

        class CollectbenchCollector:
            @pytest.hookimpl(hookwrapper=True, tryfirst=True)
            def pytest_collection(self):
                was_enabled = gc.isenabled()
                gc.disable()
                yield
                if action.ending != "kept":
                    gc.freeze()
                if was_enabled:
                    gc.enable()
                action.count += was_enabled

            @pytest.hookimpl(trylast=True)
            def pytest_unconfigure(self):
                if action.ending == "unfrozen":
                    gc.unfreeze()

        config.pluginmanager.register(CollectbenchCollector())

    def effect(self):
        """Whether there was a collector to switch off."""
        return self.count


class Absent:
    """Changes nothing: tells whether a plugin, or a module, is absent when the session ends."""

    def __init__(self, name):
        self.name = name
        self.config = None

    def start(self):
        """Nothing to do before pytest is there."""

    def watch(self, pytest, config):
        """Take note of the config."""
        self.config = config

    def effect(self):
        """1 if it is absent."""
        return int(not self.config.pluginmanager.hasplugin(self.name) and self.name not in sys.modules)


class Values:
    """Gives expressions of served sources the values that they had in an earlier round.

    The sources call three functions with the number of an expression: is there a value, give it, keep this one. Their
    names end with `key`. The first round keeps the values in `directory`; what cannot be pickled, or not be read again,
    is named in the file `unpicklable` there, and then nothing has an effect.
    """

    def __init__(self, directory, key=""):
        import pickle

        self.directory, self.key, self.pickle, self.open = directory, key, pickle, open
        self.known = {}  # by number: values of an earlier round, in the order of evaluation
        self.new = {}
        self.given = 0
        self.is_complete = True

    def start(self):
        """Read the values of an earlier round, and make the functions known."""
        path = os.path.join(self.directory, "values")
        if os.path.exists(path):
            with self.open(path, "rb") as file:
                self.known = self.pickle.load(file)
        for name, function in (("has", self.has), ("get", self.get), ("put", self.put)):
            setattr(builtins, f"__collectbench_{name}{self.key}__", function)

    def watch(self, pytest, config):
        """Nothing to do with pytest."""

    def has(self, number):
        """Whether a value is left."""
        return bool(self.known.get(number))

    def get(self, number):
        """The next value."""
        self.given += 1
        return self.pickle.loads(self.known[number].pop(0))

    def put(self, number, value):
        """Keep a value, and return it."""
        try:
            data = self.pickle.dumps(value)
            self.pickle.loads(data)
        except Exception as error:
            self.is_complete = False
            with self.open(os.path.join(self.directory, "unpicklable"), "a") as file:
                file.write(f"{type(value).__name__}: {type(error).__name__}\n")
        else:
            self.new.setdefault(number, []).append(data)
        return value

    def effect(self):
        """How many values were given; in the first round, writes them."""
        if not self.is_complete:
            return 0
        if self.new and not self.known and not self.given:
            with self.open(os.path.join(self.directory, "values"), "wb") as file:
                self.pickle.dump(self.new, file)
            return sum(map(len, self.new.values()))
        return self.given


class Present(Absent):
    """Changes nothing: tells whether a plugin is loaded when the session ends."""

    def effect(self):
        """1 if it is loaded."""
        return int(not super().effect())


ACTIONS = {
    "serve": Served,
    "without-hook": WithoutHook,
    "collector": Collector,
    "absent": Absent,
    "present": Present,
    "values": Values,
    "failures": ("intervention_imports.py", "FailuresRemembered"),
    "name-shared": ("intervention_finders.py", "NameShared"),
    "finder-off": ("intervention_imports.py", "FinderOff"),
    "module-lazy": ("intervention_finders.py", "ModuleLazy"),
    "models-deferred": ("intervention_imports.py", "ModelsDeferred"),
    "start": ("intervention_imports.py", "Start"),
    "exit-function-off": ("intervention_ends.py", "ExitFunctionOff"),
    "thread-daemonic": ("intervention_ends.py", "ThreadDaemonic"),
    "option-off": ("intervention_pytest.py", "OptionOff"),
    "parameters-capped": ("intervention_pytest.py", "ParametersCapped"),
    "ids-given": ("intervention_pytest.py", "IdsGiven"),
}
"""The class of each action, or the file beside this one that holds it, and its name."""


class Interventions:
    """The extra of an arm: all of its actions."""

    def __init__(self, actions, record, load):
        self.actions = [(name, class_of(name, load)(*arguments)) for name, *arguments in actions]
        self.record = record
        self.is_watching = False
        for _, action in self.actions:
            action.start()

    def watch(self, pytest, config, reporter):
        """Hand the first config to each action."""
        self.is_watching = True
        for _, action in self.actions:
            action.watch(pytest, config)

    def finish(self):
        """Report what each action has done."""
        if self.is_watching:
            self.record("intervened", [(name, int(action.effect())) for name, action in self.actions])


def class_of(name, load):
    """The class of an action."""
    found = ACTIONS[name]
    return load(found[0])[found[1]] if isinstance(found, tuple) else found


def install(directory, record, load, **_):
    """The extra of an arm of an experiment."""
    with open(os.path.join(directory, "intervention"), "rb") as file:
        return Interventions(marshal.loads(file.read()), record, load)  # noqa: S302 - written by the parent
