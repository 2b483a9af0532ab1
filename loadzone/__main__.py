"""`python -m loadzone` is `loadzone`."""

import sys

from loadzone.cli import main

if __name__ == "__main__":
    sys.exit(main())
