"""Starts all of LoadZone: `python dashboard.py` is `loadzone serve`, with the same options."""

import sys

from loadzone.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
