"""What an ingest wants the index to hold: the corpus as it is now, and the user's documents, kept until
removed.

A file whose bytes have not changed is not read again: its stored document is taken over. A bad file is a
sentence in
the list of problems; what the index held of it before stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assistant.domain import CitecodeError
from assistant.retrieval import documents
from assistant.retrieval.builds import Input
from assistant.retrieval.index import CORPUS, USER

Wanted = tuple[list[Input], list[str]]
"""(everything the index shall hold, one sentence for each thing that was bad)."""


def without(before: Sequence[Input], names: Sequence[str]) -> Wanted:
    """Everything but the named documents. A name is the document's, or the path it was loaded from."""
    problems = []
    gone: set[str] = set()
    for name in names:
        path = _place(Path(name))
        found = {i.document.name for i in before if i.document.name == name or i.document.path == path}
        if not found:
            problems.append(
                f"There is no document named {name!r}: `python ingest.py --list` shows the names."
            )
        gone |= found
    return [i for i in before if i.document.name not in gone], problems


def corpus(folder: Path, before: Sequence[Input]) -> Wanted:
    """The documents under `folder` and the user's documents held so far."""
    if not folder.is_dir():
        raise CitecodeError(f"{folder} does not exist: give the folder that holds `documents` with --corpus.")
    old = {i.document.name: i for i in before if i.origin == CORPUS}
    wanted: list[Input] = []
    problems: list[str] = []
    for path, known in documents.files(folder):
        if not known:
            continue
        name = documents.corpus_name(path, folder)
        try:
            wanted.append(Input(_read(path, name, old.get(name), {}), CORPUS))
        except CitecodeError as error:
            problems.append(str(error))
            if name in old:
                wanted.append(old[name])
    taken = {i.document.name for i in wanted}
    return wanted + [i for i in before if i.origin == USER and i.document.name not in taken], problems


def user(
    paths: Sequence[Path],
    before: Sequence[Input],
    said: Mapping[str, str],
    say: Callable[[str], None] = lambda _: None,
) -> Wanted:
    """The files and folders given, beside everything held so far. `said` is metadata for all of them."""
    held = {i.document.name: i for i in before}
    problems: list[str] = []
    for given in paths:
        if not given.exists():
            problems.append(f"{given} does not exist: check the path.")
            continue
        folder = given if given.is_dir() else given.parent
        seen: set[str] = set()
        for path, known in documents.files(given):
            place = _place(path)
            seen.add(place)
            if given.is_dir() and not known:
                say(f"Skipped {path}: its kind is not one that can be loaded.")
                continue
            try:
                _take(path, place, path.relative_to(folder).as_posix(), held, said, say)
            except CitecodeError as error:
                problems.append(str(error))
        if given.is_dir():
            under = _place(given) + "/"
            for name in [
                n
                for n, i in held.items()
                if i.origin == USER and i.document.path.startswith(under) and i.document.path not in seen
            ]:
                del held[name]
    return list(held.values()), problems


def _take(
    path: Path,
    place: str,
    name: str,
    held: dict[str, Input],
    said: Mapping[str, str],
    say: Callable[[str], None],
) -> None:
    """Put one file into `held`, under the name it had before if it was loaded from the same place."""
    same_place = next((i for i in held.values() if i.origin == USER and i.document.path == place), None)
    if same_place is None and name in held:
        other = held[name]
        if other.origin == CORPUS or Path(other.document.path).exists():
            digest = _digest(path)
            if other.document.sha256 == digest:
                return
            name = _free(f"{path.parent.name}/{path.name}", held)
            say(f"{other.document.name} is held from another place already: {path} is named {name}.")
        else:
            same_place = other
    if same_place is not None:
        name = same_place.document.name
    document = _read(path, name, same_place, said)
    twin = next(
        (i for i in held.values() if i.document.sha256 == document.sha256 and i.document.name != name), None
    )
    if twin is not None and same_place is None and not said:
        say(f"{path} has the same content as {twin.document.name}: it is not loaded twice.")
        return
    held[name] = Input(document, USER)


def _free(name: str, held: Mapping[str, Input]) -> str:
    number, free = 2, name
    while free in held:
        free, number = f"{name} ({number})", number + 1
    return free


def _place(path: Path) -> str:
    return str(path.absolute())


def _digest(path: Path) -> str:
    return hashlib.sha256(documents.read_bytes(path)).hexdigest()


def _read(path: Path, name: str, old: Input | None, said: Mapping[str, str]) -> documents.StoredDocument:
    """The stored document of a file: the old one when bytes and metadata are the same, else read anew.

    Metadata given by hand once stays until it is given again."""
    given = dict(said)
    if old is not None and not old.stale:
        d = old.document
        told = {**documents.side_metadata(path), **given}
        if d.sha256 == _digest(path) and all(d.metadata.get(k) == v for k, v in told.items()):
            return d
    if old is not None:
        given = {**old.document.given, **given}
    return documents.load(path.absolute(), name=name, given=given)
