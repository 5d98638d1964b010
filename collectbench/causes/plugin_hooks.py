"""The hooks of a plugin or conftest are slow.

What it detects:
    All hooks of an installed plugin together, and each hook of the project other than `pytest_collection_modifyitems`
    and `pytest_generate_tests`.

    The import of a plugin is `plugin-import`.

Why it is slow:
    pytest calls some hooks for each file, each name in a module, and each item. A plugin that does a little in each
    call costs seconds in a large suite.

Evidence:
    The time of all calls of each implementation, without that of other hooks in between.

Fix:
    Upgrade the plugin, or block it with `-p no:NAME` where it is not needed. In a hook of the project, do the work
    once, not in each call.

Source:
    pytest-asyncio#997: 25 s became 300 s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from collectbench.attribution.origins import INSTALLED
from collectbench.attribution.parts import Part
from collectbench.causes.candidate import Candidate, claims_on
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.hooks import Owner, calls_of, hook_candidate, owner_of
from collectbench.model.trace import HookTotal

OTHERS = frozenset(("pytest_collection_modifyitems", "pytest_generate_tests"))
TITLE = "a hook of the project is slow"
FIX = "do the work once, not in each call"
MOST_HOOKS = 3


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields each installed plugin, and each other hook of the project."""
    by_package = defaultdict[str, list[tuple[Part, HookTotal]]](list)
    for part, hook in evidence.hooks():
        owner = owner_of(evidence, hook)
        if owner is Owner.INSTALLED:
            by_package[_package(hook)].append((part, hook))
        elif owner is Owner.PROJECT and hook.hook not in OTHERS:
            yield hook_candidate(evidence, part, hook, TITLE, FIX)
    for hooks in by_package.values():
        yield _of_plugin(evidence, hooks)


def _package(hook: HookTotal) -> str:
    """The installed package of a hook; several objects of one package may be plugins."""
    parts = hook.path.split("/")
    inside = max((position for position, part in enumerate(parts) if part in INSTALLED), default=None)
    return hook.plugin if inside is None else parts[inside + 1].removesuffix(".py")


def _of_plugin(evidence: Evidence, hooks: Sequence[tuple[Part, HookTotal]]) -> Candidate:
    longest = sorted(hooks, key=lambda each: -evidence.seconds(each[0]))
    loaded = {frame.name for frame in evidence.trace.plugins if frame.kind == "plugin"}
    name = next((hook.plugin for _, hook in longest if hook.plugin in loaded), longest[0][1].plugin)
    return Candidate(
        subject=name,
        title=f"the hooks of the plugin {name} are slow",
        evidence=tuple(f"{hook.hook}: {calls_of(evidence, part, hook)}" for part, hook in longest[:MOST_HOOKS]),
        fix=f"upgrade it, or block it with -p no:{name} where the tests do not need it",
        claims=claims_on(part for part, _ in hooks),
    )


CAUSE = Cause(id="plugin-hooks", doc=__doc__, find=find)
