"""Actions of intervention.py about what pytest makes. Only intervention.py loads this file."""


class OptionOff:
    """Switches an option of pytest off, wherever it is given."""

    def __init__(self, name):
        self.name = name
        self.count = 0

    def start(self):
        """Nothing to do before pytest is there."""

    def watch(self, pytest, config):
        """Register the hook that does it, before others look at the option."""
        action = self

        class CollectbenchOption:
            @pytest.hookimpl(tryfirst=True)
            def pytest_configure(self, config):
                action.count += bool(getattr(config.option, action.name, None))
                setattr(config.option, action.name, False)

        config.pluginmanager.register(CollectbenchOption())

    def effect(self):
        """Whether it was on."""
        return self.count


class ParametersCapped:
    """Gives one test function the first set of each of its parameters."""

    def __init__(self, nodeid):
        self.nodeid = nodeid
        self.count = 0

    def start(self):
        """Nothing to do before pytest is there."""

    def watch(self, pytest, config):
        """Register the hook that wraps the method by which all implementations give parameters."""
        action = self

        class CollectbenchParameters:
            @pytest.hookimpl(hookwrapper=True, tryfirst=True)
            def pytest_generate_tests(self, metafunc):
                if metafunc.definition.nodeid == action.nodeid:
                    metafunc.parametrize = action.capped(metafunc.parametrize)
                yield

        config.pluginmanager.register(CollectbenchParameters())

    def capped(self, real):
        """The method, which takes only the first set of parameters and its id."""

        def parametrize(argnames, argvalues, *args, **kwargs):
            values = list(argvalues)
            self.count += max(0, len(values) - 1)
            named = {**kwargs, **dict(zip(("indirect", "ids", "scope"), args))}
            if named.get("ids") is not None and not callable(named["ids"]):
                named["ids"] = list(named["ids"])[:1]
            named.pop("_param_mark", None)  # other functions may share the mark, which would keep these ids
            return real(argnames, values[:1], **named)

        return parametrize

    def effect(self):
        """How many sets were left out."""
        return self.count


class IdsGiven:
    """Appends a number to each id of a parametrization in which ids are equal, before pytest makes them unique."""

    def __init__(self):
        self.count = 0

    def start(self):
        """Nothing to do before pytest is there."""

    def watch(self, pytest, config):
        """Wrap the method that makes ids, of pytest 7.1 and newer."""
        import _pytest.python

        maker, action = getattr(_pytest.python, "IdMaker", None), self
        real = getattr(maker, "_resolve_ids", None)
        if real is None:
            return

        def _resolve_ids(self):
            ids = list(real(self))
            if len(set(ids)) == len(ids):
                return ids
            action.count += 1
            return [f"{each}-{number}" if isinstance(each, str) else each for number, each in enumerate(ids)]

        maker._resolve_ids = _resolve_ids

    def effect(self):
        """How many parametrizations had equal ids."""
        return self.count
