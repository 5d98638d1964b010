"""Fields of the files that the probe writes."""

from __future__ import annotations

import codecs


def text_of(field: str, errors: str = "strict") -> str:
    """A field without the escapes of the probe.

    Raises:
        ValueError: an escape is broken, unless `errors` is `ignore`.
    """
    return codecs.decode(field, "unicode_escape", errors) if "\\" in field else field
