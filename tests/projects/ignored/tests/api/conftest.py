collect_ignore = ["test_offline.py"]
