"""Codemods that mend what lint and diagnose find: one file per codemod, and one line in CODEMODS."""

from collectbench.codemods import non_test_class, package_exports, unused_import
from collectbench.codemods.codemod import Choices, Codemod, Request

CODEMODS: tuple[Codemod, ...] = (non_test_class.CODEMOD, package_exports.CODEMOD, unused_import.CODEMOD)
"""All codemods, in the order in which they are listed."""

__all__ = ["CODEMODS", "Choices", "Codemod", "Request"]
