"""Rules about what makes collection slow, wrong or noisy: one file a rule, and one line in RULES."""

from collectbench.lint import (
    duplicate_class,
    duplicate_items,
    forbidden_import,
    heavy_import,
    host_path,
    lazy_without_effect,
    missing_module,
    missing_name,
    module_level_compute,
    module_level_io,
    module_level_wait,
    module_logger,
    non_test_class,
    shadowed_config,
    uncollected_tests,
    unstable_parameter,
    unused_ignore,
    unused_import,
)
from collectbench.lint.rule import Evidence, Module, Rule

RULES: tuple[Rule, ...] = (
    uncollected_tests.RULE,
    non_test_class.RULE,
    duplicate_class.RULE,
    duplicate_items.RULE,
    missing_module.RULE,
    missing_name.RULE,
    forbidden_import.RULE,
    heavy_import.RULE,
    unused_import.RULE,
    module_level_io.RULE,
    module_level_wait.RULE,
    module_level_compute.RULE,
    module_logger.RULE,
    unstable_parameter.RULE,
    host_path.RULE,
    lazy_without_effect.RULE,
    shadowed_config.RULE,
    unused_ignore.RULE,
)
"""All rules, in the order in which they are listed."""

__all__ = ["RULES", "Evidence", "Module", "Rule"]
