"""Codemods that mend what lint and diagnose find: one file per codemod, and one line in CODEMODS."""

from collectbench.codemods import (
    duplicate_class,
    forbidden_import,
    heavy_import,
    missing_module,
    missing_name,
    non_test_class,
    package_exports,
    uncollected_tests,
    unused_import,
)
from collectbench.codemods.codemod import Choices, Codemod, Request

CODEMODS: tuple[Codemod, ...] = (
    duplicate_class.CODEMOD,
    non_test_class.CODEMOD,
    uncollected_tests.CODEMOD,
    missing_module.CODEMOD,
    missing_name.CODEMOD,
    forbidden_import.CODEMOD,
    heavy_import.CODEMOD,
    package_exports.CODEMOD,
    unused_import.CODEMOD,
)
"""All codemods, in the order in which they are listed."""

__all__ = ["CODEMODS", "Choices", "Codemod", "Request"]
