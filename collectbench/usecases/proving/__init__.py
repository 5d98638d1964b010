"""Proving: experiments that hold what a diagnosis claims against measured pairs."""
