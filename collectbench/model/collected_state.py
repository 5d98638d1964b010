"""What pytest collects from a target: node ids, errors and warnings, so that two states of a tree can be compared."""

from __future__ import annotations

from dataclasses import dataclass

from collectbench.model.sample import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectError:
    """One error of collection.

    `nodeid` is that of the collector that failed, empty for a conftest; `path` is its file, relative to the root of
    the project; `message` is one line.
    """

    nodeid: str
    path: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectWarning:
    """One warning that was given before the first test ran.

    `category` is the name of its class. `path` is as in all documents: relative to the root, `<site-packages>/…`,
    `<stdlib>/…`, else absolute. `line` is 0 if unknown. `nodeid` is empty where pytest gives none, as in collection.
    """

    category: str
    path: str
    line: int
    message: str
    nodeid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedState:
    """All that one round collected from a target.

    Attributes:
        nodeids: the selected ids in pytest's order, as pytest writes them: relative to its rootdir.
        errors: in the order in which they happened.
        warnings: in the order in which pytest reports them; the same one may come several times.
        status: how collection ended; `collection-errors` if `errors` is not empty.
        message: one sentence on the status; empty if it is `ok`.
        exit_code: of the process; negative for a signal.
        pytest_output: the output of pytest; empty if the status is `ok` or `empty`.
    """

    nodeids: tuple[str, ...]
    errors: tuple[CollectError, ...]
    warnings: tuple[CollectWarning, ...]
    status: Status
    message: str
    exit_code: int
    pytest_output: str = ""
