"""Compute the CSV fact tables of `corpus/facts/` from the files CMS publishes.

    python scripts/build_facts.py [--data ../shared/data] [--out corpus/facts]

Reads the fee schedule (PPRRVU), the MUE, PTP and add-on code files as named in FILES and keeps the rows of
CODES: code numbers, indicators and amounts, never a descriptor. Numbers are written exactly as the file
prints them (blanks stripped). The headers beside the tables (`mpfs.yaml` ...) are written by hand, except for
the lists of codes that a table is complete for, which are refreshed between their two marker lines.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

FILES = {
    "mpfs_2026_07": "mpfs/PPRRVU2026_Jul_nonQPP.csv.gz",
    "mpfs_2025_10": "mpfs/PPRRVU2025_Oct.csv.gz",
    "mue_2026q2": "ncci/mue_practitioner_2026q2.csv.gz",
    "mue_2024q3": "ncci/ncci_mue_prac.csv.gz",
    "mue_hospital_2024q3": "ncci/ncci_mue_out.csv.gz",
    "ptp_2024_07_01": "ncci/ptp_practitioner_20240701_all.csv.gz",
    "ptp_hospital_2024_07_01": "ncci/ptp_outpatient_hospital_20240701_active.csv.gz",
    "aoc_2026q3": "ncci/aoc_2026q3.csv.gz",
}

# Grouped by what people ask about; the first group are the 54 codes every rule family must answer from what
# ships.
CODES = """
97010 97012 97014 97016 97018 97022 97024 97026 97028 97032 97033 97034 97035 97036 97110 97112 97113 97116
97124 97140 97150 97161 97162 97163 97164 97165 97166 97167 97168 97530 97535 97542 97750 97755 97760 97761
97763 G0283 98940 98941 98942 98943 95992 20560 20561 99202 99203 99204 99205 99211 99212 99213 99214 99215

97037 97039 97129 97130 97139 97533 97537 97545 97546 97550 97551 97552 97597 97598 97605 97606 97607 97608
97610 97799 97810 97811 97813 97814 98925 98926 98927 98928 98929 98960 98961 98962 98975 98976 98977 98978
98979 98980 98981 90901 90912 90913 92507 92508 92521 92522 92523 92524 92526 92597 92607 92608 92609 92610 96125
G0281 G0282 S8948 S9090

20697 20974 20975 33509 35600 44500 61107 76017 76018 76019 92641 93600 93602 93603 93610 93612 93615 93616
93618 94610 95905 99151 99152 31500 17004 36620 93503

99221 99222 99223 99231 99232 99233 99238 99239 99281 99282 99283 99284 99285 99291 99292 99341 99342 99344
99345 99347 99348 99349 99350 99406 99407 99417 G2211 G2212 G0463

95885 95886 95908 95909 95910 95911 93000 93005 93010 93306 36415 96372 90471 90472 85025 80053
20526 20550 20551 20552 20553 20600 20604 20605 20606 20610 20611 62321 62323 64483 64484 64493 64494 64495
10060 11042 11045 11102 11103 11721 12001 12002 17000 17003 17110 22551 22552 22612 22614 27130 27447 29826
29827 29880 29881 33533 43235 43239 45378 45380 45385 47562 49505 58558 59400 66821 66982 66984 69210 70450
71046 72100 72148 73030 73562 73721 74177 76942 77067 92004 92014
""".split()

MPFS_COLUMNS = {  # our field: the joined header cell of the file (its header runs over several rows)
    "status": "STATUS CODE",
    "work_rvu": "WORK RVU",
    "pe_nonfac": "NON-FAC PE RVU",
    "nonfac_na": "NON-FAC NA INDICATOR",
    "pe_fac": "FACILITY PE RVU",
    "fac_na": "FACILITY NA INDICATOR",
    "mp": "MP RVU",
    "total_nonfac": "NON-FACILITY TOTAL",
    "total_fac": "FACILITY TOTAL",
    "pctc": "PCTC IND",
    "glob_days": "GLOB DAYS",
    "pre_op": "PRE OP",
    "intra_op": "INTRA OP",
    "post_op": "POST OP",
    "mult_proc": "MULT PROC",
    "bilat_surg": "BILAT SURG",
    "asst_surg": "ASST SURG",
    "co_surg": "CO- SURG",
    "team_surg": "TEAM SURG",
    "endo_base": "ENDO BASE",
    "conv_factor": "CONV FACTOR",
}
# The two header cells above NA stand as "NA INDICATOR"; which one is meant follows from the column before it.


def rows_of(path: Path) -> Iterator[list[str]]:
    """The rows of a gzipped CSV file, cells stripped."""
    with gzip.open(path, "rb") as packed:
        text = io.TextIOWrapper(packed, encoding="cp1252", newline="")
        for row in csv.reader(text):
            yield [cell.strip() for cell in row]


def mpfs(path: Path) -> list[list[str]]:
    """HCPCS, MOD and the fields of MPFS_COLUMNS for our codes, MOD rows (26, TC, 53) included."""
    preamble: list[list[str]] = []
    rows = rows_of(path)
    for row in rows:
        preamble.append(row)
        if row[0] == "HCPCS":
            break
    # The header is the last rows above the data: join each column's cells from the row that opens with STATUS
    # on.
    start = next(index for index, row in enumerate(preamble) if "STATUS" in row)
    names = [" ".join(filter(None, cells)) for cells in zip(*preamble[start:], strict=True)]
    position: dict[str, int] = {}
    for index, name in enumerate(names):
        if name == "NA INDICATOR":
            name = names[index - 1].removesuffix(" PE RVU") + " NA INDICATOR"
        position.setdefault(name, index)
    picked = [position[name] for name in MPFS_COLUMNS.values()]
    wanted = set(CODES)
    return [[row[0], row[1], *(row[index] for index in picked)] for row in rows if row[0] in wanted]


def mue(path: Path) -> list[list[str]]:
    """Code, MUE value, MAI and rationale. The MAI is its number: the 2026 copy adds words to it, those of
    2024 do not."""
    wanted = set(CODES)
    rows = rows_of(path)
    next(rows)
    return [[row[0], row[1], row[2][:1], row[3]] for row in rows if row[0] in wanted]


def ptp(path: Path) -> list[list[str]]:
    """Column 1, column 2, deletion date (* = none), modifier indicator, rationale, for pairs among our codes.

    A withdrawn row (indicator 9: never in force) is kept only where the pair has no other row."""
    wanted = set(CODES)
    rows = rows_of(path)
    next(rows)
    ours = [row for row in rows if row[0] in wanted and row[1] in wanted]
    in_force = {(row[0], row[1]) for row in ours if row[3] != "9"}
    last: dict[tuple[str, str], list[str]] = {}
    for row in ours:
        if row[3] == "9" and (row[0], row[1]) not in in_force:
            pair = (row[0], row[1])
            last[pair] = max(last.get(pair, row), row, key=lambda one: one[2])
    return [row for row in ours if row[3] != "9"] + list(last.values())


def aoc(path: Path) -> list[list[str]]:
    """Add-on code, primary code, effective date, end date, type, for the add-on codes among ours."""
    wanted = set(CODES)
    rows = rows_of(path)
    next(rows)
    return [row for row in rows if row[0] in wanted]


def add_on_codes(path: Path) -> list[list[str]]:
    """Every add-on code of the file once: code, type, first effective date, end date (empty while one edit
    lives)."""
    rows = rows_of(path)
    next(rows)
    found: dict[str, tuple[str, list[str], list[str]]] = {}
    for code, _, start, end, kind in rows:
        entry = found.setdefault(code, (kind, [], []))
        entry[1].append(start)
        entry[2].append(end)
    return [
        [code, kind, min(starts), "" if "" in ends else max(ends)]
        for code, (kind, starts, ends) in sorted(found.items())
    ]


def write(path: Path, header: Sequence[str], rows: Iterable[list[str]]) -> None:
    """One CSV file, rows sorted, LF line ends, so that a second run changes nothing."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows))


def refresh_codes(path: Path) -> None:
    """Put CODES between the marker lines of a header file."""
    if not path.exists():
        return
    begin, end = "  # codes: begin (scripts/build_facts.py)\n", "  # codes: end\n"
    text = path.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        return
    quoted = [f'"{code}",' for code in sorted(CODES)]
    lines = ["    " + " ".join(quoted[start : start + 12]) + "\n" for start in range(0, len(quoted), 12)]
    path.write_text(before + begin + "".join(lines) + end + after, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "corpus" / "facts")
    options = parser.parse_args()
    data = {name: options.data / relative for name, relative in FILES.items()}
    out: Path = options.out
    for name in ("mpfs_2026_07", "mpfs_2025_10"):
        write(out / f"{name}.csv", ["HCPCS", "MOD", *MPFS_COLUMNS], mpfs(data[name]))
    for name in ("mue_2026q2", "mue_2024q3", "mue_hospital_2024q3"):
        write(out / f"{name}.csv", ["HCPCS", "value", "mai", "rationale"], mue(data[name]))
    for name in ("ptp_2024_07_01", "ptp_hospital_2024_07_01"):
        write(
            out / f"{name}.csv",
            ["COLUMN 1", "COLUMN 2", "deletion_date", "modifier_indicator", "rationale"],
            ptp(data[name]),
        )
    write(
        out / "aoc_2026q3.csv",
        ["ADD-ON", "PRIMARY", "effective_date", "end_date", "type"],
        aoc(data["aoc_2026q3"]),
    )
    write(
        out / "add_on_code_2026q3.csv",
        ["ADD-ON", "type", "effective_date", "end_date"],
        add_on_codes(data["aoc_2026q3"]),
    )
    for name in ("ptp", "aoc", "mpfs", "mue"):
        refresh_codes(out / f"{name}.yaml")


if __name__ == "__main__":
    main()
