"""CMS tables, measured: `python -m evals.bench_tables` loads 2.5 million PTP edits in a process of its own and times dated
pair lookups, full lookups and a CSV of 1,000 claims.

Needs the data beside the repository (../shared/data or $CITECODE_SHARED). The edits are written out first as CMS ships
them: four zipped parts, tab separated, six header lines. Bounds: 15 s and 300 MB for the load, 50 us median for a
pair, 20 ms for a lookup, 5 s for the claims.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path

from assistant.check import check_file
from assistant.codes import Names
from assistant.facts import Facts
from assistant.lookup import lookup
from assistant.sources import Sources
from assistant.tables import Store, load

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus"
TODAY = date(2026, 11, 22)
HEADER = (
    "CPT only copyright of the American Medical Association.\t\t\t\t\t\t\r\nColumn1/Column2 Edits\t\t\t\t\t\t\r\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
)

_LOAD = """
import json, resource, sys, time
from pathlib import Path
from assistant.tables import load
start = time.perf_counter()
report = load([Path(sys.argv[1])], Path(sys.argv[2]))
seconds = time.perf_counter() - start
assert report.ok, report.to_text()
print(json.dumps({"seconds": seconds, "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                  "rows": sum(one.rows for one in report.loaded)}))
"""


def shared() -> Path | None:
    named = os.environ.get("CITECODE_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def parts(source: Path, folder: Path, count: int = 4) -> int:
    """The derived copy of the edits in the layout and under the names CMS uses; returns the number of edits.

    The copy has no effective date; 19960101 stands in for it, as in CMS's oldest edits."""
    with gzip.open(source, "rt", newline="") as handle:
        total = sum(1 for _ in handle) - 1
    with gzip.open(source, "rt", newline="") as handle:
        rows = csv.reader(handle)
        next(rows)
        for part in range(1, count + 1):
            name = f"ccipra-v302r0-f{part}"
            lines = (
                f"{one}\t{two}\t\t19960101\t{ended}\t{modifier}\t{why}\r\n"
                for one, two, ended, modifier, why in islice(rows, -(-total // count))
            )
            with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(f"{name}.TXT", HEADER + "".join(lines))
    return total


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def claims(path: Path, count: int = 1000) -> None:
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(
            [
                "claim",
                "date_of_service",
                "payer",
                "rendered_by",
                "diagnoses",
                "code",
                "modifiers",
                "units",
                "minutes",
            ]
        )
        codes = (("97012", ""), ("97110", "15"), ("97140", "15"), ("97112", "24"), ("97530", "10"))
        for number in range(count):
            for code, minutes in random.Random(number).sample(codes, 3):
                day = f"2026-07-{number % 28 + 1:02d}"
                writer.writerow([number, day, "medicare", "PT", "M54.12", code, "GP", "1", minutes])


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.bench_tables", description=__doc__)
    parser.parse_args(argv)
    data = shared()
    if data is None:
        print(
            "tables: skipped, the data beside the repository (../shared/data or $CITECODE_SHARED) is absent"
        )
        return 0
    with tempfile.TemporaryDirectory(prefix="citecode-bench-") as name:
        folder = Path(name)
        (folder / "cms").mkdir()
        parts(data / "ncci" / "ptp_practitioner_20240701_all.csv.gz", folder / "cms")
        told = subprocess.run(
            [sys.executable, "-c", _LOAD, str(folder / "cms"), str(folder / "tables")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        run = json.loads(told.stdout)
        size = (folder / "tables" / "tables.sqlite").stat().st_size / 1e6
        print(
            f"load of {run['rows']:,} PTP rows in four zips: {run['seconds']:.1f} s (bound 15), peak resident "
            f"{run['rss_mb']:.0f} MB (bound 300), store {size:.0f} MB"
        )
        others = (
            "mpfs/PPRRVU2026_Jul_nonQPP.csv.gz",
            "ncci/mue_practitioner_2026q2.csv.gz",
            "ncci/aoc_2026q3.csv.gz",
        )
        load([data / other for other in others], folder / "tables")
        store = Store.open(folder / "tables")
        _pairs(store)
        facts = Facts.load(CORPUS, Sources.load(CORPUS / "sources.yaml"), store)
        _lookups(facts)
        claims(folder / "claims.csv")
        check_file(folder / "claims.csv", facts, TODAY)  # once, so that the fact files are read
        seconds = timed(lambda: check_file(folder / "claims.csv", facts, date(2026, 11, 23)))
        print(f"1,000 claims of 3 lines in a CSV, checked: {seconds:.1f} s (bound 5)")
    return 0


def _pairs(store: Store) -> None:
    """Random codes of the fee schedule against each other, on random days."""
    codes = [row.subject for row in store.scan("mpfs", TODAY) if len(row.subject) == 5]
    chosen = random.Random(4)
    asked = [
        (
            chosen.choice(codes),
            chosen.choice(codes),
            date(2024 + chosen.randrange(3), chosen.randrange(7, 13), 1),
        )
        for _ in range(10_000)
    ]
    store.pair(*asked[0])
    times = sorted(
        timed(lambda one=one, two=two, day=day: store.pair(one, two, day)) for one, two, day in asked
    )  # type: ignore[misc]
    print(
        f"dated pair lookup: median {times[5000] * 1e6:.0f} us (bound 50), 99% {times[9900] * 1e6:.0f} us (n=10,000)"
    )


def _lookups(facts: Facts) -> None:
    names = Names.load(CORPUS / "names.yaml")
    codes = ("97012", "97140", "99213", "27447", "29881", "G0283", "36415", "71046")
    for code in codes:
        lookup(code, facts, names, TODAY)
    times = sorted(
        timed(lambda code=code, day=day: lookup(code, facts, names, date(2026, 9, day)))  # type: ignore[misc]
        for day in range(1, 11)
        for code in codes
    )
    print(
        f"full lookup: median {statistics.median(times) * 1e3:.1f} ms, worst {times[-1] * 1e3:.1f} ms (bound 20), "
        f"n={len(times)}, every day asked for the first time"
    )


if __name__ == "__main__":
    sys.exit(main())
