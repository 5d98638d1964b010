"""Runs this working copy of collectbench. No directory of the measured project is on its path, as with `python -m`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent.parent)

from collectbench.__main__ import main  # noqa: E402 - the path comes first

main()
