"""Interventions: changes to an invocation that show what a cause costs. One small file each, and one line here."""

from __future__ import annotations

from collectbench.experiments import (
    autoload_off,
    bytecode_kept,
    calls_remembered,
    classes_unmarked,
    collector_frozen,
    collector_paused,
    collector_unfrozen,
    exports_lazy,
    hook_off,
    imports_deferred,
    options_changed,
    path_ignored,
    plugin_off,
    tracebacks_native,
    wait_skipped,
)
from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting

INTERVENTIONS: tuple[Kind, ...] = (
    imports_deferred.INTERVENTION,
    exports_lazy.INTERVENTION,
    plugin_off.INTERVENTION,
    autoload_off.INTERVENTION,
    hook_off.INTERVENTION,
    wait_skipped.INTERVENTION,
    calls_remembered.INTERVENTION,
    path_ignored.INTERVENTION,
    options_changed.INTERVENTION,
    tracebacks_native.INTERVENTION,
    classes_unmarked.INTERVENTION,
    bytecode_kept.INTERVENTION,
    collector_paused.INTERVENTION,
    collector_frozen.INTERVENTION,
    collector_unfrozen.INTERVENTION,
)
"""All kinds. Where several test one cause, the first one that can be made for a finding does."""

__all__ = ["INTERVENTIONS", "Arms", "Kind", "NotTestableError", "Setting"]
