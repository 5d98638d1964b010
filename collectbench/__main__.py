"""`python -m collectbench`, the same program as `collectbench`."""

import os
import sys


def main() -> None:
    """Run the command line, without the user's folder on the import path: a json.py there is theirs, not ours."""
    if not getattr(sys.flags, "safe_path", False) and sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109
        del sys.path[0]
    from collectbench.cli.app import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
