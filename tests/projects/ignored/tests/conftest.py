collect_ignore = ["test_needs_windows.py", "windows"]
collect_ignore_glob = ["test_draft_*.py"]
