"""Documents as programs read them: what stored ones pack is unpacked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from collectbench.store.codec import encode
from collectbench.store.documents import KINDS, from_document


def unpacked(path: Path) -> dict[str, Any]:
    """The document in a file, as it is before its inputs are packed."""
    loaded: dict[str, Any] = json.loads(path.read_text())
    kind = next(kind for kind in KINDS if kind.name == loaded["kind"])
    whole: dict[str, Any] = encode(from_document(loaded, kind))
    return whole
