"""What every document says about its origin: the program that made it, and when."""

from __future__ import annotations

from datetime import datetime, timezone

from collectbench import __version__
from collectbench.model.run import Tool

TOOL = Tool(name="collectbench", version=__version__)


def now() -> str:
    """This moment, in UTC."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
