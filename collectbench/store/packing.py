"""How a document differs from the encoded model: what the targets of a run share stands in tables, once.

The unpacked form is the encoded model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from collectbench.store.packed_imports import describe_imports, pack_imports, unpack_imports
from collectbench.store.packed_inputs import describe_inputs, pack_inputs, unpack_inputs
from collectbench.store.shapes import Schema
from collectbench.store.upgrades import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """How the members of a document differ from the encoded model.

    `describe` turns the JSON schema of the model into that of the document.
    """

    pack: Callable[[Document], Document]
    unpack: Callable[[Document], Document]
    describe: Callable[[Schema], Schema]


def pack_run(run: Document) -> Document:
    """Return the run with tables."""
    return pack_inputs(pack_imports(run))


def unpack_run(run: Any, where: str = "") -> Any:
    """Return the run without tables. A run that has none, as in schema 1, and data that is not a run stay unchanged.

    Raises:
        DecodeError: a number is not in the table that it belongs to.
    """
    return unpack_imports(unpack_inputs(run, where), where)


def describe_run(schema: Schema) -> Schema:
    """Return the JSON schema of a document that holds a packed run."""
    return describe_inputs(describe_imports(schema))


def _pack_both_runs(comparison: Document) -> Document:
    """The comparison with packed runs.

    Of a part, they have no shard if it is that of the comparison: it names all targets of the plan, perhaps thousands.
    """
    shard = comparison["shard"]

    def packed(run: Document) -> Document:
        is_same = shard is not None and run["shard"] == shard
        return pack_run({key: value for key, value in run.items() if key != "shard"} if is_same else run)

    return {**comparison, **{key: packed(run) if run else None for key, run in _both_runs(comparison).items()}}


def _unpack_both_runs(comparison: Document) -> Document:
    shard = comparison.get("shard")
    runs = {key: unpack_run(run, f"{key}.") for key, run in _both_runs(comparison).items()}
    if shard is not None:
        runs = {key: {"shard": shard, **run} if isinstance(run, dict) else run for key, run in runs.items()}
    return {**comparison, **runs}


def _both_runs(comparison: Document) -> dict[str, Any]:
    return {key: comparison[key] for key in ("base_run", "head_run") if key in comparison}


IN_RUN = Packing(pack=pack_run, unpack=unpack_run, describe=describe_run)
IN_BOTH_RUNS = Packing(pack=_pack_both_runs, unpack=_unpack_both_runs, describe=describe_run)
"""A comparison holds the runs of base and head, each with tables of its own."""
