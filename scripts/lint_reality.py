"""What pytest and Python themselves say about violations. scripts/lint_precision.py starts it in a suite's interpreter.

Usage: python lint_reality.py collect|alone|import QUESTIONS ANSWERS

QUESTIONS is a JSON document: `violations` as lint reports them, each with the absolute path of its file, `arguments`
for pytest (`collect`, `alone`) and `sys_path` (`import`). ANSWERS gets a line of JSON for each violation, in order: a
verdict and the reason for it. `collect` ends with a line of its own: the sys.path of the collection. Needs pytest 7.
"""

from __future__ import annotations

import ast
import enum
import inspect
import json
import os
import sys
from collections.abc import Generator
from dataclasses import dataclass, field, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from lint_imports import CONFIRMED, FALSE, UNCHECKED, Answer, file_of, missing

ASK_ALONE = "ask alone"  # only the file's own collection can tell
Place = tuple[str, int]  # a file and a line
_Definition = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def place_of(function: Any) -> Place | None:
    """Where the code of a function starts, which is its first decorator; None if it has no code of its own."""
    function = getattr(function, "__func__", function)
    code = getattr(inspect.unwrap(function), "__code__", None) if callable(function) else None
    return (os.path.realpath(code.co_filename), code.co_firstlineno) if code else None


def class_key(cls: type) -> tuple[str, str]:
    """The file and the qualified name of a class: the same for both if a file was imported under two names."""
    file = getattr(sys.modules.get(cls.__module__), "__file__", None) or cls.__module__
    return os.path.realpath(file), cls.__qualname__


def first_line(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The line of the first decorator, or of the definition."""
    return min((node.lineno, *(decorator.lineno for decorator in node.decorator_list)))


def definitions_at(parent: ast.AST, line: int, outer: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """The definition whose header has this line, behind those around it; empty if there is none."""
    for child in ast.iter_child_nodes(parent):
        if isinstance(child, _Definition):
            if first_line(child) <= line <= max(child.lineno, child.body[0].lineno - 1):
                return (*outer, child)
            if child.lineno < line <= (child.end_lineno or 0):
                return definitions_at(child, line, (*outer, child))
        elif found := definitions_at(child, line, outer):
            return found
    return ()


def test_places(file: str, tree: ast.AST) -> set[Place]:
    """Where the functions below a node start, the node included."""
    functions = (node for node in ast.walk(tree) if isinstance(node, _Definition[1:]))
    return {(file, first_line(node)) for node in functions}


@dataclass(eq=False)  # pytest puts plugins in sets
class Recorder:
    """A pytest plugin that keeps what was collected.

    Attributes:
        runs: of each function, the classes or None, files and names at module level that it is collected under.
        nodes: the collectors of each class, and how much each collected.
        modules: of each collected file, why it could not be collected; empty if it could.
        warned: the place and the text of each PytestCollectionWarning.
        sys_path: at the end of the collection; pytest takes back its `pythonpath` when it ends.
    """

    runs: dict[Place, set[tuple[Any, str, str]]] = field(default_factory=dict)
    nodes: dict[tuple[str, str], list[tuple[Any, int]]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    warned: list[tuple[Place, str]] = field(default_factory=list)
    sys_path: list[str] = field(default_factory=list)
    config: Any = None

    def pytest_configure(self, config: Any) -> None:
        """Keep the configuration, which has the patterns and the directories."""
        self.config = config

    def pytest_collection_finish(self) -> None:
        """Keep the path on which the tests would look for modules."""
        self.sys_path = list(sys.path)

    def pytest_itemcollected(self, item: Any) -> None:
        """Keep where the function of a test starts, without making an instance of its class."""
        name = getattr(item, "originalname", None)
        holder = getattr(item.parent, "obj", None)
        place = place_of(getattr(holder, name, None)) if name and holder else None
        module = item.getparent(pytest.Module)
        if place and module:
            chain = item.listchain()
            top = chain[chain.index(module) + 1]
            run = (item.cls, os.path.realpath(module.path), getattr(top, "originalname", top.name))
            self.runs.setdefault(place, set()).add(run)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(self, collector: Any) -> Generator[None, Any, None]:
        """Keep the collected files, and the classes that pytest looked into."""
        report = (yield).get_result()
        if isinstance(collector, pytest.Class):
            self.nodes.setdefault(class_key(collector.obj), []).append((collector, len(report.result or ())))
        elif isinstance(collector, pytest.Module):
            why = "" if report.passed else str(report.longrepr).strip().splitlines()[-1]
            self.modules[os.path.realpath(collector.path)] = why

    def pytest_warning_recorded(self, warning_message: Any) -> None:
        """Keep pytest's own word about classes that it skips."""
        if issubclass(warning_message.category, pytest.PytestCollectionWarning):
            place = os.path.realpath(warning_message.filename), warning_message.lineno
            self.warned.append((place, str(warning_message.message)))

    def classes(self, file: str, definitions: tuple[Any, ...]) -> list[tuple[Any, int]]:
        """The collectors of a class in the source, which is the last of its name or not one that pytest saw."""
        node = definitions[-1]
        inside = range(first_line(node), node.end_lineno + 1)
        found = self.nodes.get((file, ".".join(one.name for one in definitions)), [])

        def is_it(cls: type) -> bool:
            places = [place for value in vars(cls).values() if (place := place_of(value)) and place[0] == file]
            return not places or any(line in inside for _, line in places)

        return [(collector, count) for collector, count in found if is_it(collector.obj)]

    def warning(self, file: str, node: ast.ClassDef) -> str:
        """What pytest says about a class that it cannot collect; empty if it says nothing."""
        lines = range(first_line(node), (node.end_lineno or node.lineno) + 1)
        start = f"cannot collect test class {node.name!r}"
        return next((text for (at, line), text in self.warned if at == file and line in lines and start in text), "")


def tests_of(collector: Any) -> list[str]:
    """The names of the test methods of a class, by pytest's own rules."""
    values: dict[str, Any] = {}
    for base in reversed(collector.obj.__mro__):  # dir() of an Enum leaves out its methods
        values |= vars(base)
    return [name for name, value in values.items() if collector.istestfunction(value, name)]


def uncollected(violation: dict[str, Any], file: str, tree: ast.AST, seen: Recorder, *, alone: bool) -> Answer:
    """Whether the tests at a line are tests that pytest does not run."""
    definitions = definitions_at(tree, violation["line"])
    places = test_places(file, definitions[-1] if definitions else tree)
    runs = sorted({run[1:] for place in places for run in seen.runs.get(place, ())})
    if alone and runs:
        return CONFIRMED, "only collected by the file's name"
    if runs:
        return FALSE, f"pytest collects {runs[0][1]} in {runs[0][0]}"
    for depth in range(1, len(definitions) + 1):
        if isinstance(definitions[depth - 1], ast.ClassDef) and (nodes := seen.classes(file, definitions[:depth])):
            answer = _in_class(definitions, depth, nodes, file, seen)
            if answer:
                return answer
    if seen.modules.get(file):
        return UNCHECKED, f"the file cannot be collected: {seen.modules[file]}"
    if alone:
        return FALSE, "collecting the file by its name yields no such test"
    return _shadowed(file, definitions) if file in seen.modules else _not_matched(file, seen)


def _not_matched(file: str, seen: Recorder) -> Answer:
    """The answer for a file that was not collected."""
    if any(Path(file).match(pattern) for pattern in seen.config.getini("python_files")):
        return FALSE, "its name is that of a test file: pytest was told to leave it out"
    below = [os.path.realpath(argument.partition("::")[0]) for argument in seen.config.args]
    if not any(Path(file).is_relative_to(folder) for folder in below):
        return FALSE, "it is not below the directories that pytest collects"
    return ASK_ALONE, ""


def _in_class(
    definitions: tuple[Any, ...], depth: int, nodes: list[tuple[Any, int]], file: str, seen: Recorder
) -> Answer | None:
    """The answer for a class that pytest looked into, or for a method in it; None if something else is the reason."""
    cls, names = nodes[0][0].obj, tests_of(nodes[0][0])
    word = seen.warning(file, definitions[depth - 1])
    if not word:
        return None
    is_method = depth + 1 == len(definitions) and not isinstance(definitions[-1], ast.ClassDef)
    if not names or (is_method and definitions[-1].name not in names):
        return FALSE, "it has no test methods by pytest's rules"
    for runs in seen.runs.values():
        for other, path, top in runs:
            if other is not None and issubclass(other, cls):
                return FALSE, f"pytest collects {top} in {path}, which is or inherits it"
    return CONFIRMED, word


def _shadowed(file: str, definitions: tuple[Any, ...]) -> Answer:
    """Whether the name of a definition is bound to another one after the import."""
    module = next((one for one in list(sys.modules.values()) if file_of(one) == file), None)
    if module is None or not definitions:
        return UNCHECKED, "no definition at this line" if module else "its module is no longer in sys.modules"
    bound: Any = module
    for definition in definitions:
        bound = inspect.getattr_static(bound, definition.name, None)
    own = test_places(file, definitions[-1])
    if not own:
        return FALSE, "there is no function in it"
    if bound is None:
        return FALSE, "its name is not bound after the import"
    values = list(vars(bound).values()) if inspect.isclass(bound) else [bound]
    places = {place for value in values if (place := place_of(value))}
    if own & places:
        return FALSE, "its name is still bound to it"
    if any(at == file for at, _ in places):
        return CONFIRMED, f"bound to the definition at line {min(line for at, line in places if at == file)}"
    return UNCHECKED, f"its name is bound to {bound!r:.60}, whose line is unknown"


def non_test_class(violation: dict[str, Any], file: str, tree: ast.AST, seen: Recorder) -> Answer:
    """Whether pytest looks into a class under a collectable name, and finds no test there."""
    definitions = definitions_at(tree, violation["line"])
    if not definitions or not isinstance(definitions[-1], ast.ClassDef):
        return FALSE, "no class at this line"
    nodes = seen.classes(file, definitions)
    if not nodes:
        why = seen.modules.get(file)
        return (UNCHECKED, f"the file cannot be collected: {why}") if why else (FALSE, "pytest does not look into it")
    cls, names = nodes[0][0].obj, tests_of(nodes[0][0])
    if any(count for _, count in nodes):
        return FALSE, "pytest collects tests from it"
    if names:
        return FALSE, f"it has test methods: {names[0]}"
    word = seen.warning(file, definitions[-1])
    if word or is_dataclass(cls) or issubclass(cls, enum.Enum):
        return CONFIRMED, word or "a dataclass or an Enum without tests"
    return FALSE, "pytest collects nothing from it, without a warning"


def _bound_at(tree: ast.AST, line: int) -> set[str]:
    """The names that the statement at a line binds; `*` for a star import."""
    names: set[str] = {one.name for one in definitions_at(tree, line)[:1]}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names |= {alias.asname or alias.name for alias in node.names}
            elif isinstance(node, ast.Assign):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def duplicate_items(violation: dict[str, Any], file: str, tree: ast.AST, seen: Recorder) -> Answer:
    """Whether what a line binds is collected in this file and in another one."""
    if seen.modules.get(file):
        return UNCHECKED, f"the file cannot be collected: {seen.modules[file]}"
    names = _bound_at(tree, violation["line"])
    here: set[str] = set()
    for runs in seen.runs.values():
        for cls, path, top in runs:
            if path == file and ("*" in names or top in names):
                here.add(top)
                key = cls and class_key(cls)
                for other, elsewhere, _ in runs:
                    if elsewhere != file and (other and class_key(other)) == key:
                        return CONFIRMED, f"also collected in {elsewhere}"
    return FALSE, f"{', '.join(sorted(here))} is collected here only" if here else "nothing of it is collected here"


def answers_of_collection(
    violations: list[dict[str, Any]], arguments: list[str], *, alone: bool
) -> tuple[list[Answer], list[str]]:
    """Collect once, and answer for each violation; also the sys.path that the collection left."""
    seen = Recorder()
    options = ("--collect-only", "-qq", "--continue-on-collection-errors", "-p", "no:cacheprovider")
    code = pytest.main([*options, "-W", "always::pytest.PytestCollectionWarning", *arguments], plugins=[seen])
    if code not in {0, 1, 2, 5} or not seen.modules:  # passed, failed, errors in files, nothing collected
        raise SystemExit(f"pytest ended with exit code {int(code)} and collected {len(seen.modules)} files")
    rules = {"non-test-class": non_test_class, "duplicate-items": duplicate_items}
    answers = []
    for violation in violations:
        file = os.path.realpath(violation["file"])
        tree = ast.parse(Path(file).read_bytes())
        if violation["rule"] == "uncollected-tests":
            answers.append(uncollected(violation, file, tree, seen, alone=alone))
        else:
            answers.append(rules[violation["rule"]](violation, file, tree, seen))
    return answers, seen.sys_path


def main() -> None:
    """Answer the questions of a file."""
    mode, questions, answers = sys.argv[1], *map(Path, sys.argv[2:])
    sys.path.pop(0)  # the directory of this script, which the suite's own start does not have
    asked = json.loads(questions.read_text(encoding="utf-8"))
    with answers.open("w", encoding="utf-8") as out:
        if mode == "import":
            sys.path[:] = asked["sys_path"]
            for violation in asked["violations"]:
                print(json.dumps(missing(violation)), file=out, flush=True)  # the next import may end the process
        else:
            found, path = answers_of_collection(asked["violations"], asked["arguments"], alone=mode == "alone")
            print(*map(json.dumps, (*found, path)), sep="\n", file=out)


if __name__ == "__main__":
    main()
