import a_library_that_is_missing  # noqa: F401
