"""Python's start without one line of a `.pth` file, without `sitecustomize` or without `usercustomize`.

What it changes:
    Both arms start Python with `-S`, and call `site.main()` before anything else. In one of them, the line or the file
    is left out.

Shows:
    What it costs at each start of Python. Processes that tests start are not changed.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting, place_of
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention

FILES = ("sitecustomize", "usercustomize")


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the place of the line, or the path of the file."""
    return tuple(f"{each.path}:{each.line}" if each.line else each.path for each in finding.locations[:1])


def arms(text: str, setting: Setting) -> Arms:
    """Return the arms for a line of a `.pth` file, or for a file.

    Raises:
        NotTestableError: it is neither, or the line cannot be read.
    """
    return Arms(base=_without(_left_out(text, setting)), head=_without(""))


def _left_out(text: str, setting: Setting) -> str:
    """The text of the line, or the name of the file."""
    name = text.rpartition("/")[2].partition(".")[0]
    if name in FILES:
        return name
    path, number = place_of(text)
    try:
        lines = setting.read(setting.resolved(path)).decode("utf-8", "replace").splitlines()
    except OSError as error:
        raise NotTestableError(f"{path} cannot be read: {error.strerror or error}") from None
    if not path.endswith(".pth") or not 0 < number <= len(lines):
        raise NotTestableError(f"{text} is no line of a .pth file")
    return lines[number - 1].strip()


def _without(text: str) -> Intervention:
    return Intervention(python_args=("-S",), actions=(("start", text),))


INTERVENTION = Kind(
    id="start-line-off",
    doc=__doc__,
    causes=frozenset({"interpreter-start"}),
    arguments=arguments,
    arms=arms,
    form="PATH:LINE",
)
