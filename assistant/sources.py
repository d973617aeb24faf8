"""The register of sources: source id -> Source, and the strict YAML reading it shares with the fact files.

PyYAML reads bare `00100` as 64, `01` as 1 and `NO` as false. Nothing here trusts it: files are composed to
nodes that still know their tag and their line, and every text is taken only where the file holds a string.
Whatever is wrong is refused with file, line and reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import yaml

from assistant.domain import CitecodeError, Source

_Loader: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml is ten times faster where it is built in

KINDS = ("cms_file", "regulation", "manual", "contractor", "cpt", "payer", "trade", "own")
"""How strong a voice is; the order of precedence between them stands in `facts.PRECEDENCE`."""

_REQUIRED = ("id", "title", "publisher", "edition", "authority", "kind")
_OPTIONAL = ("effective_from", "effective_to", "url", "retrieved", "licence")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def refuse(path: Path, line: int, reason: str) -> NoReturn:
    """Raise the one kind of error a data file gives: `file:line: reason`."""
    raise CitecodeError(f"{path}:{line}: {reason}")


def line_of(node: yaml.Node) -> int:
    """The line a node starts on, counted from 1."""
    return int(node.start_mark.line) + 1


def compose(path: Path) -> yaml.Node:
    """The node tree of a YAML file. Refuses what cannot be read, is not UTF-8, is empty or is not YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CitecodeError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise CitecodeError(f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8.") from error
    return compose_text(text, path)


def compose_text(text: str, path: Path) -> yaml.Node:
    """The node tree of YAML text that was read from `path`."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "is not YAML"
        refuse(path, mark.line + 1 if mark else 1, f"not readable as YAML: {problem}.")
    if node is None:
        refuse(path, 1, "the file is empty.")
    return node


def mapping(node: yaml.Node, path: Path, what: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """A mapping node as key text -> (key node, value node). Refuses other nodes and a key given twice."""
    if not isinstance(node, yaml.MappingNode):
        refuse(path, line_of(node), f"{what} must be a mapping (key: value).")
    found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            refuse(path, line_of(key), f"{what}: a key must be a plain word.")
        name = str(key.value)
        if name in found:
            refuse(path, line_of(key), f"{what}: the key {name!r} stands twice.")
        found[name] = (key, value)
    return found


def keys(
    node: yaml.Node, path: Path, what: str, required: Collection[str], optional: Collection[str] = ()
) -> dict[str, yaml.Node]:
    """A mapping whose keys are known. Refuses unknown, missing and repeated keys."""
    found = mapping(node, path, what)
    for name, (key, _) in found.items():
        if name not in required and name not in optional:
            known = ", ".join((*required, *optional))
            refuse(path, line_of(key), f"{what}: unknown key {name!r} (known: {known}).")
    for name in required:
        if name not in found:
            refuse(path, line_of(node), f"{what}: {name!r} is missing.")
    return {name: value for name, (_, value) in found.items()}


def sequence(node: yaml.Node, path: Path, what: str) -> list[yaml.Node]:
    """The items of a list node."""
    if not isinstance(node, yaml.SequenceNode):
        refuse(path, line_of(node), f"{what} must be a list.")
    return list(node.value)


def text(node: yaml.Node, path: Path, what: str, *, empty: bool = False) -> str:
    """A string, and only a string: bare 00100, 01, 2.5, NO or 2026-01-01 are refused with the cure."""
    if not isinstance(node, yaml.ScalarNode):
        refuse(path, line_of(node), f"{what} must be text.")
    value = str(node.value)
    if node.tag != "tag:yaml.org,2002:str":
        read_as = str(node.tag).rpartition(":")[2]
        if read_as == "null" and not value:
            refuse(path, line_of(node), f"{what} is empty.")
        refuse(path, line_of(node), f'{what}: YAML reads bare {value} as {read_as}; write "{value}".')
    if not empty and not value.strip():
        refuse(path, line_of(node), f"{what} is empty.")
    return value


def day(node: yaml.Node, path: Path, what: str) -> date:
    """A date written 2026-01-31, bare or quoted."""
    value = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
    if _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    refuse(path, line_of(node), f"{what}: {value or 'this'} is no date; write it as 2026-01-31.")


class Sources(Mapping[str, Source]):
    """Source id -> Source, in the order of the register; immutable."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._by_id = {source.id: source for source in sources}

    @classmethod
    def load(cls, path: Path) -> Sources:
        """Read `corpus/sources.yaml`. Raises CitecodeError naming file, line and reason."""
        top = keys(compose(path), path, "the register", ("sources",))
        found: dict[str, Source] = {}
        for node in sequence(top["sources"], path, "sources"):
            source = _source(node, path)
            if source.id in found:
                refuse(path, line_of(node), f"the source id {source.id!r} stands twice.")
            found[source.id] = source
        return cls(found.values())

    def plus(self, more: Iterable[Source]) -> Sources:
        """The register with `more` added (the files a user loaded); an id already held is replaced."""
        return Sources([*self.values(), *more])

    def __getitem__(self, source_id: str) -> Source:
        return self._by_id[source_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)


def _source(node: yaml.Node, path: Path) -> Source:
    entry = keys(node, path, "a source", _REQUIRED, _OPTIONAL)
    words = {
        name: text(value, path, name)
        for name, value in entry.items()
        if name not in ("effective_from", "effective_to", "retrieved")
    }
    days = {
        name: day(entry[name], path, name)
        for name in ("effective_from", "effective_to", "retrieved")
        if name in entry
    }
    if not _ID.fullmatch(words["id"]):
        refuse(path, line_of(entry["id"]), f"the id {words['id']!r} must be lower case words joined by '-'.")
    if words["kind"] not in KINDS:
        refuse(path, line_of(entry["kind"]), f"unknown kind {words['kind']!r} (known: {', '.join(KINDS)}).")
    if "url" in words and not words["url"].startswith("https://"):
        refuse(path, line_of(entry["url"]), "the url must start with https://.")
    if "effective_from" in days and "effective_to" in days and days["effective_to"] < days["effective_from"]:
        refuse(path, line_of(entry["effective_to"]), "effective_to lies before effective_from.")
    return Source(**words, **days)  # type: ignore[arg-type]
