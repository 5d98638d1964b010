"""Packs the inputs of a run into a table: most targets read the same files, so a document holds each once.

In a document a run has the table `inputs`, if any target has inputs: what was read, each entry with its kind (`file`,
`listed`, `directory`, `searched` or `variable`), name and digest. The `inputs` of a target name entries by their
numbers, as stretches: the table keeps together what the same targets read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from collectbench.store.shapes import Schema
from collectbench.store.stretches import STRETCHES, at, entries_of, list_of, stretches, with_properties
from collectbench.store.upgrades import Document

_KINDS = {
    "file": "files",
    "listed": "listed",
    "directory": "directories",
    "searched": "searched",
    "variable": "variables",
}
"""The kinds of entries, and where the model has them."""

_Entry = tuple[str, str, str]


def pack_inputs(run: Document) -> Document:
    """Return the run with a table of all inputs."""
    results = [*run["targets"], *([run["suite"]] if run["suite"] else [])]
    readers = defaultdict[_Entry, list[int]](list)
    for number, result in enumerate(results):
        for entry in _entries(result):
            readers[entry].append(number)
    table = sorted(readers, key=lambda entry: (readers[entry], entry))
    if not any(result.get("inputs") for result in results):
        return run
    numbers = {entry: number for number, entry in enumerate(table)}

    def packed(result: Document) -> Document:
        if not result.get("inputs"):
            return result
        read = stretches(sorted(numbers[entry] for entry in _entries(result)))
        kept = {name: result["inputs"][name] for name in ("key", "request")}
        return {**result, "inputs": {**kept, "read": read}}

    return {
        **run,
        "targets": [packed(result) for result in run["targets"]],
        "suite": run["suite"] and packed(run["suite"]),
        "inputs": [list(entry) for entry in table],
    }


def unpack_inputs(run: Any, where: str = "") -> Any:
    """Return the run without the table; data without one stays unchanged.

    Raises:
        DecodeError: a number is not in the table, or an entry of it has another form.
    """
    if not isinstance(run, dict) or "inputs" not in run:
        return run
    table = list_of(run["inputs"], f"{where}inputs")

    def unpacked(result: Any, place: str) -> Any:
        inputs = result.get("inputs") if isinstance(result, dict) else None
        if not isinstance(inputs, dict):
            return result
        read: dict[str, dict[str, str]] = {name: {} for name in _KINDS.values()}
        for entry in entries_of(inputs.get("read"), table, f"{place}.inputs.read"):
            kind, name, digest = _checked(entry, f"{where}inputs")
            read[_KINDS[kind]][name] = digest
        rest = {name: value for name, value in inputs.items() if name != "read"}
        return {**result, "inputs": {**rest, **read}}

    targets = run.get("targets")
    if isinstance(targets, list):
        targets = [unpacked(result, f"{where}targets[{number}]") for number, result in enumerate(targets)]
    rest = {name: value for name, value in run.items() if name != "inputs"}
    return {**rest, "targets": targets, "suite": unpacked(run.get("suite"), f"{where}suite")}


def describe_inputs(schema: Schema) -> Schema:
    """Return the JSON schema of a document that holds a packed run."""
    definitions = schema["$defs"]
    text = {"type": "string"}
    entry = {
        "type": "array",
        "prefixItems": [{"enum": [*_KINDS]}, text, text],
        "items": False,
        "minItems": 3,
        "description": "kind, name and digest of what targets read",
    }
    inputs = definitions["Inputs"]
    properties = {name: inputs["properties"][name] for name in ("key", "request")}
    changed = {
        "Run": with_properties(definitions["Run"], {"inputs": {"type": "array", "items": entry}}),
        "Inputs": {**inputs, "properties": {**properties, "read": STRETCHES}, "required": ["key", "request", "read"]},
    }
    return {**schema, "$defs": {**definitions, **changed}}


def _entries(result: Document) -> Iterator[_Entry]:
    inputs = result.get("inputs") or {}
    for kind, name in _KINDS.items():
        for key, digest in inputs.get(name, {}).items():
            yield kind, key, digest


def _checked(entry: Any, where: str) -> _Entry:
    if not (isinstance(entry, list) and len(entry) == 3 and all(isinstance(part, str) for part in entry)):
        raise at(where, "expected the kind, the name and the digest of an input")
    if entry[0] not in _KINDS:
        raise at(where, f"expected one of {', '.join(_KINDS)}, got {entry[0]!r}")
    return entry[0], entry[1], entry[2]
