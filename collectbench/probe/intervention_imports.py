"""Actions of intervention.py that change imports. Only intervention.py loads this file."""

import sys


def watch_execution(before_and_after):
    """Run `before_and_after(real, module)` for each source file that Python's own loader executes."""
    from _frozen_importlib_external import SourceFileLoader

    real = SourceFileLoader.exec_module

    def exec_module(self, module):
        return before_and_after(lambda: real(self, module), module)

    SourceFileLoader.exec_module = exec_module


class FailuresRemembered:
    """Raises what the first import of a module raised at each further one; likewise for modules that it makes fail."""

    def __init__(self, name):
        self.name = name
        self.errors = {}
        self.count = 0

    def start(self):
        """Watch what is executed, and come before all other finders."""
        watch_execution(self.execute)
        sys.meta_path.insert(0, self)

    def watch(self, pytest, config):
        """Watch modules whose assertions pytest rewrites as well."""
        from _pytest.assertion import rewrite

        real, action = rewrite.AssertionRewritingHook.exec_module, self

        def exec_module(self, module):
            return action.execute_rewritten(lambda: real(self, module), module)

        rewrite.AssertionRewritingHook.exec_module = exec_module

    def execute(self, run, module):
        """Execute a module, and keep its error if it is the module or fails because of it."""
        try:
            return run()
        except BaseException as error:
            if module.__name__ == self.name or any(error is known for known in self.errors.values()):
                self.errors[module.__name__] = error
            raise

    def execute_rewritten(self, run, module):
        """Likewise, for the module alone: pytest imports a test module once."""
        try:
            return run()
        except BaseException as error:
            if module.__name__ == self.name:
                self.errors[self.name] = error
            raise

    def find_spec(self, name, path=None, target=None):
        """Raise the error that is known for a module."""
        error = self.errors.get(name)
        if error is not None:
            self.count += 1
            raise error.with_traceback(None)

    def effect(self):
        """How many imports failed at once."""
        return self.count


class FinderOff:
    """Keeps finders of one class out of `sys.meta_path`."""

    def __init__(self, name):
        self.name = name
        self.count = 0

    def start(self):
        """Put a list in place of the list, which does not take them."""
        sys.meta_path = Finders(sys.meta_path, self.is_it)

    def watch(self, pytest, config):
        """Nothing to do with pytest."""

    def is_it(self, finder):
        """Whether a finder is one of the class."""
        kind = finder if isinstance(finder, type) else type(finder)
        if f"{kind.__module__}.{kind.__qualname__}" != self.name:
            return False
        self.count += 1
        return True

    def effect(self):
        """How many finders were kept out."""
        return self.count


class Finders(list):  # type: ignore[type-arg]
    """A list that takes only some finders."""

    def __init__(self, finders, is_refused):
        super().__init__(finders)
        self.is_refused = is_refused

    def insert(self, index, finder):
        """As a list does."""
        if not self.is_refused(finder):
            super().insert(index, finder)

    def append(self, finder):
        """As a list does."""
        if not self.is_refused(finder):
            super().append(finder)

    def extend(self, finders):
        """As a list does."""
        super().extend([each for each in finders if not self.is_refused(each)])

    def __iadd__(self, finders):  # type: ignore[misc]
        self.extend(finders)
        return self

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            super().__setitem__(index, [each for each in value if not self.is_refused(each)])
        elif not self.is_refused(value):
            super().__setitem__(index, value)

    def remove(self, finder):
        """As a list does; one that was not taken is removed already."""
        if finder in self or not self.is_refused(finder):
            super().remove(finder)


class ModelsDeferred:
    """Sets `defer_build` for all models of pydantic."""

    def __init__(self):
        self.count = 0

    def start(self):
        """Watch what is executed."""
        watch_execution(self.execute)

    def watch(self, pytest, config):
        """Nothing to do with pytest."""

    def execute(self, run, module):
        """Execute a module, and change the base class of all models."""
        run()
        if module.__name__ == "pydantic.main" and isinstance(getattr(module.BaseModel, "model_config", None), dict):
            module.BaseModel.model_config["defer_build"] = True
            self.count += 1

    def effect(self):
        """Whether there was a base class."""
        return self.count


class Start:
    """Does with `site` what Python does without `-S`, but for one line of a `.pth` file or one module."""

    def __init__(self, left_out):
        self.left_out = left_out
        self.count = 0 if left_out else 1

    def start(self):
        """Call `site.main()`; the directory of the runner is no place for what it imports."""
        if not sys.flags.no_site:
            self.count = 0
            return
        is_first = not (getattr(sys.flags, "safe_path", False) or sys.flags.isolated)
        first = [sys.path.pop(0)] if is_first else []
        import site

        if self.left_out in ("sitecustomize", "usercustomize"):
            setattr(site, f"exec{self.left_out}", self.leave_out)
        elif self.left_out:
            site.exec = self.execute  # found before the builtin
        site.main()
        sys.path[:0] = first

    def watch(self, pytest, config):
        """Nothing to do with pytest."""

    def leave_out(self):
        """Do nothing in place of the import of a module."""
        self.count += 1

    def execute(self, text):
        """Execute a line of a `.pth` file, unless it is to be left out; some look at `sitedir` in the calling frame."""
        if text.strip() == self.left_out:
            self.count += 1
            return
        frame = sys._getframe(1)
        sitedir = frame.f_locals.get("sitedir")  # noqa: F841 - for the line
        exec(text, frame.f_globals, frame.f_locals)  # noqa: S102 - as site does

    def effect(self):
        """Whether something was left out."""
        return self.count
