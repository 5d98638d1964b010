"""How much is planted."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Counts of what is planted; those of a real repository by default.

    Attributes:
        own_init: Test classes with tests and an `__init__` of their own.
        inherited_init: with the one of a base.
        own_new: with a `__new__`.
        without_tests: Test classes with `__init__` and no tests, without the copies of the helper.
        variants: copies of the helper class in each of its variants.
        copies_in_text: copies of it in comments and strings.
        missing_modules: modules that do not exist.
        naming_files: files that name them, if there are so many.
        from_in_function: references by `from` in functions.
        at_module_level: by `from` or `import` at module level, half of them below TYPE_CHECKING.
        patched: in strings of `patch` and its like.
        in_try: imports in `try`.
        import_in_function: by `import` in functions.
        by_import_module: by `importlib.import_module`.
        missing_names: names that existing modules lack.
        names_patched: references to them in strings of `patch`.
        names_imported: by `from` in functions, mostly.
        shadowed: test functions that a second definition hides.
        unmatched: files with tests that no pattern matches.
        handful: how often each of the other rules is violated.
    """

    own_init: int = 45
    inherited_init: int = 10
    own_new: int = 8
    without_tests: int = 85
    variants: tuple[int, ...] = (31, 8, 4, 3, 2, 2, 1, 1)
    copies_in_text: int = 222
    missing_modules: int = 294
    naming_files: int = 344
    from_in_function: int = 504
    at_module_level: int = 124
    patched: int = 132
    in_try: int = 68
    import_in_function: int = 9
    by_import_module: int = 3
    missing_names: int = 403
    names_patched: int = 306
    names_imported: int = 434
    shadowed: int = 5
    unmatched: int = 5
    handful: int = 8

    def scaled(self, scale: float) -> Plan:
        """Return the plan with all counts multiplied, at least 1 each."""

        def less(count: int) -> int:
            return max(1, round(count * scale))

        counts = {item.name: less(getattr(self, item.name)) for item in fields(self) if item.name != "variants"}
        return replace(self, variants=tuple(map(less, self.variants)), **counts)
