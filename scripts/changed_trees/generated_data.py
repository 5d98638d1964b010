"""Changes in the generated repository: data that is read, listed or looked at, and modules found in unusual ways."""

from __future__ import annotations

from changed_trees import generated_files as generated
from changed_trees.generated_tests import DRAWS
from changed_trees.kind import Kind
from changed_trees.making import compile_into
from changed_trees.tree import Tree

TESTS = "service/tests"


def read_text(tree: Tree) -> None:
    """A text that is read becomes longer; children of a target read some of them."""
    name, near = tree.rng.choice(
        [
            ("service/src/shop/resources/prices.csv", "src"),
            (f"{TESTS}/ignoring/ignored.txt", "ignoring"),
            (f"{TESTS}/process/names.txt", "process"),
            (f"{TESTS}/spawned/names.txt", "spawned"),
            (f"{TESTS}/unstable/names.txt", "unstable"),
            (f"{TESTS}/hashed/{tree.pick('a', 'b', 'c', 'd', 'UTC', 'EST')}.txt", "hashed"),
            ("service/fixtures/real_v1/values.txt", "outside"),
            (f"{TESTS}/descriptors/relative/names.txt", "descriptors"),
            ("service/start/size.txt", "early"),
        ]
    )
    tree.near.append(near)
    tree.write(name, "3\n" if near == "early" else tree.text(name) + "test_deeper.py\n")


def read_by_child(tree: Tree) -> None:
    """A text that only a child process of the target reads."""
    target = tree.pick("process", "spawned")
    tree.near.append(target)
    tree.append(f"{TESTS}/{target}/names.txt", "more\n")


def drawn(tree: Tree) -> None:
    """Some of the files of which one is read."""
    tree.near.append("lottery")
    tree.done.append("write half of the files in lottery/draws")
    for number in tree.rng.sample(range(DRAWS), DRAWS // 2):
        tree.path(f"{TESTS}/lottery/draws/{number:02}.txt").write_text("drawn twice\n")


def formats(tree: Tree) -> None:
    """A database, a pickle, JSON, a zip file, or settings."""
    tree.near.append("formats")
    name, content = tree.rng.choice(
        [
            ("store/shop.db", generated.database("ink", "paper", "pen")),
            ("store/shop.db", generated.database("ink")),
            ("zips/packed.zip", generated.archive("NAMES = ['zipped', 'more']\n")),
            ("zips/packed.zip", generated.archive("NAMES = ['zippeD']\n")),
            ("texts/names.json", b'["j1", "j3"]\n'),
            ("settings/default.cfg", b"[shop]\nname = other\n"),
        ]
    )
    tree.write(f"{TESTS}/formats/{name}", content)


def missing_settings(tree: Tree) -> None:
    """A file that was asked for and missing, in a directory of which nothing is read."""
    tree.near.append("formats")
    tree.write(f"{TESTS}/formats/own_settings/user.cfg", "[shop]\nuser = me\n")


def listed(tree: Tree) -> None:
    """A new name in a directory that is listed, or below it."""
    tree.near.append("cases")
    name = tree.pick(
        "cases/c.json", "cases/other.txt", "templates/mail/bye.txt", "templates/new/x.txt", "templates/y.txt"
    )
    tree.write(f"{TESTS}/cases/{name}", "new\n")


def looked_at(tree: Tree) -> None:
    """A file that is only looked at: whether it exists, or how long it is."""
    tree.near.extend(("probes", "unseen"))
    name = tree.pick(
        f"{TESTS}/probes/fast.flag",
        "service/switches/slow.flag",
        f"{TESTS}/unseen/groups/beta/meta.json",
        f"{TESTS}/unseen/groups/gamma/meta.json",
        f"{TESTS}/unseen/sized/blob.bin",
    )
    tree.write(name, "longer than before")


def other_look(tree: Tree) -> None:
    """A link that is not followed, or the mode of a file that is not opened."""
    tree.near.append("probes")
    if tree.rng.random() < 0.5:
        tree.remove(f"{TESTS}/probes/current")
        tree.link(f"{TESTS}/probes/current", "test_probes.py")
    else:
        tree.done.append("chmod +x run.sh")
        tree.path(f"{TESTS}/probes/run.sh").chmod(0o755)


def by_descriptor(tree: Tree) -> None:
    """Files and directories that are reached by descriptors."""
    tree.near.append("descriptors")
    name = tree.pick("relative/names.txt", "relative/new.txt", "walked/c.txt", "walked/below/c.txt", "walked/new/c.txt")
    tree.write(f"{TESTS}/descriptors/{name}", "new\n")


def behind_a_link(tree: Tree) -> None:
    """A file whose path goes through a link and up again."""
    tree.near.append("outside")
    tree.append("service/fixtures/beside.txt", "more\n")


def read_without_ignored(tree: Tree) -> None:
    """Files that are read only in a tree without the ignored ones."""
    tree.near.append("flagged")
    tree.append(f"{TESTS}/flagged/{tree.pick('without', 'rest', 'with', 'a')}.txt", "more\n")


def listed_and_forgotten(tree: Tree) -> None:
    """A file that is only listed, and that git forgets and ignores."""
    tree.near.append("cases")
    name = f"{TESTS}/cases/{tree.pick('cases/b.json', 'templates/mail/hello.txt')}"
    tree.append(".gitignore", f"/{name}\n")
    tree.git("rm", "--cached", "--quiet", name)


def looked_at_in_vain(tree: Tree) -> None:
    """A file that was looked at is gone."""
    tree.near.append("unseen")
    tree.remove(tree.pick(f"{TESTS}/unseen/groups/alpha/meta.json", f"{TESTS}/unseen/groups"))


def shadowed(tree: Tree) -> None:
    """A module that comes before another one on the path, or that was looked for in vain."""
    tree.near.append("names")
    name = tree.pick(
        "service/gen/py/late.py",
        "service/gen/py/speedups.py",
        "service/overrides/speedups.py",
        "service/overrides/late.py",
        "service/lib/speedups.py",
        "service/lib/late/__init__.py",
        "service/lib/sealed.py",
        "service/late.py",
        f"{TESTS}/names/late.py",
        "service/ns_one/late.py",
        "service/ns_one/nsp/two.py",
        "service/speedups/__init__.py",
    )
    tree.write(name, "NAMES = ['shadow', 'more']\n")


def namespace(tree: Tree) -> None:
    """A namespace package becomes a package, or gets one more part."""
    tree.near.append("names")
    name = tree.pick(
        "service/ns_one/nsp/__init__.py", "service/ns_two/nsp/__init__.py", "service/lib/nsp/__init__.py",
        "service/nsp/__init__.py", "service/overrides/nsp/one.py", "service/gen/py/nsp/two.py",
    )  # fmt: skip
    tree.write(name, "NAMES = ['other', 'names']\n")


def sealed(tree: Tree) -> None:
    """A module without source gets other content."""
    tree.near.append("names")
    tree.done.append("compile another sealed.pyc")
    compile_into(tree.scene, "NAMES = ['sealed', 'again']\n", tree.path(generated.SEALED))


def sealed_instead(tree: Tree) -> None:
    """A module loses its source: bytecode takes its place."""
    tree.near.append("names")
    tree.remove("service/lib/late.py")
    compile_into(tree.scene, f"NAMES = ['late'{tree.pick('', ', 2')}]\n", tree.path("service/lib/late.pyc"))


def trusted_bytecode(tree: Tree) -> None:
    """Committed bytecode in __pycache__ that Python never holds against the source."""
    tree.near.append("names")
    tag = "import sys; print(sys.implementation.cache_tag)"
    shown = tree.scene.ask_python(tag)
    name = f"service/lib/__pycache__/late.{shown}.pyc"
    tree.done.append(f"compile {name}, unchecked")
    compile_into(tree.scene, "NAMES = ['trusted', 'more']\n", tree.path(name), "UNCHECKED_HASH")
    tree.git("add", "--force", name)


def early(tree: Tree) -> None:
    """What Python runs before the first statement of the round."""
    tree.near.append("early")
    name, content = tree.rng.choice(
        [
            ("service/start/size.txt", "5\n"),
            ("service/start/sitecustomize.py", "import sys\nsys.shop_size = 4\n"),
            ("service/start/usercustomize.py", "import sys\nsys.shop_size = 7\n"),
            ("service/start/conftest.py", "import sched\n"),
        ]
    )
    tree.write(name, content)


def linked(tree: Tree) -> None:
    """A link leads to another directory, or a directory takes its place."""
    tree.near.append("outside")
    name = f"{TESTS}/outside/linked"
    tree.remove(name)
    if tree.rng.random() < 0.7:
        tree.link(name, tree.pick("../../fixtures/real_v2", "../../fixtures", "../../../../outside"))
    else:
        tree.write(f"{name}/values.txt", tree.pick("one two\n", "one\n"))


def chained(tree: Tree) -> None:
    """A link in the middle of a chain leads elsewhere."""
    tree.near.append("chains")
    tree.remove("service/links/current")
    tree.link("service/links/current", "../fixtures/real_v2")


def piled(tree: Tree) -> None:
    """A text that is read only without a directory that git ignores."""
    tree.near.append("piles")
    tree.append(f"{TESTS}/piles/names.txt", "p3\n")


def folders_swapped(tree: Tree) -> None:
    """Two directories swap their names, so that no listing changes."""
    one, other, near = tree.rng.choice(
        [
            ("service/fixtures/real_v1", "service/fixtures/real_v2", "outside"),
            (f"{TESTS}/cases/templates/mail", f"{TESTS}/cases/templates/page", "cases"),
            (f"{TESTS}/unseen/groups/alpha", f"{TESTS}/unseen/groups/beta", "unseen"),
        ]
    )
    tree.near.append(near)
    tree.rename(one, f"{one}.swapped")
    tree.rename(other, one)
    tree.rename(f"{one}.swapped", other)


def loaded_module(tree: Tree) -> None:
    """A module that a target loads."""
    name, near = tree.rng.choice(
        [
            ("service/src/shop/prices.py", "src"), ("service/src/shop/__init__.py", "src"),
            ("service/lib/late.py", "names"), ("service/ns_two/nsp/two.py", "names"),
            (f"{TESTS}/mode/mode_slow.py", "mode"), (f"{TESTS}/ignoring/deep/conftest.py", "ignoring"),
            (f"{TESTS}/spawned/worker.py", "spawned"),
        ]
    )  # fmt: skip
    tree.near.append(near)
    tree.append(name, "import sched\n")


KINDS = (
    Kind(name="a text that is read", make=read_text),
    Kind(name="a text that a child reads", make=read_by_child),
    Kind(name="texts of which one is drawn", make=drawn),
    Kind(name="data in other formats", make=formats),
    Kind(name="a file asked for in vain", make=missing_settings),
    Kind(name="a name in a listed folder", make=listed),
    Kind(name="a file that is looked at", make=looked_at),
    Kind(name="a link or a mode that is looked at", make=other_look),
    Kind(name="by descriptors", make=by_descriptor),
    Kind(name="behind a link", make=behind_a_link),
    Kind(name="read without ignored files", make=read_without_ignored),
    Kind(name="listed, forgotten and ignored", make=listed_and_forgotten),
    Kind(name="a lost file that was looked at", make=looked_at_in_vain),
    Kind(name="a module that comes first", make=shadowed),
    Kind(name="a namespace package", make=namespace),
    Kind(name="a module without source", make=sealed),
    Kind(name="bytecode for a source", make=sealed_instead),
    Kind(name="unchecked bytecode", make=trusted_bytecode),
    Kind(name="the start of Python", make=early),
    Kind(name="where a link leads", make=linked),
    Kind(name="where a chain of links leads", make=chained),
    Kind(name="read without an ignored folder", make=piled),
    Kind(name="two folders swapped that are read", make=folders_swapped),
    Kind(name="a loaded module", make=loaded_module),
)
