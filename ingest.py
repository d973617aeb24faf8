"""Fill the index: `python ingest.py` (the corpus), `python ingest.py PATH...` (your documents), `python
ingest.py tables PATH...` (CMS files)."""

from __future__ import annotations

import argparse
import glob
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import config
from assistant.domain import CitecodeError

if TYPE_CHECKING:
    from assistant.retrieval.builds import Input
    from assistant.retrieval.documents import StoredDocument


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="ingest.py", description="Fill the index that answers are cited from.")
    p.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="documents or folders; none: the corpus. `tables PATH...` loads CMS files",
    )
    p.add_argument(
        "--index", type=Path, metavar="DIR", help="the index folder (default: under CITECODE_HOME)"
    )
    p.add_argument("--tables", type=Path, metavar="DIR", help="where CMS tables are kept (with `tables`)")
    p.add_argument("--corpus", type=Path, metavar="DIR", help="the corpus folder")
    p.add_argument(
        "--remove", action="append", default=[], metavar="NAME", help="take a document out of the index"
    )
    p.add_argument("--list", action="store_true", help="show the documents in the index")
    for flag in ("title", "publisher", "edition", "payer", "effective-from", "effective-to"):
        p.add_argument(f"--{flag}", help=f"{flag.replace('-', ' ')} of the documents given")
    p.add_argument(
        "--setting",
        choices=("practitioner", "outpatient_hospital", "dme"),
        help="of the CMS files given (with `tables`)",
    )
    p.add_argument(
        "--embeddings",
        metavar="MODEL",
        help="another embedding model: a folder of a sentence-transformers model",
    )
    p.add_argument("--quiet", action="store_true", help="no progress bar")
    p.add_argument(
        "--progress", action="store_true", help="progress as lines on stderr, for a program that reads them"
    )
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 0, or 1 when some input was bad (each named with its reason on stderr)."""
    args = parser().parse_args(argv)
    try:
        if args.paths[:1] == ["tables"]:
            return _tables(args)
        folder = args.index or config.home() / "index"
        if args.list:
            return _list(folder)
        return _documents(args, folder)
    except CitecodeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the index is as it was before.", file=sys.stderr)
        return 1


def _tables(args: argparse.Namespace) -> int:
    from assistant import tables

    paths = [Path(p) for p in args.paths[1:]]
    if not paths:
        raise CitecodeError("Name the CMS files to load: python ingest.py tables PATH...")
    return tables.main(
        paths, args.tables or config.home() / "tables", edition=args.edition, setting=args.setting
    )


def _list(folder: Path) -> int:
    from assistant.retrieval.index import Index

    for entry in Index.open(folder).entries:
        print(f"{entry.name}\t{entry.origin}\t{entry.document.source_id}\t{entry.document.title}")
    return 0


def _documents(args: argparse.Namespace, folder: Path) -> int:
    from assistant.retrieval import builds
    from assistant.retrieval.embed import DEFAULT, Embedder

    with builds.writing(folder, say=_say):
        wanted, problems = _wanted(args, builds.kept(folder))
        show = _lines() if args.progress else _bar(args.quiet)
        counts = builds.build(folder, wanted, Embedder.open(config.home(), args.embeddings or DEFAULT), show)
        _audit(args, folder, {*counts.added, *counts.changed}, show)
    if not args.paths:
        _diagnoses(args)
    print(f"{counts} ({len(wanted)} documents, {counts.chunks} chunks) in {folder}")
    for problem in problems:
        _say(problem)
    return 1 if problems else 0


def _diagnoses(args: argparse.Namespace) -> None:
    """Store the ICD-10-CM list of the installed package beside the index, so that the first question on a diagnosis
    does not wait for it. Where that cannot be done, the first question does it."""
    from assistant import tables

    tables.load_icd_package(args.tables or config.home() / "tables")


def _audit(
    args: argparse.Namespace, folder: Path, fresh: set[str], show: Callable[[str, int, int], None]
) -> None:
    """Hold the user's documents against the facts, so that an answer can say which of them disagrees.

    Only what is new is read, unless the facts have changed since."""
    from assistant import audit
    from assistant.pipeline import Assistant
    from assistant.retrieval.index import USER, Index

    index = Index.open(folder)
    own = {e.name for e in index.entries if e.origin == USER}
    before = audit.load_findings(folder)
    if own or before:
        today = date.today()
        held = Assistant.open(config.load(index=folder, tables=args.tables), today=today)
        mark = folder / "findings.facts"
        same = mark.is_file() and mark.read_text("utf-8") == held.facts.digest
        kept = [f for f in before if same and f.document in own - fresh]
        due = sorted(own & fresh if same else own)
        found: list[audit.DocumentFinding] = []
        for number, name in enumerate(due):
            show("checking", number, len(due))
            found += audit.documents([_claims(index.document(name))], held.facts, held.names, today)
        audit.save_findings(folder, [*kept, *found])
        mark.write_text(held.facts.digest, "utf-8")
    index.close()


_CLAIM = re.compile(
    r"\b(?:\d{5}|[A-Z]\d{4}|\d{4}[FTU])\b|modifier|\b(?:KX|GP|GO|GN|MUE)\b|threshold|\$\s?\d|billable|minute|timed\b",
    re.IGNORECASE,
)


def _claims(document: StoredDocument) -> StoredDocument:
    """A document with blanks for the paragraphs that name no code, modifier, amount or time: a manual is
    mostly those,
    and reading them sentence by sentence would take longer than all the rest of an ingest. Offsets stay."""
    text, at, out = document.text, 0, []
    for block in document.blocks:
        here = text[block.start : block.end]
        out += [text[at : block.start], here if _CLAIM.search(here) else re.sub(r"\S", " ", here)]
        at = block.end
    return replace(document, text="".join([*out, text[at:]]))


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _wanted(args: argparse.Namespace, before: Sequence[Input]) -> tuple[list[Input], list[str]]:
    """What the index shall hold, and what was bad about what was given."""
    from assistant.retrieval import collect

    if args.remove and not args.paths:
        return collect.without(before, args.remove)
    if not args.paths:
        return collect.corpus((args.corpus or config.corpus()) / "documents", before)
    paths: list[Path] = []
    for given in args.paths:
        found = (
            sorted(glob.glob(given, recursive=True))
            if glob.has_magic(given) and not Path(given).exists()
            else []
        )
        paths += [Path(p) for p in found] or [Path(given)]
    said = {
        k: v
        for k in ("title", "publisher", "edition", "payer", "effective_from", "effective_to")
        if (v := getattr(args, k))
    }
    kept, problems = collect.without(before, args.remove)
    wanted, more = collect.user(paths, kept, said, _say)
    return wanted, problems + more


def _lines() -> Callable[[str, int, int], None]:
    """`progress WHAT DONE TOTAL`, a line for every hundredth."""
    said: list[tuple[str, int]] = [("", -1)]

    def show(what: str, done: int, total: int) -> None:
        mark = (what, 100 * done // total if total else 100)
        if mark != said[0]:
            said[0] = mark
            print(f"progress {what} {done} {total}", file=sys.stderr, flush=True)

    return show


def _bar(quiet: bool) -> Callable[[str, int, int], None]:
    """A progress bar on a terminal, silence elsewhere."""
    if quiet or not sys.stderr.isatty():
        return lambda *_: None

    def show(what: str, done: int, total: int) -> None:
        share = done / total if total else 1.0
        width = 30
        bar = "#" * int(share * width)
        end = "\n" if share >= 1 and what == "writing" else ""
        print(f"\r{what:<10} [{bar:<{width}}] {done}/{total}   ", end=end, file=sys.stderr, flush=True)

    return show


if __name__ == "__main__":
    sys.exit(main())
