# Here so that pytest puts this folder on sys.path, and `geometry` can be imported.
