"""The options that commands share, and their parsers. Nothing heavy is imported, so that --help stays quick."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from collectbench.model.shard import Shard
from collectbench.model.units import parse_duration, parse_growth

T = TypeVar("T")


def parsed(parse: Callable[[str], T]) -> Callable[[str], T]:
    """A parser whose ValueError becomes typer's own usage error, with the option's name."""

    def parser(text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None

    return parser


def _rounds(text: str) -> int:
    if text == "auto":
        return AUTO
    if not text.isdigit() or int(text) < 1:
        raise ValueError(f"{text!r} is neither auto nor a number from 1 on")
    return int(text)


AUTO = 0
"""`--rounds auto`, which differs from no --rounds at all."""

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TARGET",
        help="Configured names or paths, such as tests/api [default: all that is configured or found].",
        show_default=False,
    ),
]
ExplainedTargets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TARGET",
        help="Configured names or paths, such as tests/api [default: the suite].",
        show_default=False,
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="pyproject.toml or collectbench.toml to read [default: the nearest one, upwards].",
        show_default=False,
    ),
]
Python = Annotated[
    str | None,
    typer.Option(
        "--python",
        metavar="PATH",
        help="The interpreter that owns the tests, such as .venv/bin/python [default: the one running].",
        show_default=False,
    ),
]
Depth = Annotated[
    int | None,
    typer.Option(
        "--depth",
        min=0,
        metavar="N",
        help="Split paths N levels down [default: 1; 0 for a TARGET].",
        show_default=False,
    ),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Show again the result that --output FILE.json has written, without a round.",
        show_default=False,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the commands of the children, and run none of them.")]
FORMAT_HELP = (
    "Format on stdout: text, json or markdown; for baseline and compare also github, openmetrics and pytest-benchmark;"
    " for baseline also github-action-benchmark; for compare also junit and gitlab. merge has those of what it merges."
)
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help=FORMAT_HELP)]
Output = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        metavar="[FORMAT=]FILE",
        help="Write to a file as well, such as comment.md or json=result.txt; may be repeated.",
        show_default=False,
    ),
]
Rounds = Annotated[
    int | None,
    typer.Option(
        "--rounds",
        metavar="N|auto",
        parser=parsed(_rounds),
        help="Timed rounds of each target; with compare --against, pairs [default: auto, as many as needed].",
        show_default=False,
    ),
]
Warmup = Annotated[
    int, typer.Option("--warmup", min=0, metavar="N", help="Warm-up rounds of each target before the first timed one.")
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="N", help="Seed for the order of the rounds [default: random].", show_default=False),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="DURATION",
        parser=parsed(parse_duration),
        help="Time limit of one round, such as 90s [default: 5m].",
        show_default=False,
    ),
]
MaxTime = Annotated[
    float | None,
    typer.Option(
        "--max-time",
        metavar="DURATION",
        parser=parsed(parse_duration),
        help="Start no round after this time, such as 10m; compare --against then takes up to 60 pairs instead of 20"
        " [default: no limit].",
        show_default=False,
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        metavar="N",
        help="Rounds at the same time: for a first look, since such times cannot be compared.",
    ),
]
Cold = Annotated[
    bool, typer.Option("--cold", help="Measure also without the project's bytecode, as after a fresh checkout.")
]
Counters = Annotated[
    bool,
    typer.Option(
        "--counters/--no-counters",
        help="Count the work of each target in two more rounds: modules, opened files, hook calls …",
    ),
]


def _shard(text: str) -> Shard:
    from collectbench.discovery.shard_numbers import chosen_shard

    return chosen_shard(text, os.environ)


Part = Annotated[
    Shard | None,
    typer.Option(
        "--shard",
        metavar="I/N|auto[/N]",
        parser=parsed(_shard),
        help="Measure the I-th of N parts; auto: as CI numbers its jobs; see merge [default: the whole].",
        show_default=False,
    ),
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Measure on the workers of this scheduler, such as tcp://10.0.0.1:8786 [default: on this machine].",
        show_default=False,
    ),
]
Pin = Annotated[
    bool,
    typer.Option(
        "--pin",
        help="With --dask: one core for each measurement. It changes how many threads a library starts.",
    ),
]
Suite = Annotated[bool, typer.Option("--suite/--no-suite", help="Collect all targets in one process as well.")]
Name = Annotated[
    str | None,
    typer.Option(
        "--name",
        metavar="NAME",
        help="Name of the baseline, such as release [default: the configured one, or main].",
        show_default=False,
    ),
]
BaselineDir = Annotated[
    Path | None,
    typer.Option(
        "--baseline-dir",
        metavar="DIR",
        help="Directory of the baselines [default: the configured one, or baselines].",
        show_default=False,
    ),
]
HistoryDir = Annotated[
    Path | None,
    typer.Option(
        "--history-dir",
        metavar="DIR",
        help="Directory of the history [default: the configured one, or history].",
        show_default=False,
    ),
]
Margin = Annotated[
    float | None,
    typer.Option(
        "--margin",
        metavar="PERCENT",
        parser=parsed(parse_growth),
        help="Tolerated growth, such as 20% [default: 10%].",
        show_default=False,
    ),
]
SelectRules = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="RULE",
        help="Check only these rules: a,b; may be repeated [default: the configured ones, or all].",
        show_default=False,
    ),
]
IgnoreRules = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="RULE",
        help="Do not check these rules: a,b; may be repeated [default: the configured ones].",
        show_default=False,
    ),
]
SelectCauses = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="CAUSE",
        help="Look for these causes only: a,b; may be repeated [default: all].",
        show_default=False,
    ),
]
IgnoreCauses = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="CAUSE",
        help="Do not look for these causes: a,b; may be repeated [default: none].",
        show_default=False,
    ),
]


MOST_WORKERS = 1000


class Numbers(tuple[int, ...]):
    """Numbers of one option. Typer takes a plain tuple for several values of the command line."""

    __slots__ = ()


def _worker_numbers(text: str) -> Numbers:
    numbers = [number.strip() for number in text.split(",")]
    if not all(number.isdecimal() and number.isascii() and 1 <= int(number) <= MOST_WORKERS for number in numbers):
        raise ValueError(f"{text!r} is not a list of numbers from 1 to {MOST_WORKERS}; write it like 1,2,4,8")
    return Numbers(sorted(set(map(int, numbers))))


WorkerNumbers = Annotated[
    Numbers | None,
    typer.Option(
        "--workers",
        metavar="N,N,…",
        parser=parsed(_worker_numbers),
        help="Measure what -n N of pytest-xdist costs for each of these numbers, such as 1,2,4,8 [default: none].",
        show_default=False,
    ),
]
JUnitTimes = Annotated[
    Path | None,
    typer.Option(
        "--junit",
        metavar="FILE",
        help="With --workers: durations of the tests, as pytest --junit-xml writes them [default: those of verify].",
        show_default=False,
    ),
]


def names(given: list[str] | None) -> tuple[str, ...]:
    """The names in options that take several, with commas between them."""
    return tuple(filter(None, (name.strip() for names in given or () for name in names.split(","))))


NoProgress = Annotated[bool, typer.Option("--no-progress", help="Do not show on stderr how far the command is.")]
ShowOutput = Annotated[bool, typer.Option("--show-output", help="Show all output of pytest where something is wrong.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, notes or hints on stderr.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="One line per round; a reason for each verdict.")]
