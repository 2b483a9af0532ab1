"""The command line: `loadzone`. One module a noun; each is loaded only when its command is called."""

from loadzone.cli.program import main

__all__ = ["main"]
