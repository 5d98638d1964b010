"""Finds targets without running anything: plans, and the rules by which pytest enters directories."""

from collectbench.discovery.plans import (
    SUITE,
    Plan,
    configured_plan,
    discovered_plan,
    module_names,
    path_of,
    relative,
    selected_plan,
)

__all__ = [
    "SUITE",
    "Plan",
    "configured_plan",
    "discovered_plan",
    "module_names",
    "path_of",
    "relative",
    "selected_plan",
]
