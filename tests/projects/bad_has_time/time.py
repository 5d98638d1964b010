raise RuntimeError("this is the user's own module, and not for others")
