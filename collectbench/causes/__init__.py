"""Causes of slow collection: one file a cause, and one line in CAUSES."""

from collectbench.causes import (
    assert_rewriting,
    attribute_scan,
    broad_python_files,
    bytecode_disabled,
    bytecode_stale,
    bytecode_unwritable,
    collection_errors,
    conftest_import,
    custom_collector,
    double_import,
    duplicate_ids,
    error_formatting,
    exit_work,
    expensive_argvalues,
    failing_file,
    failing_import_repeated,
    filterwarnings_import,
    final_gc,
    first_caller,
    fixture_scan,
    framework_setup,
    gc_passes,
    generate_tests,
    heavy_import,
    ignore_glob_walk,
    module_level_compute,
    module_level_io,
    module_level_wait,
    module_logger,
    non_test_class,
    package_exports,
    parametrize_explosion,
    pkg_resources,
    plugin_chain,
    plugin_hooks,
    plugin_import,
    schema_build,
    shared_import,
    skip_probe,
    skipped_import,
    slow_ids,
    slow_import_hook,
    slow_modifyitems,
    testcase_init,
    traversal,
)
from collectbench.causes.candidate import Candidate, Claim, claims_on
from collectbench.causes.cause import Cause
from collectbench.causes.evidence import Evidence

CAUSES: tuple[Cause, ...] = (
    # what is wrong with the run as a whole
    bytecode_disabled.CAUSE,
    bytecode_unwritable.CAUSE,
    bytecode_stale.CAUSE,
    collection_errors.CAUSE,
    # how modules are found, and modules that need not run
    slow_import_hook.CAUSE,
    failing_import_repeated.CAUSE,
    failing_file.CAUSE,
    double_import.CAUSE,
    filterwarnings_import.CAUSE,
    pkg_resources.CAUSE,
    package_exports.CAUSE,
    # of a module that is imported, what is more precise than its import
    schema_build.CAUSE,
    broad_python_files.CAUSE,
    skip_probe.CAUSE,
    # imports, by who pays
    framework_setup.CAUSE,
    skipped_import.CAUSE,
    plugin_chain.CAUSE,
    plugin_import.CAUSE,
    conftest_import.CAUSE,
    heavy_import.CAUSE,
    shared_import.CAUSE,
    # what a line of a module body does; each line has one of these causes
    module_logger.CAUSE,
    first_caller.CAUSE,
    module_level_io.CAUSE,
    module_level_wait.CAUSE,
    expensive_argvalues.CAUSE,
    module_level_compute.CAUSE,
    # what pytest calls while it collects
    slow_ids.CAUSE,
    duplicate_ids.CAUSE,
    attribute_scan.CAUSE,
    testcase_init.CAUSE,
    custom_collector.CAUSE,
    fixture_scan.CAUSE,
    # hooks
    slow_modifyitems.CAUSE,
    generate_tests.CAUSE,
    plugin_hooks.CAUSE,
    # what pytest does itself
    non_test_class.CAUSE,
    error_formatting.CAUSE,
    ignore_glob_walk.CAUSE,
    traversal.CAUSE,
    assert_rewriting.CAUSE,
    # objects and their end
    exit_work.CAUSE,
    gc_passes.CAUSE,
    final_gc.CAUSE,
    parametrize_explosion.CAUSE,
)
"""All causes. If two of them claim the same second, it belongs to the one that stands first."""

__all__ = ["CAUSES", "Candidate", "Cause", "Claim", "Evidence", "claims_on"]
