"""The promise of `fix duplicate-class`, checked by real pytest in a small repository full of copies."""

from __future__ import annotations

import fix_copies
from lint_tree.plan import Plan

HOME = "tests.support.api"


def test_equal_copies_move_and_nothing_else_changes_and_undo_restores_each_byte(run_cli, tmp_path, plain_env) -> None:
    root = tmp_path / "shop"
    planted = fix_copies.make(root, Plan(variants=(3, 1, 1, 1, 1, 1, 1, 1), copies_in_text=9), near=3, seed=1)
    original, before = fix_copies.bytes_of(root), fix_copies.state_of(root, plain_env)
    arguments = ("fix", "duplicate-class", "--to", HOME)

    assert run_cli(*arguments, "--check", cwd=root).returncode == 1
    assert fix_copies.bytes_of(root) == original

    result = run_cli(*arguments, "--apply", "--validate", cwd=root)
    assert result.returncode == 0, result.stdout + result.stderr
    after = fix_copies.state_of(root, plain_env)
    equal = set(planted.by_letter["A"])
    now = fix_copies.bytes_of(root)
    assert {path for path in now if now[path] != original.get(path)} == {
        *equal,
        "tests/support/__init__.py",
        "tests/support/api.py",
    }
    assert after.nodeids == before.nodeids
    assert after.outcomes == before.outcomes
    assert before.warned == {path for paths in planted.by_letter.values() for path in paths} | set(planted.near)
    assert after.warned == before.warned - equal

    assert run_cli("fix", "--undo", cwd=root).returncode == 0
    assert fix_copies.bytes_of(root) == original
