"""Opening a store of 1,000,000 records against msgspec decoding the same file; memory after it."""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.files import data_file

RECORDS = 1_000_000
VMS = 1_000
ROUNDS = 3

DECODE = """
import gc, sys, time, msgspec
from pathlib import Path
from loadzone.core.data_file import DataFile
decoder = msgspec.json.Decoder(DataFile)
started = time.perf_counter()
gc.disable()
data = decoder.decode(Path(sys.argv[1]).read_bytes())
print(time.perf_counter() - started)
"""

OPEN = """
import asyncio, resource, sys, time
from pathlib import Path
from loadzone.core.json_store import JSONStore
from loadzone.core.service import Service

async def main():
    service = Service(JSONStore(Path(sys.argv[1])))
    started = time.perf_counter()
    await service.start()
    print(time.perf_counter() - started)
    await service.stop()

asyncio.run(main())
"""

SERVE = """
import asyncio, resource, sys
from contextlib import AsyncExitStack
from pathlib import Path
from loadzone.config import load
from loadzone.server import settle, start

async def main():
    async with AsyncExitStack() as stack:
        await start(load({"data": Path(sys.argv[1]), "auth": "open", "port": 0}), stack)
        settle()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        print(pages * resource.getpagesize(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)

asyncio.run(main())
"""


def _run(code: str, path: Path) -> list[float]:
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def main() -> None:
    """Measure in turns, each in a new process, and print the median ratio and the memory."""
    print(f"\nstart: a file of {RECORDS:,} records, {ROUNDS} rounds, each in a new process")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "data.json"
        data_file(path, vms=VMS, records=RECORDS)
        rows = [(_run(DECODE, path)[0], _run(OPEN, path)[0]) for _ in range(ROUNDS)]
        for decoded, opened in rows:
            print(f"  msgspec decodes {decoded:.2f} s   the store opens {opened:.2f} s")
        print(f"  opening / decoding: {statistics.median(o / d for d, o in rows):.2f} (goal at most 2)")
        resident, peak = _run(SERVE, path)
        print(f"  memory of the whole server: {resident / 1e6:.0f} MB, peak {peak / 1e6:.0f} MB (goal 450 MB)")
