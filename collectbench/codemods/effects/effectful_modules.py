"""Third-party modules whose import alone does something, so that an import that nothing uses may still be needed."""

from __future__ import annotations

import re

_EXACT = frozenset(
    """
    readline rlcompleter antigravity this faulthandler pretty_errors better_exceptions truststore
    gevent eventlet pyximport cysignals pythoncom
    seaborn scienceplots cmocean colorcet cmasher cmcrameri mpl_toolkits.mplot3d mpl_toolkits.axisartist cartopy
    rioxarray hvplot pint_pandas cf_xarray geopandas dask_geopandas ydata_profiling swifter metpy
    hdf5plugin pillow_heif pillow_avif torchvision torchaudio tensorflow_text tensorflow_addons tensorflow_io
    torch_npu intel_extension_for_pytorch torch_xla ml_dtypes bfloat16 distributed
    ale_py pybullet_envs minigrid highway_env procgen d4rl ddtrace.auto
    """.split()  # noqa: SIM905 - a list would take thirty lines
)
"""Known ones: they register colour maps, projections, styles, accessors, operators, file filters, environments or event
loops, or change the interpreter. From their documentation."""
_REGISTERING = re.compile(
    r"(?:^|\.)(?:backends|plugins|monkey|autoload|accessors?|signals|receivers|handlers|tasks|models|admin|registry"
    r"|registration|register|hooks|fixtures|extensions|bootstrap)(?:\.|$)"
    r"|_(?:pb2|pb2_grpc|plugin|envs|backend|accessor)$|^(?:pytest|gym|django|flask|sphinx)_"
)
"""Names of modules that mostly register something."""


def acts_when_imported(module: str) -> bool:
    """Whether the import of a module outside of the tree is known to do something, or has a name that says so."""
    parents = module.split(".")
    return bool(_REGISTERING.search(module)) or any(
        ".".join(parents[:length]) in _EXACT for length in range(1, len(parents) + 1)
    )
