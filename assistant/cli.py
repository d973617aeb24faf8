"""The command line: parses, calls, prints. JSON and answers go to stdout, messages to stderr.

Exit status: 0 answered (an honest "not in my sources" is an answer), 1 some input was bad, 2 wrong usage."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn, TextIO

from assistant import __version__, config, render
from assistant.domain import PROVIDERS, SETTINGS, CitecodeError, Setting

MAX_LINE = 4_000_000
"""Characters a batch line may have."""
MOST_PASSAGES = 100


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. No traceback reaches the user."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        args = _parser().parse_args(argv)
        status: int = args.run(args)
        sys.stdout.flush()
        return status
    except CitecodeError as error:
        print(f"citecode: {render.printable(str(error))}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        _drop_output()
        return 0
    except OSError as error:  # a full disk, a pipe that is no pipe, a device that is gone
        _drop_output()
        where = f"{error.filename}: " if error.filename else "The output: "
        print(f"citecode: {where}{error.strerror or error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _drop_output()
        print("citecode: stopped.", file=sys.stderr)
        return 130
    except Exception as error:
        if os.environ.get("CITECODE_DEBUG"):
            raise
        print(f"citecode: {render.printable(_defect(error))}", file=sys.stderr)
        return 1


def _drop_output() -> None:
    """What is still buffered goes nowhere: the flush at exit must not fail a second time."""
    with contextlib.suppress(OSError, ValueError):  # where standard output is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> _Parser:
    parser = _Parser(prog="citecode", description="Answers coding and billing questions, with the evidence.")
    parser.add_argument("--version", action="version", version=f"citecode {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], help: str, *, context: bool = False
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(run=run)
        made.add_argument("--json", action="store_true", help="JSON instead of text")
        made.add_argument("--index", metavar="DIR", help="the index to use")
        made.add_argument("--tables", metavar="DIR", help="the loaded CMS tables to use")
        made.add_argument("--date-of-service", type=_day, metavar="YYYY-MM-DD", help="default: today")
        made.add_argument("--setting", choices=SETTINGS, default="practitioner")
        if context:
            made.add_argument("--payer", help="medicare, commercial, ... or a plan's name")
            made.add_argument("--rendered-by", type=str.upper, choices=PROVIDERS)
            made.add_argument(
                "--model", metavar="none|PROVIDER:MODEL", help="a language model for what no rule decides"
            )
        return made

    ask = command("ask", _ask, "answer a question, or a file of them", context=True)
    ask.add_argument("question", nargs="?")
    ask.add_argument("--batch", metavar="QUESTIONS.jsonl", help="JSON lines in, JSON lines out, same order")
    ask.add_argument("--out", metavar="ANSWERS.jsonl")
    lookup = command(
        "lookup", _lookup, "everything known about codes, or diagnoses by their words", context=True
    )
    lookup.add_argument("code", nargs="+", metavar="CODE|WORDS")
    lookup.add_argument("--page", type=int, default=1, help="page of the edits")
    units = command(
        "units", _units, "billable units from minutes: citecode units 97112=24 97110=23", context=True
    )
    units.add_argument("minutes", nargs="+", metavar="CODE=MINUTES")
    check = command("check", _check, "an insurance claim (JSON, CSV or 837P) -> findings", context=True)
    check.add_argument("claim")
    fee = command(
        "fee", _fee, "the Medicare allowed amount, step by step: citecode fee 97110=2 97012", context=True
    )
    fee.add_argument("lines", nargs="+", metavar="CODE[-MODIFIERS][=UNITS]")
    fee.add_argument("--locality", help="carrier and locality, or a ZIP code")
    fee.add_argument("--facility", action="store_true")
    facts = command("facts", _facts, "the fact tables, their editions and sources")
    facts.add_argument("table", nargs="?")
    facts.add_argument("--check", action="store_true", help="read every fact file in full")
    facts.add_argument(
        "--changes", nargs=3, metavar=("TABLE", "OLD", "NEW"), help="what changed between two editions"
    )
    facts.add_argument(
        "--codes", metavar="FILE", help="with --changes: the codes a practice uses, one a line"
    )
    search = command("search", _search, "the passages found, best first")
    search.add_argument("words", nargs="?")
    search.add_argument("-k", type=_most, default=5, metavar="N", help="how many passages, 5 if left out")
    search.add_argument("--batch", metavar="QUERIES.jsonl")
    search.add_argument("--out", metavar="FOUND.jsonl")
    document = command("document", _document, "the stored text of one document, as citations count it")
    document.add_argument("name")
    audit = command(
        "audit", _audit, "any text, checked sentence by sentence against the hard facts", context=True
    )
    audit.add_argument("text", nargs="?", metavar="FILE", help="a text file; - for standard input")
    audit.add_argument("--question", help="what the text answers")
    audit.add_argument("--batch", metavar="TEXTS.jsonl")
    audit.add_argument("--out", metavar="FOUND.jsonl")
    return parser


def _one_of(args: argparse.Namespace, given: str | None, example: str) -> None:
    """Either what is given on the line or --batch, not both and not neither: otherwise the usage is wrong."""
    if (given is None) == (args.batch is None):
        _parser().exit(2, f"citecode {args.command}: give {example}, or --batch FILE.\n")
    if args.out and args.batch is None:
        _parser().exit(2, f"citecode {args.command}: --out goes with --batch.\n")


def _most(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = 0
    if not 1 <= count <= MOST_PASSAGES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_PASSAGES}")
    return count


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a date; write YYYY-MM-DD, for example 2026-07-15"
        ) from None


def _today() -> date:
    """Today's date; CITECODE_TODAY overrides it, so that runs can be repeated."""
    given = os.environ.get("CITECODE_TODAY", "")
    try:
        return date.fromisoformat(given) if given else date.today()
    except ValueError:
        raise CitecodeError(f"CITECODE_TODAY is {given!r}; write YYYY-MM-DD or leave it unset.") from None


def _open(args: argparse.Namespace) -> Any:
    from assistant.pipeline import Assistant

    return Assistant.open(config.load(args.index, args.tables, getattr(args, "model", None)), today=_today())


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _width() -> int:
    try:
        return max(40, min(110, os.get_terminal_size().columns))
    except OSError:
        return 100


# ask ---------------------------------------------------------------------------------------------------------------


def _ask(args: argparse.Namespace) -> int:
    _one_of(args, args.question, 'one question, for example "can I bill 97012 with 51?"')
    assistant = _open(args)
    if args.batch is not None:
        return _batch(args.batch, args.out, lambda row: _answer_row(assistant, row, args))
    answer = assistant.ask(
        _whole(args.question),
        date_of_service=args.date_of_service,
        payer=args.payer,
        setting=args.setting,
        rendered_by=args.rendered_by,
    )
    if args.json:
        _print_json(render.to_json(answer, assistant.sources))
    else:
        print(render.to_terminal(answer, assistant.sources, _colour(), _width()))
    return 0


def _answer_row(assistant: Any, row: Mapping[str, Any], args: argparse.Namespace) -> dict[str, object]:
    text = row.get("question")
    if not isinstance(text, str):
        raise CitecodeError('"question" must be a text.')
    setting = _choice(row, "setting", SETTINGS) or args.setting
    rendered_by = row.get("rendered_by")
    if rendered_by is not None:
        rendered_by = str(rendered_by).upper()
        if rendered_by not in PROVIDERS:
            raise CitecodeError(
                f'"rendered_by" is {rendered_by!r}; it must be one of {", ".join(PROVIDERS)}.'
            )
    payer = _text(row, "payer")
    answer = assistant.ask(
        text,
        history=_history(row),
        date_of_service=_date_in(row) or args.date_of_service,
        payer=payer or args.payer,
        setting=setting,
        rendered_by=rendered_by or args.rendered_by,
    )
    return render.to_json(answer, assistant.sources, row.get("id"))


def _text(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise CitecodeError(f'"{key}" must be a text.')
    return value


def _whole(text: str) -> str:
    """The text with halves of a surrogate pair replaced: no encoder and no tokenizer takes them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _history(row: Mapping[str, Any]) -> list[dict[str, str]]:
    turns = row.get("history") or []
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise CitecodeError('"history" must be a list of {"role", "content"}.')
    return [
        {"role": str(turn.get("role", "user")), "content": str(turn.get("content") or "")} for turn in turns
    ]


def _choice(row: Mapping[str, Any], key: str, allowed: Sequence[str]) -> Setting | None:
    value = row.get(key)
    if value is not None and value not in allowed:
        raise CitecodeError(f'"{key}" is {value!r}; it must be one of {", ".join(allowed)}.')
    return value


def _date_in(row: Mapping[str, Any]) -> date | None:
    value = row.get("date_of_service")
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise CitecodeError(f'"date_of_service" is {value!r}; write YYYY-MM-DD.') from None


def _batch(path: str, out: str | None, answer: Callable[[Mapping[str, Any]], dict[str, object]]) -> int:
    """JSON lines in, JSON lines out, same order; a line that cannot be read or answered gets a line with "error"."""
    bad = 0
    target: TextIO
    lines = _lines(path)
    first = next(
        lines, None
    )  # before --out is opened: what stands there is kept when there is nothing to read
    if out and os.path.exists(out) and path != "-" and os.path.samefile(path, out):
        raise CitecodeError(f"--out {out} is the file with the questions; choose another file for --out.")
    try:
        target = open(out, "w", encoding="utf-8") if out else sys.stdout  # noqa: SIM115 - closed below, stdout never
    except OSError as error:
        raise CitecodeError(
            f"{out}: cannot be written ({error.strerror}); choose another file for --out."
        ) from error
    try:
        for number, line in chain([] if first is None else [first], lines):
            row: Any = None
            try:
                row = _parsed(line)
                result = answer(row)
            except BrokenPipeError:
                raise
            except Exception as error:  # one line that fails must not lose the others
                bad += 1
                said = str(error) if isinstance(error, CitecodeError) else _defect(error)
                result = {
                    "id": row.get("id") if isinstance(row, dict) else None,
                    "line": number,
                    "error": said,
                }
                print(f"citecode: line {number}: {render.printable(said)}", file=sys.stderr)
            target.write(_json_line(result) + "\n")
            target.flush()
    finally:
        if out:
            target.close()
    return 1 if bad else 0


def _defect(error: Exception) -> str:
    """What is said of an error that is the program's and not the input's."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"This is a defect of Citecode, please report it: {type(error).__name__} in "
        f"{Path(where.filename).name}, line {where.lineno}: {error} (CITECODE_DEBUG=1 shows where)."
    )


def _json_line(value: object) -> str:
    """One line of JSON; with escapes where a character has no UTF-8 (an id may hold half a surrogate pair)."""
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value)
    return line


def _lines(path: str) -> Iterator[tuple[int, str | None]]:
    """(line number, text); None for a line that is not UTF-8. Blank lines are passed over."""
    try:
        with sys.stdin.buffer if path == "-" else open(path, "rb") as handle:
            for number, raw in enumerate(handle, 1):
                body = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
                if not body.strip():
                    continue
                try:
                    yield number, body.decode("utf-8")
                except UnicodeDecodeError:
                    yield number, None
    except OSError as error:
        raise CitecodeError(f"{path}: cannot be read ({error.strerror}).") from error


def _parsed(line: str | None) -> dict[str, Any]:
    if line is None:
        raise CitecodeError("This line is not UTF-8 text; save the file as UTF-8.")
    if len(line) > MAX_LINE:
        raise CitecodeError(f"This line has {len(line):,} characters, the limit is {MAX_LINE:,}.")
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise CitecodeError(f"This line is not JSON ({error.msg} at character {error.pos}).") from None
    except RecursionError:
        raise CitecodeError("This line is not JSON (nested too deeply).") from None
    except ValueError:  # Python reads no number of more than 4300 digits
        raise CitecodeError("This line holds a number that is too long.") from None
    if not isinstance(row, dict):
        raise CitecodeError('This line must be an object like {"question": "..."}.')
    return {key: _deep(value) if key != "id" else value for key, value in row.items()}


def _deep(value: Any) -> Any:
    """`_whole` for every text in a JSON value."""
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, list):
        return [_deep(item) for item in value]
    if isinstance(value, dict):
        return {key: _deep(item) for key, item in value.items()}
    return value


# tools -------------------------------------------------------------------------------------------------------------


def _lookup(args: argparse.Namespace) -> int:
    from assistant import lookup

    assistant = _open(args)
    record = lookup.several(
        args.code,
        assistant.facts,
        assistant.names,
        args.date_of_service or assistant.today,
        setting=args.setting,
        page=args.page,
    )
    _show(args, record, lookup.to_text)
    return 0


def _units(args: argparse.Namespace) -> int:
    from assistant.rules import units

    assistant = _open(args)
    when = args.date_of_service or assistant.today

    def timed(code: str) -> bool | None:
        found = assistant.facts.on(when, "timing", code)
        kind = found.fact.value if found.fact is not None and found.state == "held" else ""
        return {"timed_15": True, "untimed": False}.get(kind)

    _show(args, units.units(_minutes(args.minutes), timed).to_dict(), units.to_text)
    return 0


def _minutes(words: Sequence[str]) -> dict[str, int]:
    """97112=24 97110=23 -> code -> minutes; a code given twice is added up. Errors: CitecodeError for any other shape."""
    minutes: dict[str, int] = {}
    for word in words:
        code, _, count = word.strip().upper().partition("=")
        if not re.fullmatch(r"[0-9A-Z][0-9]{3}[0-9A-Z]", code) or not re.fullmatch(r"[0-9]{1,4}", count):
            raise CitecodeError(
                f"{word!r} is no code with its minutes; write CODE=MINUTES, for example 97112=24."
            )
        minutes[code] = minutes.get(code, 0) + int(count)
    return minutes


def _check(args: argparse.Namespace) -> int:
    from assistant import check

    assistant = _open(args)
    given = {
        "date_of_service": args.date_of_service and args.date_of_service.isoformat(),
        "payer": args.payer,
        "setting": args.setting,
        "rendered_by": args.rendered_by,
    }
    result = check.check_file(Path(args.claim), assistant.facts, assistant.today, given)
    _show(args, result, check.to_text)
    for one in result.get("claims", []):
        if "error" in one:
            print(f"citecode: {render.printable(one['error'])}", file=sys.stderr)
    return 1 if result.get("summary", {}).get("unread") else 0


def _fee(args: argparse.Namespace) -> int:
    from assistant.rules import fee

    assistant = _open(args)
    result = fee.from_words(
        args.lines,
        assistant.facts,
        args.date_of_service or assistant.today,
        locality=args.locality,
        facility=args.facility,
    )
    _show(args, result, fee.to_text)
    return 0


def _show(args: argparse.Namespace, record: dict[str, Any], to_text: Callable[[dict[str, Any]], str]) -> None:
    if args.json:
        _print_json(record)
    else:
        print(render.printable(to_text(record)))


def _facts(args: argparse.Namespace) -> int:
    if args.changes:
        return _changes(args)
    assistant = _open(args)
    facts = assistant.facts
    if args.check:
        count = facts.check()
        print(f"{count} facts in {len(facts.tables())} tables, every one dated and sourced.")
        return 0
    if args.table:
        rows = [render.fact_json(fact) for fact in facts.every(args.table)]
        if not rows:
            known = ", ".join(info.name for info in facts.tables())
            raise CitecodeError(f"There is no fact table {args.table!r}; there are {known}.")
        if args.json:
            _print_json({"table": args.table, "facts": rows})
        else:
            for row in rows:
                print(_fact_line(row))
        return 0
    tables = facts.tables()
    loaded = facts.store.overview(assistant.today) if facts.store else []
    if args.json:
        from dataclasses import asdict

        shipped = [json.loads(json.dumps(asdict(info), default=str)) for info in tables]
        _print_json({"tables": shipped, "loaded": json.loads(json.dumps(loaded, default=str))})
    else:
        for info in tables:
            editions = "; ".join(edition.name for edition in info.editions)
            print(f"{info.name:24} {info.description}{' [' + editions + ']' if editions else ''}")
        for one in loaded:
            state = (
                "stale: load the edition in force"
                if one["stale"]
                else "in force"
                if one["current"]
                else "earlier"
            )
            print(
                f"loaded: {one['table']:16} {one['edition']} {one.get('setting') or ''} ({one['file']}; {state})"
            )
    return 0


def _changes(args: argparse.Namespace) -> int:
    """What differs between two loaded editions, for the codes of a practice."""
    from assistant.tables import Store

    if not args.codes:
        raise CitecodeError("--changes needs --codes FILE: a text file with the codes of the practice.")
    try:
        codes = Path(args.codes).read_text(encoding="utf-8-sig").replace(",", " ").upper().split()
    except (OSError, UnicodeDecodeError) as error:
        raise CitecodeError(f"{args.codes}: cannot be read as text ({error}).") from error
    table, old, new = args.changes
    store = Store.open(config.load(args.index, args.tables).tables)
    changes = list(store.changes(table, old, new, codes, args.setting))
    if args.json:
        _print_json({"table": table, "old": old, "new": new, "changes": changes})
        return 0
    for row in changes:
        fields: Mapping[str, Sequence[object]] = row["fields"]  # type: ignore[assignment]
        listed = "; ".join(f"{name} {was or '-'} -> {now or '-'}" for name, (was, now) in fields.items())
        print(render.printable(f"{row['subject']}  {row['change']}: {listed}"))
    print(f"{len(changes)} changes in {table} between {old} and {new} for {len(set(codes))} codes.")
    return 0


def _fact_line(row: Mapping[str, Any]) -> str:
    span = f"{row['effective_from']}..{row['effective_to'] or ''}"
    where = f"{row['citation']['source_id']}, {row['citation']['locator']}"
    return f"{row['subject']}  {row['field']} = {row['value']}  ({span}; {where}; {row['confidence']})"


def _search(args: argparse.Namespace) -> int:
    _one_of(args, args.words, 'the words to search for, for example "traction session"')
    assistant = _open(args)
    if args.batch is not None:

        def found(row: Mapping[str, Any]) -> dict[str, object]:
            text = row.get("question") or row.get("query") or row.get("words")
            if not isinstance(text, str) or not text.strip():
                raise CitecodeError('"question" must be a text that is not empty.')
            k = args.k if row.get("k") is None else row["k"]
            if type(k) is not int or not 1 <= k <= MOST_PASSAGES:
                raise CitecodeError(f'"k" is {k!r}; it must be a number from 1 to {MOST_PASSAGES}.')
            return {"id": row.get("id"), "passages": _passages(assistant, text, k)}

        return _batch(args.batch, args.out, found)
    if not args.words.strip():
        raise CitecodeError('The words to search for are empty: citecode search "traction session"')
    rows = _passages(assistant, _whole(args.words), args.k)
    if args.json:
        _print_json({"passages": rows})
        return 0
    for n, row in enumerate(rows, 1):
        print(
            f"{n}. {row['title']}: {row['locator']}  ({row['document']} {row['start']}..{row['end']}, score {row['score']:.3f})"
        )
        print("   " + render.printable(" ".join(str(row["quote"]).split()))[:400])
    if not rows:
        print("Nothing found.")
    return 0


def _passages(assistant: Any, words: str, k: int) -> list[dict[str, Any]]:
    return [
        {
            "document": p.document,
            "source_id": p.source_id,
            "title": p.title,
            "locator": p.locator,
            "start": p.start,
            "end": p.end,
            "quote": p.quote,
            "score": round(p.score, 6),
        }
        for p in assistant.search(words, k)
    ]


def _document(args: argparse.Namespace) -> int:
    stored = _open(args).document(args.name)
    if args.json:
        _print_json(
            {
                "document": stored.name,
                "source_id": stored.source_id,
                "title": stored.title,
                "text": stored.text,
            }
        )
    else:
        print(render.printable(stored.text))
    return 0


def _audit(args: argparse.Namespace) -> int:
    from assistant import audit

    _one_of(args, args.text, "a text file or - for standard input")
    assistant = _open(args)

    def audited(
        text: str, question: str | None, day: date | None, payer: str | None, id: Any
    ) -> dict[str, object]:
        return {
            "id": id,
            **audit.report(
                text,
                assistant.facts,
                assistant.names,
                when=day or assistant.today,
                question=question,
                payer=payer,
                setting=args.setting,
            ),
        }

    if args.batch is not None:

        def row_audited(row: Mapping[str, Any]) -> dict[str, object]:
            if not isinstance(row.get("text"), str):
                raise CitecodeError('"text" must be a text.')
            question, payer = _text(row, "question"), _text(row, "payer") or args.payer
            return audited(row["text"], question, _date_in(row) or args.date_of_service, payer, row.get("id"))

        return _batch(args.batch, args.out, row_audited)
    try:
        raw = sys.stdin.buffer.read() if args.text == "-" else Path(args.text).read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise CitecodeError(f"{args.text}: is not UTF-8 text; save it as UTF-8.") from None
        raise CitecodeError(f"{args.text}: cannot be read ({getattr(error, 'strerror', error)}).") from error
    result = audited(text, args.question, args.date_of_service, args.payer, None)
    _show(args, result, audit.to_text)
    return 0
