"""A file of 1,000,000 records read into a DataFrame against msgspec decoding it; what importing LoadZone costs.

In seconds of the processor: one thread does each, and neighbours of the machine do not count.
`LOADZONE_BENCH_READ` sets the number of records.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.files import data_file
from benchmarks.start import DECODE as DECODE_ON_THE_WALL

RECORDS = int(os.environ.get("LOADZONE_BENCH_READ", "1000000"))
VMS = 1_000
ROUNDS = 5

READ = """
import sys, time, loadzone
import loadzone.zones.file
started = time.process_time()
frame = loadzone.connect(sys.argv[1]).history()
print(time.process_time() - started)
"""

# What msgspec can do at its best: into values of known types, with the collector off.
DECODE = DECODE_ON_THE_WALL.replace("perf_counter", "process_time")

# What everybody would write.
DECODE_PLAINLY = """
import sys, time, msgspec
from pathlib import Path
started = time.process_time()
data = msgspec.json.decode(Path(sys.argv[1]).read_bytes())
print(time.process_time() - started)
"""

COMMANDS = {
    "import loadzone": ("-c", "import loadzone"),
    "loadzone --help": ("-m", "loadzone", "--help"),
    "an empty program": ("-c", ""),
}
GOALS = {"import loadzone": " (goal 0.15 s)", "loadzone --help": " (goal 0.40 s)"}


def _seconds(code: str, path: Path) -> float:
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _process(words: tuple[str, ...]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    """Measure in turns, each in a new process, and print the median ratio and times."""
    print(f"\nreading: a file of {RECORDS:,} records into a DataFrame, {ROUNDS} rounds, each in a new process")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "data.json"
        data_file(path, vms=VMS, records=RECORDS)
        rows = [[_seconds(code, path) for code in (DECODE_PLAINLY, DECODE, READ)] for _ in range(ROUNDS)]
    for plain, typed, read in rows:
        print(f"  msgspec.json.decode {plain:.2f} s   typed {typed:.2f} s   connect(path).history() {read:.2f} s")
    for number, name in enumerate(("msgspec.json.decode", "typed decoding without the collector")):
        print(
            f"  reading / {name}: {statistics.median(row[2] / row[number] for row in rows):.2f} (goal at most 2)"
        )
    for told, words in COMMANDS.items():
        spent = statistics.median(_process(words) for _ in range(ROUNDS))
        print(f"  {told}: {spent:.2f} s{GOALS.get(told, '')}")
