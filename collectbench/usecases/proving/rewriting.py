"""What a codemod would write, for experiments. It gets the profile of the rounds just taken; nothing is written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.checkouts.git import git_in
from collectbench.codemods import CODEMODS, Choices, Request
from collectbench.experiments import NotTestableError
from collectbench.lint import RULES
from collectbench.measure.process.launch import launch
from collectbench.model.costs import Profile
from collectbench.model.fixes import Edit, Skip
from collectbench.usecases.linting.lint import Examined, examine
from collectbench.usecases.linting.options import LintOptions
from collectbench.usecases.linting.place import Place, find_place
from collectbench.usecases.project import Project
from collectbench.usecases.proving.affected_tests import Tree


@dataclass(kw_only=True)
class Rewriter:
    """Runs codemods over the user's tree. The tree is read once for each codemod and choice of paths.

    Attributes:
        project: whose configuration and interpreter count.
        work: a directory of our own.
        profile: of the target that is tested now.
    """

    project: Project
    work: Path
    profile: Profile | None = None
    _examined: dict[tuple[str, tuple[str, ...]], tuple[Place, Examined]] = field(default_factory=dict)

    def rewrite(self, codemod_id: str, names: Sequence[str], paths: Sequence[str]) -> tuple[Edit, ...]:
        """Return the edits of a codemod, with paths relative to the project's root.

        Raises:
            NotTestableError: it leaves all alone; says why.
            UsageError: mistakes in the configuration.
            Interrupted: a signal arrived.
        """
        (codemod,) = (each for each in CODEMODS if each.id == codemod_id)
        place, examined = self._tree(codemod_id, tuple(paths))
        request = Request(
            evidence=examined.evidence,
            violations=examined.violations,
            choices=Choices(names=tuple(names)),
            profile=self.profile if codemod.needs_profile else None,
        )
        results = tuple(codemod.rewrite(request))
        edits = [each for each in results if isinstance(each, Edit)]
        if not edits:
            skips = [each for each in results if isinstance(each, Skip)]
            raise NotTestableError(_why(skips[0]) if skips else "the rewrite finds nothing that it can change")
        root = self.project.root
        return tuple(
            Edit(
                path=os.path.relpath(place.root / each.path, root),
                before=each.before,
                after=each.after,
                needs=each.needs,
                permits=each.permits,
            )
            for each in edits
        )

    def tree(self) -> Tree:
        """Return the user's tree whole; it is read if no codemod has read it.

        Raises:
            UsageError: mistakes in the configuration.
            Interrupted: a signal arrived.
        """
        whole = (examined for (_, paths), examined in self._examined.items() if not paths)
        place, examined = next(whole, None) or self._tree("", ())
        return Tree(root=place.root, codebase=examined.evidence.codebase, test_files=place.collection.files)

    def _tree(self, codemod_id: str, paths: tuple[str, ...]) -> tuple[Place, Examined]:
        key = codemod_id, paths
        if key not in self._examined:
            file = self.project.request.options.config_file
            options = LintOptions(paths=paths, config_file=file, python=self.project.python[0])
            place = find_place(options, git_in(Path.cwd(), os.environ, self.work, launch))
            rules = tuple(rule for rule in RULES if rule.id == codemod_id)
            self._examined[key] = place, examine(options, place, rules, lambda *_: None)
        return self._examined[key]


def _why(skip: Skip) -> str:
    return f"{skip.path}:{skip.line} stays as it is: {skip.reason}"
