"""A configuration of pytest that another file hides.

What it detects:
    A file with settings for pytest (`pytest.toml`, `pytest.ini`, `pyproject.toml`, `tox.ini`, `setup.cfg`) that pytest
    does not read, since it reads another one in the same directory.

Why:
    pytest reads one file alone. Before pytest 9 it does not say that it leaves out the other one; pytest 9 says so in
    a line at the top, which `-q` hides. The settings there, such as `testpaths`, look as if they were in force.

Example:
    ```toml
    # pyproject.toml, beside a pytest.ini
    [tool.pytest.ini_options]
    testpaths = ["tests"]
    ```

Fix:
    Keep one file: move the settings into the one that pytest reads, and remove them from the other.

Options:
    None.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.lint.rule import Evidence, Rule
from collectbench.model.lint import Violation


def check(evidence: Evidence) -> Iterator[Violation]:
    """Yield a violation for each configuration that is not read."""
    for hidden, hiding in evidence.collection.hidden_configurations:
        yield Violation(
            rule=RULE.id,
            path=hidden,
            line=1,
            subject=hidden,
            message=f"pytest does not read the settings for pytest in this file: it reads {hiding}",
            fix=f"move them into {hiding}",
        )


RULE = Rule(id="shadowed-config", doc=__doc__, in_tree=check)
