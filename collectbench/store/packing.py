"""Packs the import sites of a run into tables: most targets share modules and sites, so a document holds each once.

In a document a run has two tables. `modules` are names; `sites` are import sites whose `modules` are numbers of that
table; the `imports` of a target are numbers of `sites`. Numbers are written as stretches, `first, count, …`, since one
line often imports a whole package. The unpacked form is the encoded model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectbench.store.shapes import DecodeError, Schema
from collectbench.store.upgrades import Document

_STRETCHES: Schema = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0},
    "description": "numbers of entries of a table, counted from 0: the first of a stretch, how many, and so on",
}


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
    results = [*run["targets"], *([run["suite"]] if run["suite"] else [])]
    sites = {_key(site): site for result in results for site in result["imports"]}
    names = sorted({name for site in sites.values() for name in site["modules"]})
    numbers = {name: number for number, name in enumerate(names)}
    places = {key: number for number, key in enumerate(sites)}

    def packed(result: Document) -> Document:
        return {**result, "imports": _stretches(places[_key(site)] for site in result["imports"])}

    return {
        **run,
        "targets": [packed(result) for result in run["targets"]],
        "suite": run["suite"] and packed(run["suite"]),
        "modules": names,
        "sites": [
            {**site, "modules": _stretches(map(numbers.__getitem__, site["modules"]))} for site in sites.values()
        ],
    }


def unpack_run(run: Any, where: str = "") -> Any:
    """Return the run without tables. A run that has none, as in schema 1, and data that is not a run stay unchanged.

    Raises:
        DecodeError: a number is not in the table that it belongs to.
    """
    if not isinstance(run, dict) or "sites" not in run:
        return run
    names = _list_of(run.get("modules"), f"{where}modules")
    sites = [
        {**site, "modules": _entries(site.get("modules"), names, f"{where}sites[{number}].modules")}
        if isinstance(site, dict)
        else site
        for number, site in enumerate(_list_of(run["sites"], f"{where}sites"))
    ]

    def unpacked(result: Any, place: str) -> Any:
        if not isinstance(result, dict) or "imports" not in result:
            return result
        return {**result, "imports": _entries(result["imports"], sites, f"{place}.imports")}

    targets = run.get("targets")
    if isinstance(targets, list):
        targets = [unpacked(result, f"{where}targets[{number}]") for number, result in enumerate(targets)]
    return {**run, "targets": targets, "suite": unpacked(run.get("suite"), f"{where}suite")}


def describe_run(schema: Schema) -> Schema:
    """Return the JSON schema of a document that holds a packed run."""
    definitions = schema["$defs"]
    run, result, site = definitions["Run"], definitions["TargetResult"], definitions["ImportSite"]
    tables = {
        "modules": {"type": "array", "items": {"type": "string"}},
        "sites": {"type": "array", "items": {"$ref": "#/$defs/ImportSite"}},
    }
    changed = {
        "Run": _with_properties(run, tables),
        "TargetResult": _with_properties(result, {"imports": _STRETCHES}),
        "ImportSite": _with_properties(site, {"modules": _STRETCHES}),
    }
    return {**schema, "$defs": {**definitions, **changed}}


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


def _key(site: Mapping[str, Any]) -> tuple[str, int, tuple[str, ...]]:
    return site["path"], site["line"], tuple(site["modules"])


def _with_properties(definition: Schema, properties: Schema) -> Schema:
    return {**definition, "properties": {**definition["properties"], **properties}}


def _stretches(numbers: Iterable[int]) -> list[int]:
    """`5, 6, 7, 2` as `5, 3, 2, 1`: any numbers in any order."""
    stretches: list[int] = []
    for number in numbers:
        if stretches and stretches[-2] + stretches[-1] == number:
            stretches[-1] += 1
        else:
            stretches += [number, 1]
    return stretches


def _entries(stretches: object, table: Sequence[Any], where: str) -> list[Any]:
    numbers = _list_of(stretches, where)
    if len(numbers) % 2 or not all(type(number) is int for number in numbers):
        raise _at(where, "expected pairs of whole numbers: the first of a stretch, and how many")
    entries: list[Any] = []
    for first, count in zip(numbers[::2], numbers[1::2], strict=True):
        if first < 0 or count < 1 or first + count > len(table):
            raise _at(where, f"{first}, {count} are not entries of a table of {len(table)}")
        entries += table[first : first + count]
    return entries


def _list_of(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _at(where, "expected a list")
    return value


def _at(where: str, problem: str) -> DecodeError:
    error = DecodeError(problem)
    error.path = where
    return error
