"""Fact files, read strictly: a YAML table of dated values, or a YAML header with one CSV file per edition.

Whatever is wrong is refused with file, line and reason: an unknown or repeated key, a missing date or
citation, overlapping periods, an unknown source, and anything but a string for a code, a modifier or a value.
The format is described for editors by `docs/facts.schema.json` and for people in the headers of the tables
themselves.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from sys import intern
from typing import Literal, cast

import yaml

from assistant.domain import SETTINGS, Confidence, Setting
from assistant.sources import compose, day, keys, line_of, mapping, refuse, sequence, text

Carries = Literal["standing", "forward", "year"]
Cells = tuple[tuple[str, ...], Mapping[str, tuple[tuple[str, ...], ...]]]
"""The rows of a CSV edition: its columns, and subject -> rows (several where the file keeps history)."""

CARRIES = ("standing", "forward", "year")
CONFIDENCE = ("official", "reported", "recalled")

_REQUIRED = ("table", "title", "description", "authority", "carries", "cure")
_OPTIONAL = ("complete_for", "complete_part", "absence", "loaded")
_YAML_KEYS = ("facts", "edition")
_CSV_KEYS = ("key", "join", "period", "columns", "editions")
_EDITION_REQUIRED = ("name", "source", "effective_from")
_ENTRY_OPTIONAL = ("subject", "subjects", "field", "ended", "confidence", "setting", "payer", "authority")
_CODE = r"(?:\d{5}|[A-Z]\d{4}|\d{4}[A-Z])"
_RANGE = re.compile(f"({_CODE})-({_CODE})")
_PART = r"[A-Za-z0-9][A-Za-z0-9_.\-]*"
_SUBJECT = re.compile(f"{_PART}(?:/{_PART})?")
_FIELD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a table: the dates it covers, its source, and for a CSV table its file and setting."""

    name: str
    source_id: str
    effective_from: date
    covers_to: date | None = None
    setting: Setting | None = None
    csv: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """One value and the days on which it holds (`last` None: no end known), with its citation."""

    first: date
    last: date | None
    value: str
    source_id: str
    locator: str
    confidence: Confidence = "official"
    setting: Setting | None = None
    payer: str | None = None
    authority: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Codes:
    """A set of codes given one by one, as ranges, or as all."""

    exact: frozenset[str] = frozenset()
    ranges: tuple[tuple[str, str], ...] = ()
    everything: bool = False

    def holds(self, code: str) -> bool:
        return (
            self.everything or code in self.exact or any(within(code, low, high) for low, high in self.ranges)
        )


@dataclass(frozen=True, slots=True)
class Table:
    """A table as its file says it.

    `spans`: (subject, field) -> values by date; `ranges`: field -> (width, low, high, subject), narrowest
    first. A CSV table has a `key` (its subject columns, joined by `join`), `period` (the columns of a row's
    own first and last day) and no spans; its cells are read per edition with `read_csv`."""

    name: str
    path: Path
    title: str
    description: str
    authority: str
    carries: Mapping[str, Carries]
    cure: str
    absence: str = ""
    complete_for: Codes = Codes()
    complete_part: str = "every"
    loaded_complete: bool = False
    editions: tuple[Edition, ...] = ()
    spans: Mapping[tuple[str, str], tuple[Span, ...]] = ()  # type: ignore[assignment]
    ranges: Mapping[str, tuple[tuple[int, str, str, str], ...]] = ()  # type: ignore[assignment]
    key: tuple[str, ...] = ()
    join: str = "/"
    period: tuple[str, str] = ("", "")
    columns: Mapping[str, str] = ()  # type: ignore[assignment]

    def carry(self, field: str) -> Carries:
        """How far the values of a field reach."""
        return self.carries.get(field) or self.carries.get("*") or "standing"

    def complete(self, subject: str) -> bool:
        """Whether the absence of `subject` means that it is not so."""
        parts = subject.split("/")
        return all(
            self.complete_for.holds(part) for part in (parts[:1] if self.complete_part == "first" else parts)
        )

    def row(self, subject: str, field: str) -> str:
        """The subject whose values answer: the code's own row, else the narrowest range that holds it, else
        ""."""
        if (subject, field) in self.spans:
            return subject
        for _, low, high, name in self.ranges.get(field, ()):
            if within(subject, low, high):
                return name
        return ""


def within(code: str, low: str, high: str) -> bool:
    """Whether `code` lies in a range; only codes of the same shape compare (97012 is in no range of A
    codes)."""
    return low <= code <= high and len(code) == 5 and _shape(code) == _shape(low)


def _shape(code: str) -> str:
    return "".join("0" if char.isdigit() else "A" for char in code)


def read_table(path: Path, sources: Collection[str]) -> Table:
    """Read one table; `sources` are the known source ids. Raises CitecodeError: file, line, reason."""
    root = compose(path)
    known = mapping(root, path, "a table")
    wide = "editions" in known
    top = keys(
        root,
        path,
        "a table",
        (*_REQUIRED, *(("key", "editions") if wide else ("facts",))),
        (*_OPTIONAL, *(_CSV_KEYS if wide else _YAML_KEYS)),
    )
    words = {name: text(top[name], path, name) for name in _REQUIRED if name != "carries"}
    if words["table"] != path.stem:
        refuse(path, line_of(top["table"]), f"the table is named {words['table']!r}, its file {path.name!r}.")
    table = Table(
        name=words["table"],
        path=path,
        title=words["title"],
        description=words["description"],
        authority=words["authority"],
        cure=words["cure"],
        carries=_carries(top["carries"], path),
        absence=text(top["absence"], path, "absence") if "absence" in top else "",
        complete_for=_codes(top["complete_for"], path) if "complete_for" in top else Codes(),
        complete_part=_one_of(top, "complete_part", path, ("every", "first")),
        loaded_complete=_one_of(top, "loaded", path, ("partial", "complete")) == "complete",
        spans={},
        ranges={},
        columns={},
    )
    if wide:
        table = _wide(table, top, path, sources)
    else:
        edition = (_edition(top["edition"], path, sources, wide=False),) if "edition" in top else ()
        spans = _spans(top["facts"], path, sources, table.authority)
        table = replace(table, editions=edition, spans=spans, ranges=_ranges(spans, path))
    if (table.complete_for != Codes() or table.loaded_complete) and not table.absence:
        refuse(path, line_of(root), "a complete table must say what absence means: 'absence' is missing.")
    if table.complete_for != Codes() and not table.editions:
        refuse(path, line_of(root), "a complete table must say since when: 'edition' is missing.")
    return table


def _one_of(top: Mapping[str, yaml.Node], name: str, path: Path, allowed: tuple[str, ...]) -> str:
    if name not in top:
        return allowed[0]
    value = text(top[name], path, name)
    if value not in allowed:
        refuse(path, line_of(top[name]), f"{name} {value!r} is not one of {', '.join(allowed)}.")
    return value


def _carries(node: yaml.Node, path: Path) -> dict[str, Carries]:
    if isinstance(node, yaml.ScalarNode):
        return {"*": cast(Carries, _one_of({"carries": node}, "carries", path, CARRIES))}
    return {
        name: cast(Carries, _one_of({"carries": value}, "carries", path, CARRIES))
        for name, (_, value) in mapping(node, path, "carries").items()
    }


def _codes(node: yaml.Node, path: Path) -> Codes:
    exact: list[str] = []
    ranges: list[tuple[str, str]] = []
    everything = False
    for item in sequence(node, path, "complete_for"):
        word = text(item, path, "a code of complete_for")
        match = _RANGE.fullmatch(word)
        if word == "all":
            everything = True
        elif match:
            ranges.append((match[1], match[2]))
        elif _SUBJECT.fullmatch(word):
            exact.append(word)
        else:
            refuse(path, line_of(item), f"complete_for: {word!r} is neither a code nor a range.")
    return Codes(frozenset(exact), tuple(ranges), everything)


def _edition(node: yaml.Node, path: Path, sources: Collection[str], *, wide: bool) -> Edition:
    entry = keys(
        node,
        path,
        "an edition",
        (*_EDITION_REQUIRED, *(("csv",) if wide else ())),
        ("covers_to", *(("setting",) if wide else ())),
    )
    edition = Edition(
        name=text(entry["name"], path, "the edition's name"),
        source_id=_source(entry["source"], path, sources),
        effective_from=day(entry["effective_from"], path, "effective_from"),
        covers_to=day(entry["covers_to"], path, "covers_to") if "covers_to" in entry else None,
        setting=_setting(entry, path),
        csv=text(entry["csv"], path, "csv") if wide else "",
    )
    if edition.covers_to and edition.covers_to < edition.effective_from:
        refuse(path, line_of(entry["covers_to"]), "covers_to lies before effective_from.")
    if wide and not (path.parent / edition.csv).is_file():
        refuse(path, line_of(entry["csv"]), f"there is no file {edition.csv!r} beside this one.")
    return edition


def _source(node: yaml.Node, path: Path, sources: Collection[str]) -> str:
    source_id = text(node, path, "source")
    if source_id not in sources:
        refuse(
            path, line_of(node), f"unknown source {source_id!r}: add it to sources.yaml or correct the id."
        )
    return intern(source_id)


def _setting(entry: Mapping[str, yaml.Node], path: Path) -> Setting | None:
    return cast(Setting, _one_of(entry, "setting", path, SETTINGS)) if "setting" in entry else None


# --- YAML tables ---


def _spans(
    node: yaml.Node, path: Path, sources: Collection[str], authority: str
) -> dict[tuple[str, str], tuple[Span, ...]]:
    found: dict[tuple[str, str], tuple[Span, ...]] = {}
    for item in sequence(node, path, "facts"):
        entry = keys(item, path, "a fact", ("values",), _ENTRY_OPTIONAL)
        field = text(entry["field"], path, "field") if "field" in entry else "value"
        if not _FIELD.fullmatch(field):
            refuse(
                path, line_of(entry["field"]), f"the field {field!r} must be lower case words joined by '_'."
            )
        spans = _values(entry, path, sources, authority)
        for subject, line in _subjects(item, entry, path):
            before = found.get((subject, field), ())
            for span in spans:
                twin = next((other for other in before if _clash(span, other)), None)
                if twin:
                    what = f"{subject} {field} from {span.first} overlaps the value on line {twin.line}"
                    refuse(path, max(line, span.line), f"{what}: one value a day.")
            found[(subject, field)] = tuple(sorted((*before, *spans), key=lambda span: span.first))
    return found


def _subjects(item: yaml.Node, entry: Mapping[str, yaml.Node], path: Path) -> list[tuple[str, int]]:
    if ("subject" in entry) == ("subjects" in entry):
        refuse(path, line_of(item), "a fact: give either 'subject' or 'subjects'.")
    nodes = [entry["subject"]] if "subject" in entry else sequence(entry["subjects"], path, "subjects")
    found = []
    for node in nodes:
        subject = text(node, path, "subject")
        if not _SUBJECT.fullmatch(subject):
            refuse(path, line_of(node), f"the subject {subject!r} is no code, range, pair, modifier or word.")
        match = _RANGE.fullmatch(subject)
        if match and (match[1] > match[2] or _shape(match[1]) != _shape(match[2])):
            refuse(path, line_of(node), f"the range {subject!r} runs backwards or joins unlike codes.")
        found.append((intern(subject), line_of(node)))
    return found


def _values(
    entry: Mapping[str, yaml.Node], path: Path, sources: Collection[str], authority: str
) -> list[Span]:
    shared = _one_of(entry, "confidence", path, CONFIDENCE) if "confidence" in entry else ""
    setting = _setting(entry, path)
    payer = text(entry["payer"], path, "payer").casefold() if "payer" in entry else None
    speaker = text(entry["authority"], path, "authority") if "authority" in entry else authority
    spans: list[Span] = []
    for key, node in mapping(entry["values"], path, "values").values():
        value = keys(node, path, "a value", ("value", "source", "locator"), ("to", "confidence"))
        confidence = _one_of(value, "confidence", path, CONFIDENCE) if "confidence" in value else shared
        if not confidence:
            refuse(path, line_of(node), f"a value: 'confidence' is missing ({', '.join(CONFIDENCE)}).")
        spans.append(
            Span(
                first=day(key, path, "the day from which a value holds"),
                last=day(value["to"], path, "to") if "to" in value else None,
                value=intern(text(value["value"], path, "value")),
                source_id=_source(value["source"], path, sources),
                locator=intern(text(value["locator"], path, "locator")),
                confidence=cast(Confidence, confidence),
                setting=setting,
                payer=payer,
                authority=speaker,
                line=line_of(key),
            )
        )
    if not spans:
        refuse(path, line_of(entry["values"]), "values: a date is missing.")
    spans.sort(key=lambda span: span.first)
    for index, span in enumerate(spans[:-1]):
        following = spans[index + 1]
        if span.last is not None and span.last >= following.first:
            refuse(path, span.line, f"the value to {span.last} overlaps the one from {following.first}.")
        if span.last is None:
            spans[index] = replace(span, last=following.first - timedelta(days=1))
    if "ended" in entry:
        ended = day(entry["ended"], path, "ended")
        if ended < spans[-1].first or spans[-1].last is not None:
            refuse(path, line_of(entry["ended"]), f"ended {ended} overlaps the last value's own dates.")
        spans[-1] = replace(spans[-1], last=ended)
    for span in spans:
        if span.last is not None and span.last < span.first:
            refuse(path, span.line, f"the value from {span.first} ends before it begins.")
    return spans


def _clash(one: Span, other: Span) -> bool:
    if (one.setting, one.payer) != (other.setting, other.payer):
        return False
    return one.first <= (other.last or date.max) and other.first <= (one.last or date.max)


def _ranges(
    spans: Mapping[tuple[str, str], Sequence[Span]], path: Path
) -> dict[str, tuple[tuple[int, str, str, str], ...]]:
    found: dict[str, list[tuple[int, str, str, str]]] = {}
    for (subject, field), values in spans.items():
        match = _RANGE.fullmatch(subject)
        if not match:
            continue
        low, high = match[1], match[2]
        for _, other_low, other_high, other in found.get(field, ()):
            apart = high < other_low or other_high < low or _shape(low) != _shape(other_low)
            nested = low <= other_low <= other_high <= high or other_low <= low <= high <= other_high
            if not apart and not nested:
                refuse(path, values[0].line, f"the range {subject} cuts into {other}: which one counts?")
        width = int(re.sub(r"\D", "", high)) - int(re.sub(r"\D", "", low))
        found.setdefault(field, []).append((width, low, high, subject))
    return {field: tuple(sorted(items)) for field, items in found.items()}


# --- CSV tables ---


def _wide(table: Table, top: Mapping[str, yaml.Node], path: Path, sources: Collection[str]) -> Table:
    if "*" in table.carries:
        refuse(
            path, line_of(top["carries"]), "carries: a CSV table says it column by column (column: forward)."
        )
    key = tuple(text(item, path, "key") for item in sequence(top["key"], path, "key"))
    period = ("", "")
    if "period" in top:
        entry = keys(top["period"], path, "period", (), ("from", "to"))
        first, last = (text(entry[name], path, name) if name in entry else "" for name in ("from", "to"))
        period = (first, last)
    columns = {}
    if "columns" in top:
        columns = {
            name: text(node, path, "a column")
            for name, (_, node) in mapping(top["columns"], path, "columns").items()
        }
    editions = [
        _edition(node, path, sources, wide=True) for node in sequence(top["editions"], path, "editions")
    ]
    seen: set[tuple[date, Setting | None]] = set()
    for edition in editions:
        if (edition.effective_from, edition.setting) in seen:
            refuse(
                path, line_of(top["editions"]), f"two editions from {edition.effective_from}: they overlap."
            )
        seen.add((edition.effective_from, edition.setting))
    return replace(
        table,
        key=key,
        join=text(top["join"], path, "join") if "join" in top else "/",
        period=period,
        columns=columns,
        editions=tuple(sorted(editions, key=lambda edition: edition.effective_from)),
    )


def read_csv(table: Table, edition: Edition) -> Cells:
    """The rows of one edition, by subject. Raises CitecodeError: file, line, reason."""
    path = table.path.parent / edition.csv
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines, strict=True)
        try:
            header = next(reader, [])
            _check_header(table, header, path)
            width = len(header)
            picked = [header.index(name) for name in table.key]
            rows: dict[str, tuple[tuple[str, ...], ...]] = {}
            for row in reader:
                if len(row) != width:
                    refuse(path, reader.line_num, f"{len(row)} cells where the header has {width}.")
                subject = table.join.join(row[index] for index in picked if row[index])
                if not _SUBJECT.fullmatch(subject):
                    refuse(path, reader.line_num, f"the subject {subject!r} is no code or pair.")
                cells = tuple(map(intern, row))
                if subject in rows:
                    if not any(table.period) or cells in rows[subject]:
                        refuse(path, reader.line_num, f"{subject} stands twice.")
                    rows[subject] = (*rows[subject], cells)
                else:
                    rows[subject] = (cells,)
        except (csv.Error, UnicodeDecodeError) as error:
            refuse(path, reader.line_num, f"not readable as CSV in UTF-8: {error}.")
    return tuple(header), rows


def _check_header(table: Table, header: Sequence[str], path: Path) -> None:
    for name in (*table.key, *filter(None, table.period), *table.carries):
        if name not in header:
            refuse(path, 1, f"the column {name!r} is missing.")
    for index, name in enumerate(header):
        if name in header[:index]:
            refuse(path, 1, f"the column {name!r} stands twice.")
        if name not in (*table.key, *table.period, *table.carries):
            refuse(path, 1, f"the column {name!r} is not named in 'carries'.")


def cell_spans(table: Table, edition: Edition, cells: Cells, subject: str, field: str) -> tuple[Span, ...]:
    """The values of one field of one subject in an edition, with the row's own period where it has one."""
    header, rows = cells
    if field not in header or field in table.key:
        return ()
    column = header.index(field)
    label = table.columns.get(field, field)
    found = []
    for row in rows.get(subject, ()):
        first, last = (_day(row[header.index(name)]) if name else None for name in table.period)
        start = first or min(edition.effective_from, last or edition.effective_from)
        unknown = (
            "; this copy of the file gives no effective date"
            if table.period[1] and not table.period[0]
            else ""
        )
        found.append(
            Span(
                first=start,
                last=last,
                value=row[column],
                source_id=edition.source_id,
                locator=f"row {subject}, column {label}{unknown}",
                authority=table.authority,
            )
        )
    return tuple(sorted(found, key=lambda span: (span.last or date.max, span.first)))


def _day(cell: str) -> date | None:
    """A day as CMS writes it: 20191231 or 2019-12-31; blank or * is none."""
    digits = cell.replace("-", "")
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if digits.isdigit() else None
