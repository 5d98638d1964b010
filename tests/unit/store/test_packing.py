from __future__ import annotations

import json
from dataclasses import replace

import pytest

from collectbench.model.run import ImportSite
from collectbench.model.shard import Shard
from collectbench.store.documents import COMPARISON, RUN, from_document, to_document
from collectbench.store.layout import layout
from collectbench.store.shapes import DecodeError

PANDAS = ImportSite(path="tests/conftest.py", line=7, modules=("numpy", "pandas", "pandas.core"))
OTHER = ImportSite(path="", line=0, modules=("pandas.core", "alpha", "numpy", "numpy"))


@pytest.fixture
def counted(run):
    first, second = run.targets
    targets = (replace(first, imports=(PANDAS, OTHER)), replace(second, imports=(OTHER, PANDAS, PANDAS)))
    return replace(run, targets=targets, suite=replace(run.suite, imports=(PANDAS,)))


def test_each_module_and_each_site_stands_in_a_document_once(counted):
    document = to_document(counted)

    assert document["modules"] == ["alpha", "numpy", "pandas", "pandas.core"]
    assert document["sites"] == [
        {"path": "tests/conftest.py", "line": 7, "modules": [1, 3]},
        {"path": "", "line": 0, "modules": [3, 1, 0, 2, 1, 1]},
    ]
    assert [target["imports"] for target in document["targets"]] == [[0, 2], [1, 1, 0, 1, 0, 1]]
    assert document["suite"]["imports"] == [0, 1]


def test_order_and_repetition_come_back_as_they_were(counted, comparison):
    both = replace(comparison, base_run=counted, head_run=replace(counted, suite=None))

    assert from_document(to_document(counted), RUN) == counted
    assert from_document(to_document(both), COMPARISON) == both


def test_a_part_names_the_targets_of_its_plan_once(counted, comparison):
    plan = tuple(f"tests/{number}" for number in range(1_000))
    shard = Shard(index=1, count=2, plan=plan, own=plan[:2], digest="0" * 12)
    run = replace(counted, shard=shard)
    part = replace(comparison, shard=shard, base_run=run, head_run=run)
    text = layout(to_document(part))

    assert text.count('"tests/999"') == 1
    assert from_document(json.loads(text), COMPARISON) == part

    other = replace(part, head_run=replace(run, shard=None), base_run=replace(run, shard=replace(shard, index=2)))
    assert from_document(to_document(other), COMPARISON) == other


def test_a_document_without_tables_is_read_as_it_is(counted):
    document = to_document(replace(counted, targets=(), suite=None))
    for table in ("modules", "sites"):
        del document[table]

    assert from_document(document, RUN).targets == ()


PAIRS = "expected pairs of whole numbers: the first of a stretch, and how many"


def with_modules(*numbers):
    """A table with one site, and these numbers of its modules."""
    return {"sites": [{"path": "", "line": 0, "modules": list(numbers)}]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"modules": None}, "modules: expected a list"),
        ({"sites": 3}, "sites: expected a list"),
        ({"sites": [3]}, "targets[0].imports: 0, 2 are not entries of a table of 1"),
        ({"sites": [{"path": "", "line": 0}]}, "sites[0].modules: expected a list"),
        (with_modules(0, 5), "sites[0].modules: 0, 5 are not entries of a table of 4"),
        (with_modules(-1, 1), "sites[0].modules: -1, 1 are not entries of a table of 4"),
        (with_modules(1, 0), "sites[0].modules: 1, 0 are not entries of a table of 4"),
        (with_modules(1), f"sites[0].modules: {PAIRS}"),
        (with_modules(True, 1), f"sites[0].modules: {PAIRS}"),
        ({"modules": [1, 2, 3, 4]}, "targets[0].imports[0].modules[0]: expected a string, got 2"),
        ({"targets": 5}, "targets: expected a list, got 5"),
        ({"targets": [5]}, "targets[0]: expected an object, got 5"),
    ],
)
def test_a_damaged_table_is_named_by_its_place(change, message, counted):
    with pytest.raises(DecodeError) as caught:
        from_document({**to_document(counted), **change}, RUN)

    assert str(caught.value) == message


def test_damage_in_a_run_of_a_comparison_names_base_or_head(counted, comparison):
    document = to_document(replace(comparison, head_run=counted))
    document["head_run"]["sites"] = None

    with pytest.raises(DecodeError, match=r"^head_run\.sites: expected a list$"):
        from_document(document, COMPARISON)


def test_a_run_of_pandas_size_stays_small(large_run):
    # 36 targets, each with 1,500 modules at 300 lines; what each line sets off differs a little from target to target.
    modules = [f"some_package.module_{number // 5}.part_{number}" for number in range(1500)]

    def sites(shift: int) -> tuple[ImportSite, ...]:
        stretches = [modules[first + shift * (first == 500) : first + 5] for first in range(0, 1500, 5)]
        return tuple(
            ImportSite(path=f"pandas/tests/conftest_{number}.py", line=number, modules=tuple(stretch))
            for number, stretch in enumerate(stretches)
        )

    targets = tuple(replace(target, imports=sites(number % 5)) for number, target in enumerate(large_run.targets))
    without, with_imports = (len(layout(to_document(run))) for run in (large_run, replace(large_run, targets=targets)))
    assert with_imports - without < 120_000
