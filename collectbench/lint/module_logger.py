"""A logger, client or settings object of the application that is made at module level.

What it detects:
    `name = f(…)` outside of functions in test files that pytest collects and in conftests, where `f` is imported from
    the project, is called like what it makes (`get_logger`, `create_client`, `Settings`, `load_config`), and loads
    something: it reads a file or the environment, or makes a connection, as far as its source and that of the functions
    that it calls tell.

    It is silent about `logging.getLogger` and functions that only pass on to it, and about classes that only hold
    values.

Why:
    Whoever only wants to write a line to a log gets the configuration of the whole application, with all its imports,
    in each run that collects the file. The tests then depend on what was loaded first.

Example:
    ```python
    from shop.log import get_logger

    logger = get_logger(__name__)


    def test_order():
        logger.info("an order")
    ```

Fix:
    Use `logging.getLogger(__name__)`. Make clients and settings in a fixture.

Options:
    None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collectbench.lint.configuration_loads import loads_configuration
from collectbench.lint.heavy_modules import collected_files
from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation
from collectbench.sources.meanings import Definition

_NAME = re.compile(r"(logger|client|settings|config)$", re.IGNORECASE)


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each such object."""
    known: dict[tuple[str, str], bool] = {}
    codebase = evidence.codebase
    for path in collected_files(evidence):
        outline = codebase.outline(path)
        for line, name, called in outline.made if outline else ():
            kind = _NAME.search(called)
            definition = codebase.meaning(path, called) if kind else None
            if kind is None or not isinstance(definition, Definition) or definition.path == path:
                continue
            key = (definition.path, definition.name)
            if key not in known:
                known[key] = loads_configuration(codebase, definition)
            if known[key]:
                is_logger = kind[1].lower() == "logger"
                yield Violation(
                    rule=RULE.id,
                    path=path,
                    line=line,
                    subject=name,
                    group=f"{codebase.modules.name_of(definition.path)}.{definition.name}",
                    message=f"{called} loads the configuration of the application whenever pytest imports this file",
                    fix="use logging.getLogger" if is_logger else "make it in a fixture",
                )


RULE = Rule(id="module-logger", doc=__doc__, in_tree=check)
