raise RuntimeError("our own notes on benches")
