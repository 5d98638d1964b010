"""One helper class in many test files, in eight variants, and in comments and strings."""

from __future__ import annotations

from dataclasses import dataclass

from lint_tree.draft import Mark
from lint_tree.plan import Plan
from lint_tree.skeleton import Tree

HELPER = "TestApiHelper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """How a variant differs from the first one.

    Attributes:
        equal: variants with the same letter are equal if marks are ignored.
        on_class: a mark on the class.
        on_method: a mark on its second method.
        changed: its first method has another status.
        more: it has one more method.
    """

    equal: str
    on_class: str = ""
    on_method: str = ""
    changed: bool = False
    more: bool = False


VARIANTS = (
    Variant(equal="A"),
    Variant(equal="A", on_class="@pytest.mark.api\n"),
    Variant(equal="A", on_method="    @pytest.mark.slow\n"),
    Variant(equal="A", on_class="@pytest.mark.integration\n"),
    Variant(equal="B", changed=True),
    Variant(equal="B", changed=True, on_class="@pytest.mark.api\n"),
    Variant(equal="C", more=True),
    Variant(equal="A", on_class="@pytest.mark.api\n", on_method="    @pytest.mark.smoke\n"),
)

METHODS = (
    """    def get(self, path, **parameters):
        query = "&".join(f"{{name}}={{value}}" for name, value in sorted(parameters.items()))
        status = {status}
        self.calls.append(("GET", path, query))
        return {{"status": status, "body": json.dumps({{"path": path, "query": query}})}}
""",
    """    def post(self, path, body=None):
        if body is None:
            body = {{}}
        self.calls.append(("POST", path, json.dumps(body, sort_keys=True)))
        return {{"status": 201, "body": body}}
""",
    """    def login(self, user="admin", password="secret"):
        answer = self.post("/login", {{"user": user, "password": password}})
        self.token = answer["body"].get("token", f"token-{{user}}")
        return self.token
""",
    """    def last_call(self):
        assert self.calls, "nothing was requested"
        return self.calls[-1]
""",
)
MORE = """    def delete(self, path):
        self.calls.append(("DELETE", path, ""))
        return {{"status": 204, "body": None}}
"""
INIT = """    def __init__(self, base_url="http://localhost:8000", retries=3):
        self.base_url = base_url
        self.retries = retries
        self.token = None
        self.calls = []
"""


def text_of(tree: Tree, variant: Variant) -> str:
    """Return the class, with its own comments, docstrings and order of methods."""
    rng, prose = tree.rng, tree.prose
    methods = [method.format(status=202 if variant.changed else 200) for method in METHODS]
    methods[1] = variant.on_method + methods[1]
    if variant.more:
        methods.append(MORE.format())
    methods.insert(0, INIT)
    if rng.random() < 0.5:
        rng.shuffle(methods)
    for index, method in enumerate(methods):
        head, colon, rest = method.partition("):\n")
        if rng.random() < 0.3:
            rest = f'        """{prose.sentence().capitalize()}."""\n{rest}'
        elif rng.random() < 0.3:
            rest = f"        # {prose.sentence()}\n{rest}"
        methods[index] = head + colon + rest
    doc = f'    """{prose.sentence().capitalize()}."""\n\n' if rng.random() < 0.5 else ""
    return f"{variant.on_class}class {HELPER}:\n{doc}" + "\n".join(methods)


def copies(tree: Tree, plan: Plan) -> None:
    """Plant the helper in as many files as the plan says, and its text in others."""
    total = sum(plan.variants)
    free = tree.rng.sample(tree.whole(), total)
    alone = {
        letter: sum(count for count, one in zip(plan.variants, VARIANTS, strict=True) if one.equal == letter) == 1
        for letter in "ABC"
    }
    for number, (count, variant) in enumerate(zip(plan.variants, VARIANTS, strict=True)):
        for _ in range(count):
            draft = free.pop()
            draft.needs("import json", "import pytest")
            text = text_of(tree, variant)
            line = 1 if variant.on_class else 0
            more: dict[str, object] = {"variant": number, "equal_without_marks": variant.equal}
            form = "near copy" if alone[variant.equal] else "copy"
            draft.add(
                text,
                Mark(rule="duplicate-class", subject=HELPER, form=form, line=line, first=0, more=more),
                Mark(rule="non-test-class", subject=HELPER, form="own __init__, helper", line=line, first=0),
            )
            draft.used[HELPER] = None
    in_text(tree, plan.copies_in_text)


def in_text(tree: Tree, count: int) -> None:
    """Write the helper into comments and strings, where it is no class."""
    drafts = tree.rng.sample(tree.tests, min(count, len(tree.tests)))
    for index in range(count):
        draft = drafts[index % len(drafts)]
        text = text_of(tree, VARIANTS[index % len(VARIANTS)])
        if index % 3:
            form = "comment"
            written = "".join(f"# {line}\n" if line else "#\n" for line in text.splitlines())
        else:
            form = "string"
            escaped = text.replace('"""', "'''")
            written = f'OLD_HELPER_{index} = r"""\n{escaped}"""\n'
        draft.add(written, Mark(rule="duplicate-class", subject=HELPER, form=form, listed="copies_in_text"))
