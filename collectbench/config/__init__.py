"""The configuration: finds and reads it, resolves its paths, and writes a first one."""

from collectbench.config.editing import add_to_pyproject, render_targets_table
from collectbench.config.paths import expand_paths
from collectbench.config.reading import find_config, load_config
from collectbench.config.settings import Config

__all__ = ["Config", "add_to_pyproject", "expand_paths", "find_config", "load_config", "render_targets_table"]
