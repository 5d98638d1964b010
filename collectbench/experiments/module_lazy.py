"""A module that is loaded when something of it is used.

What it changes:
    An import of the module, `pytest.importorskip` included, gives an object in its place, which loads it at the first
    use of an attribute. A module that does not exist is missing as usual; one that fails does so at its first use.

Shows:
    What is saved at most if nothing imports the module while pytest collects: for lines that no codemod can move.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.experiments.imports_deferred import CAUSES, arguments
from collectbench.model.intervention import Intervention


def arms(module: str, _: Setting) -> Arms:
    """Return the arms for a module, or for several with commas between them."""
    return Arms(base=Intervention(actions=(("module-lazy", *module.split(",")),)), bound=True)


INTERVENTION = Kind(
    id="module-lazy",
    doc=__doc__,
    causes=CAUSES - {"plugin-import", "plugin-chain"},
    arguments=arguments,
    arms=arms,
    form="MODULE",
    joins=True,
)
