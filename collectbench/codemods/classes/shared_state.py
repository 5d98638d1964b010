"""What keeps several copies of a definition apart when the program runs: state, and code that runs at the definition.

One class in the place of several has one set of class attributes for all files. Where in doubt, it keeps state.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from collectbench.lint.class_text import is_mark
from collectbench.sources.names import applied, dotted

_HARMLESS = frozenset(
    """
    property staticmethod classmethod abstractmethod overload override final wraps contextmanager asynccontextmanager
    cached_property total_ordering runtime_checkable dataclass define frozen attrs fixture setter getter deleter unique
    skip skipIf skipUnless
    """.split()  # noqa: SIM905 - a list would take ten lines
)
"""The last part of decorators that keep nothing and hand the function to nobody."""
_MAKERS = frozenset(
    """
    frozenset tuple str int float bool bytes complex range object Path PurePath PurePosixPath compile Decimal Fraction
    timedelta date datetime time timezone ZoneInfo UUID property field TypeVar NewType Version getLogger itemgetter
    attrgetter namedtuple dedent auto
    """.split()  # noqa: SIM905 - as above
)
"""The last part of functions whose values nobody can change."""
_READING = frozenset(
    """
    get items keys values copy index count format join startswith endswith union intersection difference issubset
    issuperset isdisjoint lower upper strip split replace encode
    """.split()  # noqa: SIM905 - as above
)
"""Methods that leave a list, dict or set as it is."""
_READERS = frozenset(
    "len list tuple set dict frozenset sorted sum any all str repr min max enumerate zip isinstance bool iter".split()  # noqa: SIM905 - as above
)
_COLLECTIONS = frozenset({"dict", "list", "set"})
_CLASSES = frozenset({"cls", "type", "self.__class__"})


def state_of_class(node: ast.ClassDef, tree: ast.Module) -> str | None:
    """Return why a class of the module `tree` may behave in another way if files share it; None if it does not."""
    for statement in node.body:
        if not isinstance(
            statement,
            (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Pass),
        ) and not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            return f"line {statement.lineno} of it runs code when the class is made"
    if node.keywords:
        return "it has a metaclass or other keywords, which may see each class that is made"
    if (reason := _of_decorators(node)) is not None:
        return reason
    for each in node.body:
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and (reason := state_of_function(each)):
            return reason
        if isinstance(each, ast.ClassDef) and (reason := state_of_class(each, tree)):
            return reason
    return _of_attributes(node, tree) or _of_writes(node, tree)


def state_of_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """Return why a function may behave in another way if files share it; None if it does not."""
    if (reason := _of_decorators(node)) is not None:
        return reason
    arguments = node.args
    for default in (*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)):
        if not is_fixed(default):
            return f"{node.name} has the default {ast.unparse(default)}, which all calls share"
    return None


def is_fixed(node: ast.expr) -> bool:  # noqa: PLR0911 - one branch a kind
    """Whether nobody can change the value of an expression, and to compute it again does nothing else."""
    match node:
        case ast.Constant() | ast.Name() | ast.Lambda() | ast.Subscript():
            return True
        case ast.Attribute(value=value):
            return bool(dotted(node)) or is_fixed(value)
        case ast.Tuple(elts=elements):
            return all(map(is_fixed, elements))
        case ast.UnaryOp(operand=operand):
            return is_fixed(operand)
        case ast.BinOp(left=left, right=right):
            return is_fixed(left) and is_fixed(right)
        case ast.IfExp(body=body, orelse=other):
            return is_fixed(body) and is_fixed(other)
        case ast.JoinedStr():
            return True
        case ast.Call(args=arguments, keywords=keywords):
            return dotted(node.func).rpartition(".")[2] in _MAKERS and not any(
                isinstance(each, ast.Call) and not is_fixed(each)
                for each in (*arguments, *(keyword.value for keyword in keywords))
            )
    return False


def _of_decorators(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str | None:
    for decorator in node.decorator_list:
        name = applied(decorator)
        if not is_mark(name) and name.rpartition(".")[2] not in _HARMLESS:
            return f"its decorator {ast.unparse(decorator)} may do something in each file"
    return None


def _of_attributes(node: ast.ClassDef, tree: ast.Module) -> str | None:
    """Attributes of the class that are lists and the like, unless they are only read."""
    kept = {name for statement in node.body for name, value in _assigned(statement) if not is_fixed(value)}
    if not kept:
        return None
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for each in ast.walk(tree):
        if isinstance(each, ast.Attribute) and each.attr in kept and not _is_read_only(each, parents):
            return f"line {each.lineno} may change its attribute {each.attr}, which all files would share"
    for name, value in (pair for statement in node.body for pair in _assigned(statement)):
        if isinstance(value, ast.Call) and name in kept and dotted(value.func) not in _COLLECTIONS:
            return f"its attribute {name} is made by a call, and all files would share it"
    return None


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from ((each.id, statement.value) for each in ast.walk(target) if isinstance(each, ast.Name))
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        yield dotted(statement.target), statement.value


def _is_read_only(node: ast.expr, parents: dict[ast.AST, ast.AST]) -> bool:  # noqa: PLR0911 - one branch a kind
    if not isinstance(getattr(node, "ctx", None), ast.Load):  # `self.calls = []` hides the one of the class
        is_own = isinstance(node, ast.Attribute) and dotted(node.value) == "self"
        return is_own and not isinstance(parents[node], ast.AugAssign)
    match parents[node]:
        case ast.Subscript(value=value, ctx=ast.Load()) as parent:
            return value is node and not isinstance(parents[parent], ast.Attribute)
        case ast.Attribute(attr=attribute) as parent:
            return attribute in _READING and isinstance(parents[parent], ast.Call)
        case ast.Call(func=ast.Name(id=called), args=arguments):
            return called in _READERS and node in arguments
        case ast.For(iter=source) | ast.AsyncFor(iter=source) | ast.comprehension(iter=source):
            return source is node
        case ast.keyword(arg=None) | ast.Compare() | ast.Starred() | ast.FormattedValue() | ast.UnaryOp():
            return True
        case ast.Dict(keys=keys, values=values):
            return any(key is None and value is node for key, value in zip(keys, values, strict=True))
        case ast.If() | ast.While() | ast.Assert() | ast.BinOp():
            return True
    return False


def _of_writes(node: ast.ClassDef, tree: ast.Module) -> str | None:
    """Lines that change the class itself, in its methods or elsewhere in the file."""
    inside = set(ast.walk(node))
    for each in ast.walk(tree):
        names = {node.name, *_CLASSES} if each in inside else {node.name}
        match each:
            case ast.Attribute(value=value, ctx=ast.Store() | ast.Del()):
                target = value
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[target, *_]):
                pass
            case ast.Subscript(value=ast.Attribute(value=value), ctx=ast.Store() | ast.Del()):
                target = value
            case _:
                continue
        if dotted(target.func if isinstance(target, ast.Call) else target) in names:
            return f"line {each.lineno} changes the class, which all files would share"
    return None
