from __future__ import annotations

import pytest

from collectbench.causes.heavy_import import CAUSE as HEAVY_IMPORT
from collectbench.causes.package_exports import CAUSE
from imported_sources import Project
from made_evidence import findings

A, B = "tests/test_a.py", "tests/test_b.py"
PARTS = {f"kit/part_{number}.py": f"def tool_{number}():\n    pass\n" for number in range(5)}
FACADE = "".join(f"from kit.part_{number} import tool_{number}\n" for number in range(5))
USES = "from kit import tool_3\n"


def project(init: str, *tests: str, files=None) -> Project:
    paths = (A, B)[: len(tests)]
    return Project(
        files={**PARTS, "kit/__init__.py": init, **dict(zip(paths, tests, strict=True)), **(files or {})},
        cost_s=dict.fromkeys(PARTS, 0.2),
        tests=paths,
    )


def found(init: str, *tests: str, files=None):
    return findings(CAUSE, project(init, *tests, files=files).evidence())


def places(finding) -> list[str]:
    return [f"{each.path}:{each.line}" for each in finding.locations]


def test_the_lines_whose_names_nobody_uses_are_found() -> None:
    (finding,) = found(FACADE, USES)
    assert finding.subject == "kit"
    assert places(finding) == [f"kit/__init__.py:{line}" for line in (1, 2, 3, 5)]
    assert finding.estimated_saving_s == pytest.approx(0.8, abs=0.01)
    assert finding.evidence == ("it passes 5 names on; used: tool_3", f"imported by {A}:1")


def test_relative_imports_and_names_of_several_files_count() -> None:
    (finding,) = found(FACADE.replace("kit.part", ".part"), USES, "from kit import tool_1, tool_2\n")
    assert places(finding) == ["kit/__init__.py:1", "kit/__init__.py:5"]


def test_a_file_that_imports_the_whole_package_uses_what_it_reads_from_it() -> None:
    (finding,) = found(FACADE, "import kit\n\n\ndef test_it():\n    kit.tool_0()\n")
    assert places(finding) == [f"kit/__init__.py:{line}" for line in (2, 3, 4, 5)]


def test_a_file_that_imports_one_module_directly_uses_no_name_of_the_package() -> None:
    (finding,) = found(FACADE, "from kit.part_3 import tool_3\n")
    assert places(finding) == [f"kit/__init__.py:{line}" for line in (1, 2, 3, 5)]


def test_a_part_that_uses_the_package_itself_counts() -> None:
    (finding,) = found(FACADE, USES, files={"kit/part_3.py": "from . import tool_0\n"})
    assert places(finding) == [f"kit/__init__.py:{line}" for line in (2, 3, 5)]


def test_a_package_whose_names_are_all_used_is_not_found() -> None:
    assert found(FACADE, "from kit import tool_0, tool_1, tool_2, tool_3, tool_4\n") == ()


def test_a_star_import_uses_all_names() -> None:
    assert found(FACADE, "from kit import *\n") == ()


def test_a_package_that_loads_its_names_late_is_not_found() -> None:
    lazy = "def __getattr__(name):\n    from kit import part_3\n\n    return part_3.tool_3\n"
    assert found(lazy, USES) == ()


def test_an_import_that_the_package_uses_itself_is_not_an_export() -> None:
    init = f"{FACADE}\nALL = [tool_0, tool_1, tool_2, tool_4]\n"
    assert found(init, USES) == ()


def test_parts_that_tests_import_anyway_save_nothing() -> None:
    imports = "".join(f"import kit.part_{number}\n" for number in range(5))
    assert found(FACADE, USES, imports) == ()


def test_its_seconds_are_no_heavy_import_as_well() -> None:
    from collectbench.causes.ledger import settle

    evidence = project(FACADE, USES).evidence()
    causes = [(cause, list(cause.find(evidence))) for cause in (CAUSE, HEAVY_IMPORT)]
    seconds = {each.cause: each.estimated_saving_s for each in settle(causes, evidence.parts, 0.05).findings}
    assert seconds == {"package-exports": pytest.approx(0.8, abs=0.01), "heavy-import": pytest.approx(0.2, abs=0.01)}


SUB = {"kit/sub/__init__.py": FACADE, "kit/__init__.py": "from kit.sub import tool_0, tool_1, tool_2, tool_3, tool_4\n"}


def test_a_package_that_passes_names_on_uses_those_that_are_taken_from_it() -> None:
    (finding,) = found(SUB["kit/__init__.py"], USES, files=SUB)
    assert finding.subject == "kit.sub"
    assert places(finding) == [f"kit/sub/__init__.py:{line}" for line in (1, 2, 3, 5)]


def test_packages_that_pass_names_to_each_other_end() -> None:
    files = {**SUB, "kit/sub/__init__.py": f"{FACADE}from kit import tool_9\n"}
    (finding,) = found(SUB["kit/__init__.py"], USES, files=files)
    assert finding.subject == "kit.sub"
