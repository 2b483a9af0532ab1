"""`python -m benchmarks [name …]`: run the benchmarks named, or all of them."""

import argparse
import importlib
import os
import platform
import sys

NAMES = ("bookings", "start", "reading", "feed", "open", "pages", "first_page", "analytics", "stalls")


def main() -> int:
    """Run benchmarks and say under which conditions."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of: {', '.join(NAMES)}")
    chosen = parser.parse_args().names or NAMES
    unknown = set(chosen) - set(NAMES)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    for name in chosen:
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
