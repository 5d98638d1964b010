"""A few violations of each of the other rules, and comments that silence one."""

from __future__ import annotations

from lint_tree.draft import Draft, Mark
from lint_tree.plan import Plan
from lint_tree.skeleton import Tree
from lint_tree.words import camel, fresh

IO = (
    ("subprocess.run", "subprocess", 'SUBPROCESS_{i} = subprocess.run(["true"], check=False).returncode\n'),
    ("open", "", 'with open(__file__, encoding="utf-8") as handle_{i}:\n    FIRST_LINE_{i} = handle_{i}.readline()\n'),
    ("Path.read_text", "pathlib", 'OWN_TEXT_{i} = pathlib.Path(__file__).read_text(encoding="utf-8")\n'),
    ("subprocess.check_output", "subprocess", 'ANSWER_{i} = subprocess.check_output(["true"])\n'),
)
WAITS = (("time.sleep", "time", "time.sleep(0.001)\n"), ("sleep", "", "sleep(0.001)\n"))
UNSTABLE = (
    ("uuid4", "uuid", "[str(uuid.uuid4()), 3]"),
    ("random", "random", "[random.random(), random.randint(1, 9)]"),
    ("time", "time", "[time.time(), 4]"),
    ("set", "", '{"north", "south", "east", "west", "upper", "lower"}'),
    ("id()", "", "[id(object()), 1]"),
    ("now", "datetime", "[datetime.datetime.now().isoformat(), None]"),
)
PATHS = (
    ("sys.path.insert", 'sys.path.insert(0, "/home/developer/checkout/src")\n'),
    ("sys.path.append", 'sys.path.append("/opt/build-agent/lib")\n'),
)


def handful(tree: Tree, plan: Plan) -> None:
    """Plant a few violations of each rule that needs no more."""
    drafts = tree.rng.sample(tree.whole(), min(len(tree.whole()), plan.handful * 5 + 3))
    for index in range(plan.handful):
        form, module, text = IO[index % len(IO)]
        _head(
            drafts.pop(),
            f"\n{text.format(i=index)}",
            Mark(rule="module-level-io", subject=form, form=form, line=1),
            module,
        )
        form, module, text = WAITS[index % len(WAITS)]
        waiting = drafts.pop()
        if not module:
            waiting.needs("from time import sleep")
        _head(waiting, f"\n{text}", Mark(rule="module-level-wait", subject="time.sleep", form=form, line=1), module)
        form, text = PATHS[index % len(PATHS)]
        _head(drafts.pop(), f"\n{text}", Mark(rule="host-path", subject=form, form=form, line=1), "sys")
        _unstable(tree, drafts.pop(), index)
    duplicate_items(tree, plan.handful)
    silenced(tree, drafts.pop(), drafts.pop())


def _head(draft: Draft, text: str, mark: Mark, module: str) -> None:
    if module:
        draft.needs(f"import {module}")
    draft.add_head(text, mark)


def _unstable(tree: Tree, draft: Draft, index: int) -> None:
    form, module, values = UNSTABLE[index % len(UNSTABLE)]
    if module:
        draft.needs(f"import {module}")
    draft.needs("import pytest")
    name = fresh(draft.used, lambda: f"test_{tree.prose.action()}")
    draft.add(
        f'@pytest.mark.parametrize("value", {values})\ndef {name}(value):\n    assert value\n',
        Mark(rule="unstable-parameter", subject=name, form=form, last=1),
    )


def duplicate_items(tree: Tree, count: int) -> None:
    """Let test modules import tests of other test modules, which have nothing else."""
    for index in range(count):
        package = tree.rng.choice(tree.test_packages)
        source = tree.draft(f"{package.replace('.', '/')}/test_{tree.stem()}.py")
        source.known.append("len")
        source.needs("import pytest")
        class_name, function = f"Test{camel(source.stem)}", f"test_{source.stem}_alone"
        source.add(f"class {class_name}:\n{tree.prose.members(2, source.known, tests=True)}")
        source.add(f"def {function}():\n    assert {index} < 100\n")
        target = tree.rng.choice(tree.whole())
        form, name = (("class by name", class_name), ("function by name", function), ("star", "*"))[index % 3]
        target.add_head(
            f"from {source.dotted} import {name}\n",
            Mark(
                rule="duplicate-items",
                subject=source.dotted if name == "*" else name,
                form=form,
                more={"from": source.dotted},
            ),
        )


def silenced(tree: Tree, used: Draft, unused: Draft) -> None:
    """Add a comment that silences a violation, and one that silences nothing."""
    gone = f"app.{tree.stem()}"
    name = fresh(used.used, lambda: f"test_{tree.prose.action()}")
    used.add(
        f"def {name}():\n    from {gone} import found  # collectbench: ignore[missing-module]\n    assert found\n",
        Mark(rule="missing-module", subject=gone, form="ignored", line=1, listed="ignored"),
    )
    name = fresh(unused.used, lambda: f"test_{tree.prose.action()}")
    unused.add(
        f"def {name}():\n    assert len('abc') == 3  # collectbench: ignore[missing-module]\n",
        Mark(rule="unused-ignore", subject="missing-module", form="ignore that silences nothing", line=1),
    )
