"""Modules and import sites are much the same for all targets of a run: a document holds each of them once.

In a document a run has two tables. `modules` are names, `sites` are import sites whose `modules` are numbers of that
table, and the `imports` of a target are numbers of `sites`. Numbers are written as stretches, `first, count, …`, since
one line mostly sets off a whole package. A run as this module takes it is what the model is encoded to, and the other
way round.
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
    """How the members of a document differ from what the model is encoded to.

    `describe` turns the JSON schema of the model into that of the document.
    """

    pack: Callable[[Document], Document]
    unpack: Callable[[Document], Document]
    describe: Callable[[Schema], Schema]


def pack_run(run: Document) -> Document:
    """The run with its tables."""
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
    """The run without its tables. One that has none, as files of schema 1, and what is no run at all are left alone.

    Raises:
        DecodeError: a number is none of the table that it belongs to.
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
    """The JSON schema of the document that holds such a run."""
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


def _pack_sides(comparison: Document) -> Document:
    return {**comparison, **{side: pack_run(run) if run else None for side, run in _sides(comparison).items()}}


def _unpack_sides(comparison: Document) -> Document:
    return {**comparison, **{side: unpack_run(run, f"{side}.") for side, run in _sides(comparison).items()}}


def _sides(comparison: Document) -> dict[str, Any]:
    return {side: comparison[side] for side in ("base_run", "head_run") if side in comparison}


IN_RUN = Packing(pack=pack_run, unpack=unpack_run, describe=describe_run)
IN_BOTH_SIDES = Packing(pack=_pack_sides, unpack=_unpack_sides, describe=describe_run)
"""A comparison holds the runs of both sides, each with tables of its own."""


def _key(site: Mapping[str, Any]) -> tuple[str, int, tuple[str, ...]]:
    return site["path"], site["line"], tuple(site["modules"])


def _with_properties(definition: Schema, properties: Schema) -> Schema:
    return {**definition, "properties": {**definition["properties"], **properties}}


def _stretches(numbers: Iterable[int]) -> list[int]:
    """`5, 6, 7, 2` as `5, 3, 2, 1`: any numbers in any order."""
    found: list[int] = []
    for number in numbers:
        if found and found[-2] + found[-1] == number:
            found[-1] += 1
        else:
            found += [number, 1]
    return found


def _entries(stretches: object, table: Sequence[Any], where: str) -> list[Any]:
    numbers = _list_of(stretches, where)
    if len(numbers) % 2 or not all(type(number) is int for number in numbers):
        raise _at(where, "expected pairs of whole numbers: the first of a stretch, and how many")
    found: list[Any] = []
    for first, count in zip(numbers[::2], numbers[1::2], strict=True):
        if first < 0 or count < 1 or first + count > len(table):
            raise _at(where, f"{first}, {count} are no entries of a table of {len(table)}")
        found += table[first : first + count]
    return found


def _list_of(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _at(where, "expected a list")
    return value


def _at(where: str, problem: str) -> DecodeError:
    error = DecodeError(problem)
    error.path = where
    return error
