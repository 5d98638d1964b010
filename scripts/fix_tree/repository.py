"""Writes a repository with planted references to modules that are forbidden or missing, and says what it planted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from random import Random

from fix_tree.forms import FORMS, HEADER, MISSING, MODULE, RELATIVE, WITHOUT, Form

FORBIDDEN = "forbidden-import"
ABSENT = "missing-module"
ENTRIES = {
    "shop.legacy": "shop.orders",
    "shop.old_mail": "shop.mail",
    "archive": "shop.fresh",
    "shop.testing": "shop.fakes",
    "tests.support.old": "tests.support.fresh",
    "shop.gone": "shop.present",
    "shop.void": None,
}
NAMELESS = frozenset({"if", "__import__", "patch.dict", "sys.modules"})
"""Forms that use no name of the module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is planted: references and files, of both kinds, and missing modules; all files and their bytes."""

    forbidden: int = 2615
    forbidden_files: int = 655
    missing_files: int = 344
    missing_modules: int = 294
    share: float = 1.0
    files: int = 5776
    size_bytes: int = 134_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One planted reference: where it is, in which form, and whether it has to be rewritten or named."""

    rule: str
    path: str
    number: int
    first: int
    last: int
    form: str
    module: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plant:
    rule: str
    form: Form
    old: str


def make(directory: Path, size: Size, seed: int = 1) -> list[Row]:
    """Write the repository into an empty directory and return what was planted, the same for the same arguments."""
    rng = Random(seed)
    files = dict(_modules(size))
    by_path: dict[str, list[_Plant]] = {}
    _forbidden(by_path, size, rng)
    _missing(by_path, size, rng)
    plain = max(size.files - len(by_path), 0)
    for number in range(plain):
        by_path[f"tests/plain/part_{number % 40}/test_plain_{number}.py"] = []
    average = size.size_bytes // max(len(by_path), 1)
    rows: list[Row] = []
    for path, plants in by_path.items():
        text, found = _test_file(path, plants, int(rng.lognormvariate(0, 0.75) * average / 1.32), rng)
        files[path] = text
        rows += found
    packages = {"/".join(path.split("/")[:depth]) for path in files for depth in range(1, path.count("/") + 1)}
    for package in packages:
        files.setdefault(f"{package}/__init__.py", "")
    files["pyproject.toml"] = "".join(_configuration())
    for path, text in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return rows


def as_rows(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return rows as JSON writes them."""
    return [asdict(row) for row in rows]


def _configuration() -> Iterator[str]:
    yield '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n'
    for module, replacement in ENTRIES.items():
        yield f'\n[[tool.collectbench.lint.forbidden-imports]]\nmodule = "{module}"\n'
        yield f'replacement = "{replacement}"\n' if replacement else ""


def _modules(size: Size) -> Iterator[tuple[str, str]]:
    for package in ("shop/legacy", "shop/orders", "archive", "shop/fresh"):
        yield f"{package}/__init__.py", MODULE
        for number in range(10):
            yield f"{package}/m{number}.py", MODULE
    for path in (
        "shop/old_mail",
        "shop/mail",
        "shop/testing/__init__",
        "shop/testing/shelf",
        "shop/fakes",
        "shop/void",
    ):
        yield f"{path}.py", MODULE
    for path in ("tests/support/old", "tests/support/fresh"):
        yield f"{path}.py", MODULE
    third = _third(size)
    for number in range(third):
        yield f"shop/present/p{number}.py", MODULE
        yield f"shop/moved/u{number}.py", MODULE


def _third(size: Size) -> int:
    return max(int(size.missing_modules * size.share) * 2 // 5, 1)


def _forbidden(by_path: dict[str, list[_Plant]], size: Size, rng: Random) -> None:
    olds = [
        *(f"shop.legacy.m{number}" for number in range(10)),
        *(f"archive.m{number}" for number in range(10)),
        *("shop.legacy", "shop.old_mail", "shop.old_mail", "shop.testing", "shop.testing.shelf"),
    ]
    count = max(int(size.forbidden * size.share), 1)
    paths = [f"tests/shop/part_{number % 20}/test_shop_{number}.py" for number in range(_files(size))]
    depths = ("tests/support", "tests/support/unit", "tests/support/unit/deep")
    relative = [f"{depths[number % 3]}/test_support_{number}.py" for number in range(max(len(paths) // 20, 3))]
    paths = paths[: max(len(paths) - len(relative), 1)]
    for path in relative:
        by_path[path] = [_Plant(rule=FORBIDDEN, form=form, old="tests.support.old") for form in RELATIVE]
    left = count - len(relative) * len(RELATIVE)
    forms = cycle(FORMS)
    for _, path in zip(range(left), cycle(paths), strict=False):
        form = next(forms)
        # A module that nothing replaces is named in any form; a star import of it would be as well.
        old = "shop.void" if form.outcome == "named" and rng.random() < 0.1 else rng.choice(olds)
        if old == "shop.testing.shelf" and form.name in NAMELESS:
            old = "shop.testing"  # without a name of it, nothing shows that the new module can stand in for this one
        by_path.setdefault(path, []).append(_Plant(rule=FORBIDDEN, form=form, old=old))


def _files(size: Size) -> int:
    return max(int(size.forbidden_files * size.share), 4)


def _missing(by_path: dict[str, list[_Plant]], size: Size, rng: Random) -> None:
    third = _third(size)
    known = [f"shop.gone.p{number}" for number in range(third)] + [f"shop.earlier.u{number}" for number in range(third)]
    lost = [f"shop.nowhere.n{number}" for number in range(max(int(size.missing_modules * size.share) - 2 * third, 1))]
    plants = [
        _Plant(rule=ABSENT, form=form, old="")
        for count, form in MISSING
        for _ in range(max(round(count * size.share), 1))
    ]
    rng.shuffle(plants)
    modules, replaced = cycle([*known, *lost]), cycle(known)
    paths = [f"tests/more/part_{n % 10}/test_more_{n}.py" for n in range(max(int(size.missing_files * size.share), 3))]
    for plant, path in zip(plants, cycle(paths), strict=False):
        old = next(modules if plant.form.name in WITHOUT else replaced)
        form = WITHOUT[plant.form.name] if old in lost else plant.form
        by_path.setdefault(path, []).append(_Plant(rule=ABSENT, form=form, old=old))


def _test_file(path: str, plants: Sequence[_Plant], size: int, rng: Random) -> tuple[str, list[Row]]:
    package = path.rpartition("/")[0].replace("/", ".")
    parts = [HEADER]
    rows = []
    blocks: list[_Plant | None] = list(plants)
    for _ in range(max(size - len(HEADER), 0) // len(_filler(rng))):
        blocks.insert(rng.randrange(len(blocks) + 1), None)
    line = HEADER.count("\n") + 1
    for number, plant in enumerate(blocks):
        text = _filler(rng, number) if plant is None else _text(plant, package, number)
        block = f"\n{text}\n"
        if plant is not None:
            rows.append(
                Row(
                    rule=plant.rule,
                    path=path,
                    number=number,
                    first=line + 1,
                    last=line + block.count("\n") - 2,
                    form=plant.form.name,
                    module=plant.old,
                    outcome=plant.form.outcome,
                )
            )
        parts.append(block)
        line += block.count("\n")
    return "".join(parts), rows


def _text(plant: _Plant, package: str, number: int) -> str:
    above, _, last = plant.old.rpartition(".")
    dots = "." * package.count(".")
    text = plant.form.text.format(m=plant.old, p=above, s=last, n=number, r=f"{dots}old", d=dots)
    return f"# plant {number}\n{text}# end {number}\n"


def _filler(rng: Random, number: int = 0) -> str:
    words = [rng.choice(("order", "price", "customer", "invoice", "cart", "stock")) for _ in range(3)]
    name = "_".join(words)
    return (
        re.sub(
            r"^ {8}",
            "",
            f'''
        def test_{name}_{number}(order, price=3):
            """The {words[0]} has a {words[1]}."""
            {words[0]} = {{"{words[1]}": {rng.randrange(1000)}, "{words[2]}": [1, 2, 3]}}
            for {words[1]} in range(price):
                {words[0]}["{words[1]}"] += {words[1]} * price
            assert {words[0]}["{words[1]}"] >= 0, "{words[2]} of the {words[0]}"
        ''',
            flags=re.MULTILINE,
        ).strip()
        + "\n"
    )
