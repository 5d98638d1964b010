"""`collectbench schema`: the JSON schema of a document."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="The last word of its kind, such as run or comparison.")],
) -> None:
    """Print the JSON schema of a document, for programs that read it."""
    import json

    from collectbench.store.documents import json_schema

    typer.echo(json.dumps(json_schema(kind), indent=2))
