"""Starts all of LoadZone: `python dashboard.py` is `loadzone serve`, with the same options.

Under `panel serve dashboard.py` it is a page that shows the server of LOADZONE_URL, else data.json, read-only.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    from loadzone.cli import main

    sys.exit(main(["serve", *sys.argv[1:]]))
else:
    from loadzone.zones.dashboard import page

    page(Path(__file__).with_name("data.json")).servable(title="LoadZone")
