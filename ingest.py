"""Fill the index: `python ingest.py` (the corpus), `python ingest.py PATH...` (your documents), `python
ingest.py tables PATH...` (CMS files)."""

from __future__ import annotations

import argparse
import glob
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.domain import CitecodeError

if TYPE_CHECKING:
    from assistant.retrieval.builds import Input

ROOT = Path(__file__).resolve().parent


def home() -> Path:
    """Where everything that is written lies: CITECODE_HOME, else the platform's user data folder."""
    if set_here := os.environ.get("CITECODE_HOME"):
        return Path(set_here).expanduser()
    from platformdirs import user_data_path

    return user_data_path("citecode", appauthor=False)


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
    p.add_argument("--corpus", type=Path, default=ROOT / "corpus", metavar="DIR", help="the corpus folder")
    p.add_argument(
        "--remove", action="append", default=[], metavar="NAME", help="take a document out of the index"
    )
    p.add_argument("--list", action="store_true", help="show the documents in the index")
    for flag in ("title", "publisher", "edition", "payer", "effective-from", "effective-to"):
        p.add_argument(f"--{flag}", help=f"{flag.replace('-', ' ')} of the documents given")
    p.add_argument(
        "--setting",
        choices=("practitioner", "outpatient_hospital"),
        help="of the CMS files given (with `tables`)",
    )
    p.add_argument(
        "--embeddings",
        metavar="MODEL",
        help="another embedding model: a folder of a sentence-transformers model",
    )
    p.add_argument("--quiet", action="store_true", help="no progress bar")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 0, or 1 when some input was bad (each named with its reason on stderr)."""
    args = parser().parse_args(argv)
    try:
        if args.paths[:1] == ["tables"]:
            return _tables(args)
        folder = args.index or home() / "index"
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
    try:
        from assistant import tables
    except ImportError:
        raise CitecodeError("This version cannot load CMS tables.") from None
    given = {k: v for k, v in (("edition", args.edition), ("setting", args.setting)) if v}
    store = args.tables or home() / "tables"
    paths = [Path(p) for p in args.paths[1:]]
    if not paths:
        raise CitecodeError("Name the CMS files to load: python ingest.py tables PATH...")
    return int(tables.main(paths, store, **given))  # type: ignore[attr-defined]


def _list(folder: Path) -> int:
    from assistant.retrieval.index import Index

    for entry in Index.open(folder).entries:
        print(f"{entry.name}\t{entry.origin}\t{entry.document.source_id}\t{entry.document.title}")
    return 0


def _documents(args: argparse.Namespace, folder: Path) -> int:
    from assistant.retrieval import builds
    from assistant.retrieval.embed import DEFAULT, Embedder

    def say(text: str) -> None:
        print(text, file=sys.stderr)

    with builds.writing(folder, say=say):
        before = builds.kept(folder)
        wanted, problems = _wanted(args, before, say)
        embedder = Embedder.open(home(), args.embeddings or DEFAULT)
        counts = builds.build(folder, wanted, embedder, _bar(args.quiet))
    print(f"{counts} ({len(wanted)} documents, {counts.chunks} chunks) in {folder}")
    for problem in problems:
        say(problem)
    return 1 if problems else 0


def _wanted(
    args: argparse.Namespace, before: Sequence[Input], say: Callable[[str], None]
) -> tuple[list[Input], list[str]]:
    """What the index shall hold, and what was bad about what was given."""
    from assistant.retrieval import collect

    if args.remove and not args.paths:
        return collect.without(before, args.remove)
    if not args.paths:
        return collect.corpus(args.corpus / "documents", before)
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
    wanted, more = collect.user(paths, kept, said, say)
    return wanted, problems + more


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
