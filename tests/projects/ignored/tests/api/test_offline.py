raise RuntimeError("this file is not to be collected")
