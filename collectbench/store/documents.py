"""All kinds of documents, each with its schema version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from collectbench.model.comparison import Comparison
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.doctor import Checkup
from collectbench.model.errors import UsageError
from collectbench.model.fixes import FixReport, Undone
from collectbench.model.handover import Handover
from collectbench.model.history import History, Record
from collectbench.model.lint import LintReport
from collectbench.model.run import Run
from collectbench.model.target import TargetList
from collectbench.model.verification import Verification
from collectbench.model.who import WhoImports
from collectbench.store.codec import decode, encode, schema
from collectbench.store.packing import IN_BOTH_RUNS, IN_RUN, Packing
from collectbench.store.plausible import check_comparison, check_record, check_run, check_verification
from collectbench.store.shapes import Schema, describe
from collectbench.store.upgrades import Document, DocumentError, Step, Steps, complete_comparison, complete_run, upgrade

T = TypeVar("T")
_PREFIX = "collectbench."


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[T]):
    """One kind of document: its name, the schema version that is written, and the model's type for it.

    A change that older readers or older files would not survive raises `schema` by one and brings a step in `steps`;
    tests/old_formats keeps a file of the version before. `complete` adds keys that files of the current schema may
    lack because the key came later. `check` raises DecodeError if no measurement yields the value.
    """

    name: str
    schema: int
    type: type[T]
    packing: Packing | None = None
    steps: Steps = field(default_factory=dict)
    complete: Step | None = None
    check: Callable[[T], None] | None = None


def _unchanged(data: Document) -> Document:
    """Schema 2 only added members, which have a default."""
    return data


RUN = Kind(
    name="collectbench.run",
    schema=2,
    type=Run,
    packing=IN_RUN,
    steps={1: _unchanged},
    complete=complete_run,
    check=check_run,
)
COMPARISON = Kind(
    name="collectbench.comparison",
    schema=2,
    type=Comparison,
    packing=IN_BOTH_RUNS,
    steps={1: _unchanged},
    complete=complete_comparison,
    check=check_comparison,
)
TARGETS = Kind(name="collectbench.targets", schema=1, type=TargetList)
PROFILE = Kind(name="collectbench.profile", schema=1, type=Profile)
WHO = Kind(name="collectbench.who", schema=1, type=WhoImports)
DIAGNOSIS = Kind(name="collectbench.diagnosis", schema=1, type=Diagnosis)
DOCTOR = Kind(name="collectbench.doctor", schema=1, type=Checkup)
LINT = Kind(name="collectbench.lint", schema=1, type=LintReport)
FIX = Kind(name="collectbench.fix", schema=1, type=FixReport)
UNDONE = Kind(name="collectbench.undone", schema=1, type=Undone)
VERIFICATION = Kind(name="collectbench.verification", schema=1, type=Verification, check=check_verification)
HANDOVER = Kind(name="collectbench.report", schema=1, type=Handover)
RECORD = Kind(name="collectbench.record", schema=1, type=Record, check=check_record)
HISTORY = Kind(name="collectbench.history", schema=1, type=History)

KINDS: tuple[Kind[Any], ...] = (
    RUN,
    COMPARISON,
    TARGETS,
    PROFILE,
    WHO,
    DIAGNOSIS,
    DOCTOR,
    LINT,
    FIX,
    UNDONE,
    VERIFICATION,
    HANDOVER,
    RECORD,
    HISTORY,
)


def to_document(value: object) -> Document:
    """Return JSON-ready data with `kind` and `schema` in front.

    Raises:
        TypeError: this type has no kind of document.
        ValueError: a number in it is not finite.
    """
    for kind in KINDS:
        if type(value) is kind.type:
            data = encode(value)
            return {"kind": kind.name, "schema": kind.schema, **(kind.packing.pack(data) if kind.packing else data)}
    raise TypeError(f"no kind of document holds a {type(value).__name__}")


def from_document(data: object, kind: Kind[T]) -> T:
    """Read the value that a document of a kind holds; older schemas are upgraded first.

    Raises:
        DocumentError: the document is of another kind, of a newer schema, or not one of ours.
        DecodeError: a part is missing, of the wrong type, or not a possible figure; the message names the path.
    """
    if not isinstance(data, dict):
        raise DocumentError(f"the document must be a JSON object, and is {describe(data)}")
    name = data.get("kind")
    if not isinstance(name, str):
        raise DocumentError(f"this is not a document of collectbench (no `kind`), a {kind.name} is needed")
    if name != kind.name:
        printable_name = describe(name).strip('"')
        raise DocumentError(f"this is a {printable_name}, a {kind.name} is needed")
    current = upgrade(data, kind.steps, kind.schema)
    if kind.complete:
        current = kind.complete(current)
    value = decode(kind.type, kind.packing.unpack(current) if kind.packing else current, where=kind.name)
    if kind.check is not None:
        kind.check(value)
    return value


def json_schema(kind_suffix: str) -> Schema:
    """Describe a kind of document as JSON Schema; `kind_suffix` is the last word of its name (`run`, `comparison`).

    Raises:
        UsageError: there is no such kind.
    """
    for kind in KINDS:
        if kind.name == _PREFIX + kind_suffix:
            return _document_schema(kind)
    known = ", ".join(kind.name.removeprefix(_PREFIX) for kind in KINDS)
    raise UsageError(f"{kind_suffix!r} is not a kind of document; the kinds are {known}")


def _document_schema(kind: Kind[Any]) -> Schema:
    described = schema(kind.type)
    if kind.packing:
        described = kind.packing.describe(described)
    head = {"kind": {"const": kind.name}, "schema": {"const": kind.schema}}
    return {**described, "title": kind.name, "type": "object", "properties": head, "required": list(head)}
