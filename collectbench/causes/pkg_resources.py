"""The import of pkg_resources scans all installed distributions.

What it detects:
    Import lines that lead to `pkg_resources`, and the modules that are loaded only for it.

Why it is slow:
    While it is imported, `pkg_resources` reads the metadata of all installed distributions: the more there are, the
    longer it takes. It is deprecated.

Evidence:
    The import of `pkg_resources` in the traced round. The saving is the time of the modules that nothing loads without
    it.

Fix:
    Use `importlib.metadata` for versions and entry points, `importlib.resources` for files, `packaging` for versions
    and requirements. If an installed package imports it, upgrade that.

Source:
    setuptools#510.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.causes.candidate import Candidate
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_claims import claims_on_modules

NAME = "pkg_resources"
SHOWN = 5


def find(evidence: Evidence) -> Iterator[Candidate]:
    """Yields the import of pkg_resources."""
    attribution = evidence.attribution
    module = attribution.modules.by_name.get(NAME)
    if module is None or module in attribution.graph.floor:
        return
    graph = evidence.import_lines
    lines = attribution.savings.of_modules[module].lines
    own = [line for line in lines if evidence.is_project_file(line.path)]
    shown = own or [line for line in lines if line.line]
    packages = ", ".join(dict.fromkeys(evidence.display(line.path) for line in shown[:SHOWN]))
    fix = "use importlib.metadata and importlib.resources instead"
    yield Candidate(
        subject=NAME,
        title="pkg_resources reads the metadata of everything that is installed",
        locations=tuple(evidence.location(line.path, line.line) for line in shown[:SHOWN]),
        evidence=(f"imported by {packages}",) if packages else (),
        fix=fix if own else f"upgrade the package that imports it: newer releases may {fix}",
        claims=claims_on_modules(evidence, graph.reached() - graph.reached(avoiding=[module])),
        alone_s=max(line.saving_s for line in lines) if len(lines) > 1 else None,
    )


CAUSE = Cause(id="pkg-resources", doc=__doc__, find=find)
