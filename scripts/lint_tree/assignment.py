"""Which file names which module or name that does not exist, and in which form."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

from lint_tree.draft import Draft
from lint_tree.plan import Plan
from lint_tree.references import (
    MODULE,
    NAME,
    Gone,
    Writer,
    at_module_level,
    by_import_module,
    from_import,
    import_statement,
    in_function,
    in_try,
    patched,
    plant,
)
from lint_tree.skeleton import Tree
from lint_tree.words import camel

SHARE_OF_APP = 0.12
"""Of the files that name what does not exist, so many are no test files."""


def plain_from(tree: Tree, draft: Draft, gone: Gone) -> None:
    """Add `from a import b` in a function."""
    in_function(tree, draft, lambda p: from_import(tree, draft, gone, p))


def plain_import(tree: Tree, draft: Draft, gone: Gone) -> None:
    """Add `import a.b` in a function."""
    in_function(tree, draft, lambda p: import_statement(tree, gone, p))


def choose_broken(tree: Tree, plan: Plan) -> None:
    """Mark the files that will have imports at module level which fail."""
    count = max(1, min(plan.naming_files, len(tree.tests) // 2) // 8)
    for draft in tree.tests[:count]:
        draft.broken = True


def missing_modules(tree: Tree, plan: Plan) -> None:
    """Plant all references to modules that do not exist."""
    names = list(islice(_modules(tree), plan.missing_modules))
    broken = [draft for draft in tree.tests if draft.broken]
    count = min(plan.naming_files, len(tree.tests) * 2 // 3) - len(broken)
    apps = [module.draft for module in tree.modules[: int(count * SHARE_OF_APP)]] + tree.conftests[: count // 20]
    others = apps + tree.whole()[: count - len(apps)]
    tests = [draft for draft in others if draft not in apps]
    loud = plan.at_module_level - plan.at_module_level // 2
    jobs: list[tuple[Draft, Writer]] = []
    jobs += zip(islice(cycle(broken), loud), cycle([at_module_level]), strict=False)
    jobs += zip(islice(cycle(others), plan.at_module_level // 2), cycle([at_module_level]), strict=False)
    in_tests = _times((patched, plan.patched), (in_try, plan.in_try), (by_import_module, plan.by_import_module))
    jobs += zip(cycle(tests), in_tests, strict=False)
    # The rest goes to files in a circle, so that each file has at least one.
    inside = _times((plain_from, plan.from_in_function), (plain_import, plan.import_in_function))
    tree.rng.shuffle(inside)
    jobs += zip(cycle(others[::-1] + broken), inside, strict=False)
    subjects = [names[index] if index < len(names) else tree.rng.choice(names) for index in range(len(jobs))]
    tree.rng.shuffle(subjects)
    gone = [Gone(rule=MODULE, module=module, name=_name(tree)) for module in subjects]
    plant(tree, [draft for draft, _ in jobs], gone, [write for _, write in jobs])


def missing_names(tree: Tree, plan: Plan) -> None:
    """Plant all references to names that existing modules lack."""
    packages = cycle(tree.app_packages)
    owners = [next(packages) if index % 12 == 0 else tree.module().dotted for index in range(plan.missing_names)]
    distinct = [Gone(rule=NAME, module=module, name=_gone(tree, index)) for index, module in enumerate(owners)]
    writers = _times((patched, plan.names_patched), (plain_from, plan.names_imported))
    tree.rng.shuffle(writers)
    loud = max(1, plan.names_imported // 20)
    for index in [index for index, write in enumerate(writers) if write is plain_from][:loud]:
        writers[index] = at_module_level
    gone = distinct + [tree.rng.choice(distinct) for _ in writers[len(distinct) :]]
    broken = cycle([draft for draft in tree.tests if draft.broken])
    whole = tree.whole()
    drafts = [
        next(broken) if write is at_module_level and index % 2 else tree.rng.choice(whole)
        for index, write in enumerate(writers)
    ]
    plant(tree, drafts, gone[: len(writers)], writers)


def _times(*counts: tuple[Writer, int]) -> list[Writer]:
    """Return each writer as often as its number says."""
    return [writer for writer, count in counts for _ in range(count)]


def _modules(tree: Tree) -> Iterator[str]:
    """Yield names of modules that do not exist."""
    stems = [module.draft.stem for module in tree.modules]
    rng = tree.rng
    while True:
        roll = rng.random()
        if roll < 0.2:  # moved: one module of this name exists elsewhere
            name = rng.choice(stems)
            package = rng.choice(tree.app_packages)
            dotted = f"{package}.{name}"
            if f"{dotted.replace('.', '/')}.py" in tree.drafts:
                continue
            stems.remove(name)
            yield dotted
        elif roll < 0.6:
            yield f"{rng.choice(tree.app_packages)}.{tree.stem()}"
        elif roll < 0.75:
            yield f"app.{tree.stem()}.{tree.stem()}"
        else:
            yield f"{rng.choice(tree.test_packages)}.{tree.stem()}"


def _name(tree: Tree) -> str:
    return tree.rng.choice((camel(tree.prose.stem()), tree.prose.action()))


def _gone(tree: Tree, index: int) -> str:
    """Return a name that no module has."""
    return tree.rng.choice((f"legacy_{tree.prose.action()}_{index}", f"Old{camel(tree.prose.stem())}{index}"))
