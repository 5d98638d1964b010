"""All names of a syntax tree: what binds them, and the chains of attributes that begin with them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from collectbench.codemods.references.scopes import COMPREHENSIONS, Scope, Use

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Names(ast.NodeVisitor):
    """All names of a tree.

    Attributes:
        module: the outermost scope.
        uses: chains, in the order of the tree.
        imports: `import` statements, each with the scope that it binds its names in.
        from_imports: likewise, `from` imports.
        scopes: by node, the scope in which an expression is evaluated.
        all_scopes: all of the tree.
        quoted: strings in annotations, whose names are among the uses.
    """

    def __init__(self, tree: ast.Module) -> None:
        """Read a whole tree."""
        self.module = self._scope = Scope(tree, None)
        self.uses: list[Use] = []
        self.imports: list[tuple[ast.Import, Scope]] = []
        self.from_imports: list[tuple[ast.ImportFrom, Scope]] = []
        self.scopes: dict[ast.AST, Scope] = {}
        self.all_scopes = [self.module]
        self.quoted: set[ast.AST] = set()
        for statement in tree.body:
            self.visit(statement)

    def used(self, scope: Scope | None, name: str) -> Iterator[Use]:
        """Yield the uses of a name that a scope binds."""
        for use in self.uses:
            if use.parts[0] == name and use.scope.resolve(name) is scope:
                yield use

    def visit(self, node: ast.AST) -> None:
        """Note the scope of a node, and read it."""
        self.scopes[node] = self._scope
        super().visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        """Bind what it imports."""
        scope = self._import(node, [alias.asname or alias.name.partition(".")[0] for alias in node.names])
        self.imports.append((node, scope))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Bind what it imports."""
        scope = self._import(node, [alias.asname or alias.name for alias in node.names])
        self.from_imports.append((node, scope))

    def _import(self, node: ast.stmt, names: Sequence[str]) -> Scope:
        for name in names:
            self._bind(name, node)
        scope = self._scope.binding
        return scope.module if any(scope.outer.get(name) is True for name in names) else scope

    def _bind(self, name: str, node: ast.AST) -> None:
        scope = self._scope.binding
        if scope.outer.get(name) is True:
            scope = scope.module
        scope.binders[name].append(node)

    def visit_Name(self, node: ast.Name) -> None:
        """Note a use, or a binding."""
        if isinstance(node.ctx, ast.Load):
            self.uses.append(Use(self._scope, (node.id,), (node,)))
        elif isinstance(self._scope.node, COMPREHENSIONS):
            self._scope.binders[node.id].append(node)
        else:
            self._bind(node.id, node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Bind its target outside of comprehensions."""
        self.visit(node.value)
        self._bind(node.target.id, node.target)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note a whole chain as one use."""
        nodes: list[ast.expr] = [node]
        while isinstance(inner := nodes[-1], ast.Attribute):
            nodes.append(inner.value)
        if not isinstance(root := nodes[-1], ast.Name):
            self.visit(nodes[-1])
            return
        for each in nodes:
            self.scopes[each] = self._scope
        nodes.reverse()
        parts = (root.id, *(each.attr for each in nodes if isinstance(each, ast.Attribute)))
        self.uses.append(Use(self._scope, parts, tuple(nodes)))

    def visit_Global(self, node: ast.Global) -> None:
        """Note that the names are those of the module."""
        self._scope.outer.update(dict.fromkeys(node.names, True))

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        """Note that the names are those of a function around."""
        self._scope.outer.update(dict.fromkeys(node.names, False))

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """Bind its name."""
        if node.name:
            self._bind(node.name, node)
        self.generic_visit(node)

    def _visit_capture(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping) -> None:
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name:
            self._bind(name, node)
        self.generic_visit(node)

    visit_MatchAs = visit_MatchStar = visit_MatchMapping = _visit_capture  # noqa: N815 - names of NodeVisitor

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Bind it, and read its body in a scope of its own."""
        self._all([*node.decorator_list, *node.bases, *node.keywords])
        self._bind(node.name, node)
        self._within(node, [*getattr(node, "type_params", ()), *node.body])

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._all([*node.decorator_list])
        self._bind(node.name, node)
        self._arguments(node.args)
        if node.returns is not None:
            self._annotation(node.returns)
        self._within(node, [*getattr(node, "type_params", ()), *node.body])

    visit_FunctionDef = visit_AsyncFunctionDef = _visit_function  # noqa: N815 - names of NodeVisitor

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Read its defaults here, and its body in a scope of its own."""
        self._arguments(node.args)
        self._within(node, [node.body])

    def _arguments(self, arguments: ast.arguments) -> None:
        self._all([each for each in (*arguments.defaults, *arguments.kw_defaults) if each is not None])
        for argument in _each_argument(arguments):
            if argument.annotation is not None:
                self._annotation(argument.annotation)

    def _annotation(self, node: ast.expr) -> None:
        """Read an annotation, and the names in the strings of it."""
        self.visit(node)
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.lineno == part.end_lineno:
                self._quoted(part, part.value)

    def _quoted(self, node: ast.Constant, text: str) -> None:
        # One quote on each side, and no escapes: only then the columns are known.
        if (node.end_col_offset or 0) - node.col_offset != len(text.encode()) + 2:
            return
        try:
            inner = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError):
            return
        self.quoted.add(node)
        for part in ast.walk(inner):
            if isinstance(part, ast.expr):
                part.col_offset += node.col_offset + 1
                part.end_col_offset = (part.end_col_offset or 0) + node.col_offset + 1
                part.lineno = part.end_lineno = node.lineno
        self.visit(inner)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Read its annotation as one."""
        self._annotation(node.annotation)
        self._all([each for each in (node.target, node.value) if each is not None])

    def _visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        first, *others = node.generators
        self.visit(first.iter)
        values: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._within(node, [first.target, *first.ifs, *others, *values])

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension  # noqa: N815

    def _within(self, node: ast.AST, parts: Iterable[ast.AST]) -> None:
        outer, self._scope = self._scope, Scope(node, self._scope)
        self.all_scopes.append(self._scope)
        if isinstance(node, _FUNCTIONS):
            for argument in _each_argument(node.args):
                self._scope.binders[argument.arg].append(argument)
        self._all(parts)
        self._scope = outer

    def _all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


def _each_argument(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (each for each in (arguments.vararg, arguments.kwarg) if each is not None)
