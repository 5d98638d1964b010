"""`python -m collectbench`, the same program as `collectbench`."""

import os
import sys

INTERRUPTED, FAULT = 130, 70
"""As in `cli.exits.ExitCode`, which a fault or Ctrl-C may keep from being imported."""


def main() -> None:
    """Run the command line and exit; never with 1 for a fault of ours, which is the exit code of a regression."""
    try:
        _leave_the_users_folder_to_the_user()
        from collectbench.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        _ignore_ctrl_c()
        _complain("interrupted")
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - also a broken installation ends with our exit code
        from collectbench.cli.fault import fault_text

        _complain(fault_text(error))
        code = FAULT
    _ignore_ctrl_c()
    sys.exit(code)


def _ignore_ctrl_c() -> None:
    """Let further ones do nothing: the command is about to end, with an exit code that is known."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _leave_the_users_folder_to_the_user() -> None:
    """Take the current directory off the import path: a json.py there is the user's, not ours."""
    if getattr(sys.flags, "safe_path", False) or not sys.path:
        return
    try:
        cwd = os.getcwd()  # noqa: PTH109
    except FileNotFoundError:  # it was deleted
        cwd = ""
    if sys.path[0] in ("", cwd):
        del sys.path[0]


def _complain(text: str) -> None:
    try:
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - before cli/log.py can be imported
    except (OSError, AttributeError):  # stderr is full or closed: the exit code tells all the same
        sys.stderr = None


if __name__ == "__main__":
    main()
