"""Packs the import sites of a run into tables: most targets share modules and sites, so a document holds each once.

In a document a run has two tables. `modules` are names; `sites` are import sites whose `modules` are numbers of that
table; the `imports` of a target are numbers of `sites`. Numbers are written as stretches, since one line often imports
a whole package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectbench.store.shapes import Schema
from collectbench.store.stretches import STRETCHES, entries_of, list_of, stretches, with_properties
from collectbench.store.upgrades import Document


def pack_imports(run: Document) -> Document:
    """Return the run with tables."""
    results = [*run["targets"], *([run["suite"]] if run["suite"] else [])]
    sites = {_key(site): site for result in results for site in result["imports"]}
    names = sorted({name for site in sites.values() for name in site["modules"]})
    numbers = {name: number for number, name in enumerate(names)}
    places = {key: number for number, key in enumerate(sites)}

    def packed(result: Document) -> Document:
        return {**result, "imports": stretches(places[_key(site)] for site in result["imports"])}

    return {
        **run,
        "targets": [packed(result) for result in run["targets"]],
        "suite": run["suite"] and packed(run["suite"]),
        "modules": names,
        "sites": [{**site, "modules": stretches(map(numbers.__getitem__, site["modules"]))} for site in sites.values()],
    }


def unpack_imports(run: Any, where: str = "") -> Any:
    """Return the run without tables. A run that has none, as in schema 1, and data that is not a run stay unchanged.

    Raises:
        DecodeError: a number is not in the table that it belongs to.
    """
    if not isinstance(run, dict) or "sites" not in run:
        return run
    names = list_of(run.get("modules"), f"{where}modules")
    sites = [
        {**site, "modules": entries_of(site.get("modules"), names, f"{where}sites[{number}].modules")}
        if isinstance(site, dict)
        else site
        for number, site in enumerate(list_of(run["sites"], f"{where}sites"))
    ]

    def unpacked(result: Any, place: str) -> Any:
        if not isinstance(result, dict) or "imports" not in result:
            return result
        return {**result, "imports": entries_of(result["imports"], sites, f"{place}.imports")}

    targets = run.get("targets")
    if isinstance(targets, list):
        targets = [unpacked(result, f"{where}targets[{number}]") for number, result in enumerate(targets)]
    return {**run, "targets": targets, "suite": unpacked(run.get("suite"), f"{where}suite")}


def describe_imports(schema: Schema) -> Schema:
    """Return the JSON schema of a document that holds a packed run."""
    definitions = schema["$defs"]
    run, result, site = definitions["Run"], definitions["TargetResult"], definitions["ImportSite"]
    tables = {
        "modules": {"type": "array", "items": {"type": "string"}},
        "sites": {"type": "array", "items": {"$ref": "#/$defs/ImportSite"}},
    }
    changed = {
        "Run": with_properties(run, tables),
        "TargetResult": with_properties(result, {"imports": STRETCHES}),
        "ImportSite": with_properties(site, {"modules": STRETCHES}),
    }
    return {**schema, "$defs": {**definitions, **changed}}


def _key(site: Mapping[str, Any]) -> tuple[str, int, tuple[str, ...]]:
    return site["path"], site["line"], tuple(site["modules"])
