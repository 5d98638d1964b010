"""The options of `verify` alone. Nothing heavy is imported, so that --help stays quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collectbench.cli.options import parsed
from collectbench.model.units import parse_duration


def percentage(text: str) -> float:
    """A percentage from 0 to 100, with or without `%`.

    Raises:
        ValueError: it is none.
    """
    try:
        value = float(text.removesuffix("%").strip())
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise ValueError(f"{text!r} is not a percentage; give a number from 0 to 100, such as 90")
    return value


Markers = Annotated[
    str,
    typer.Option(
        "--markers",
        "-m",
        metavar="MARKEXPR",
        help="Run only tests with such markers, as pytest -m [default: all].",
        show_default=False,
    ),
]
Keywords = Annotated[
    str,
    typer.Option(
        "--keywords",
        "-k",
        metavar="EXPRESSION",
        help="Run only tests with such names, as pytest -k [default: all].",
        show_default=False,
    ),
]
Record = Annotated[
    bool, typer.Option("--record", help="Record the outcomes as the state that later ones are compared with.")
]
State = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="FILE",
        help="The recorded state [default: verify/NAME.json beside the baseline NAME].",
        show_default=False,
    ),
]
ExpectFailures = Annotated[
    bool,
    typer.Option(
        "--expect-failures",
        help="Every test must fail now; if recorded with --record, every test must pass later.",
    ),
]
MinSuccess = Annotated[
    float | None,
    typer.Option(
        "--min-success",
        metavar="PERCENT",
        parser=parsed(percentage),
        help="Fail if fewer tests succeed, such as 90 [default: no limit].",
        show_default=False,
    ),
]
FastFail = Annotated[bool, typer.Option("--fast-fail", help="Stop at the first test that newly fails.")]
Reruns = Annotated[
    int,
    typer.Option("--reruns", min=0, metavar="N", help="How often changed tests run again, alone, to find flaky ones."),
]
AllowMismatch = Annotated[
    bool, typer.Option("--allow-mismatch", help="Compare even if the environments differ in what matters.")
]
OnInconclusive = Annotated[
    str,
    typer.Option(
        "--on-inconclusive", metavar="warn|fail", help="Whether tests that did not run fail the command (exit code 3)."
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="DURATION",
        parser=parsed(parse_duration),
        help="Time limit for the tests of one target, such as 20m [default: 1h].",
        show_default=False,
    ),
]
Export = Annotated[
    list[str] | None,
    typer.Option(
        "--export",
        metavar="FILE",
        help="Write the outcomes of all tests to a file: .xml for JUnit, or .json; may be repeated.",
        show_default=False,
    ),
]
Format = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="text, json, markdown, github or junit, on stdout.")
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="One line per process, on stderr; all tests of each list.")
]
