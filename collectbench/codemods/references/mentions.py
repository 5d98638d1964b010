"""How often comments and texts mention a module after all references to it were rewritten."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from collectbench.model.fixes import Edit, Failure, Note, Result

_TEXTS = frozenset({tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)})


class Mentions:
    """Counts the mentions of some modules in files. Those with `*`, or of one word alone, are not looked for."""

    def __init__(self, modules: Sequence[str]) -> None:
        """Look for names of these modules."""
        plain = [re.escape(module) for module in modules if "*" not in module and "." in module]
        self._pattern = re.compile(rf"(?<![\w.])(?:{'|'.join(plain)})(?!\w)") if plain else None
        self._files = 0
        self._count = 0

    def count(self, source: bytes, results: Sequence[Result]) -> None:
        """Count those of a file, of which a codemod made these results."""
        if self._pattern is None or any(isinstance(each, Failure) for each in results):
            return
        after = next((each.after for each in results if isinstance(each, Edit)), source)
        if self._pattern.search(after.decode("utf-8", "replace")):
            found = sum(len(self._pattern.findall(text)) for text in _texts(after))
            self._count += found
            self._files += bool(found)

    def notes(self) -> Iterator[Note]:
        """Yield the sum."""
        if self._count:
            files = "1 file" if self._files == 1 else f"{self._files} files"
            yield Note(text=f"comments and texts are left as they are; {self._count} in {files} name the module")


def _texts(source: bytes) -> Iterator[str]:
    """All comments, and the strings with a space in them."""
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.type in _TEXTS and (token.type == tokenize.COMMENT or re.search(r"\s", token.string)):
                yield token.string
    except (tokenize.TokenError, SyntaxError):
        return  # syntax trees read it, so this is a quirk of tokenize at the end of the file
