"""A file that runs under two names runs under one.

What it changes:
    Of modules whose names begin in two ways and that come from the same file, only the first is executed; an import by
    the other name gets the same module. `src.app.models:app.models` stands for all modules below the two packages.

Shows:
    What it saves if all imports use the same name.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return both names."""
    return (finding.subject.replace(" = ", ":"),)


def arms(text: str, _: Setting) -> Arms:
    """Return the arms for two names.

    Raises:
        NotTestableError: the argument has another form, or the names are equal.
    """
    names = text.split(":")
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        raise NotTestableError(f"{text} is not NAME:NAME")
    one, other = (name.split(".") for name in names)
    while len(one) > 1 and len(other) > 1 and one[-1] == other[-1]:
        one.pop()
        other.pop()
    if one[-1] == other[-1]:  # one name is the other with packages in front of it
        longer = other if len(other) > len(one) else one
        prefixes = ("", ".".join(longer[:-1]))
    else:
        prefixes = (".".join(one), ".".join(other))
    return Arms(base=Intervention(actions=(("name-shared", *prefixes),)))


INTERVENTION = Kind(
    id="name-shared",
    doc=__doc__,
    causes=frozenset({"double-import"}),
    arguments=arguments,
    arms=arms,
    form="NAME:NAME",
)
