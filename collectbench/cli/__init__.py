"""The commands: parse, call one use case, render, exit. Only here: typer, exit codes, progress."""
