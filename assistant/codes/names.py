"""Tokens, numbers in words, and the names people use: `corpus/names.yaml` with its vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml
from rapidfuzz.distance import OSA

from assistant.domain import CitecodeError

_TOKEN = re.compile(
    r"[A-TV-Za-tv-z][0-9][0-9A-Za-z]\.[0-9A-Za-z]{1,4}(?!\w)"  # M54.16
    r"|[0-9]{1,4}[/-][0-9]{1,2}[/-][0-9]{2,4}(?!\w)"  # 3/4/24, 2026-07-15
    r"|[0-9]{5}\.[0-9][0-9](?!\w)"  # 97012.51
    r"|[0-9]{3}-[0-9]{2}-[0-9]{4}(?!\w)|[0-9]{3}[-.][0-9]{3}[-.][0-9]{4}(?!\w)|[0-9]{5}-[0-9]{4}(?!\w)"  # SSN, phone, ZIP+4
    r"|[0-9]+(?:,[0-9]{3})+(?:\.[0-9]+)?(?!\w)|[0-9]+\.[0-9]+(?!\w)|\.[0-9]+(?!\w)"
    r"|[0-9]{1,2}:[0-9]{2}(?![0-9])|[0-9]{5}(?='s\b)|\w+(?:'\w+)*|[^\w\s]"
)
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
     "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " "}
)  # fmt: skip

_ONES = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    w: 10 * i
    for i, w in enumerate("_ _ twenty thirty forty fifty sixty seventy eighty ninety".split())
    if i > 1
} | {"fourty": 40}


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `low` is its lower-case, plain-quoted and (for words) spelling-corrected form."""

    text: str
    low: str
    start: int
    end: int


# Too short for the edit distance, typed too often to leave.
_TYPOS = {
    "mod": "modifier",
    "mods": "modifiers",
    "mdf": "modifier",
    "modif": "modifier",
    "wich": "which",
    "whch": "which",
    "tmed": "timed",
    "wat": "what",
    "untis": "units",
    "unts": "units",
    "bil": "bill",
    "teh": "the",
    "modfr": "modifier",
    "wht": "what",
    "waht": "what",
}


@dataclass(frozen=True)
class Names:
    """names.yaml: code and modifier names, and the vocabulary that spelling is corrected against."""

    code_names: Mapping[str, str]
    modifier_names: Mapping[str, str]
    phrases: Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]]
    """words -> ("name" | "modifier", codes or modifiers; several when the phrase is ambiguous)"""
    beside_minutes: Mapping[str, str] = field(default_factory=dict)
    """what therapists write next to minutes ("TE 15 min") and nowhere else as a name -> code"""
    extra_words: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    """everyday words (`words.txt` beside names.yaml): never corrected, never corrected to"""

    @classmethod
    def load(cls, path: Path, extra_words: Iterable[str] = ()) -> Names:
        """Read `names.yaml`. Errors: CitecodeError naming the file when it cannot be read."""
        everyday = path.with_name("words.txt")
        try:
            raw = yaml.load(
                path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            )
            codes, modifiers = raw.get("codes") or {}, raw.get("modifiers") or {}
            phrases: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}
            for kind, table in (("name", codes), ("modifier", modifiers)):
                for key, entry in table.items():
                    for words in [entry["name"], *(entry.get("words") or [])]:
                        split = tuple(t.low for t in tokens(str(words)) if t.low != "-")
                        known = phrases.get(split)
                        merged = (
                            (*known[1], key) if known and known[0] == kind and key not in known[1] else (key,)
                        )
                        phrases[split] = (kind, merged)
            for words, keys in (raw.get("phrases") or {}).items():
                phrases[tuple(t.low for t in tokens(str(words)) if t.low != "-")] = ("name", tuple(keys))
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise CitecodeError(
                f"{path.name} cannot be read ({error}); restore it from the repository."
            ) from error
        return cls(
            {k: v["name"] for k, v in codes.items()},
            {k: v["name"] for k, v in modifiers.items()},
            phrases,
            {str(word): str(code) for word, code in (raw.get("beside_minutes") or {}).items()},
            frozenset(extra_words),
            frozenset(everyday.read_text(encoding="utf-8").split()) if everyday.is_file() else frozenset(),
        )

    @cached_property
    def by_first(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """first word -> the phrases that open with it, longest first."""
        table: dict[str, list[tuple[str, ...]]] = {}
        for words in self.phrases:
            table.setdefault(words[0], []).append(words)
        return {first: tuple(sorted(group, key=len, reverse=True)) for first, group in table.items()}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(w for words in self.phrases for w in words if len(w) > 2) | self.extra_words

    @cached_property
    def _by_length(self) -> Mapping[int, tuple[str, ...]]:
        table: dict[int, list[str]] = {}
        for word in sorted(self.vocabulary):
            if len(word) >= 5 and word.isalpha():
                table.setdefault(len(word), []).append(word)
        return {n: tuple(words) for n, words in table.items()}

    def correct(self, word: str) -> str:
        """The one vocabulary word within one edit of `word` (same first letter), else `word` itself."""
        if word in _TYPOS:
            return _TYPOS[word]
        if (
            len(word) < 5
            or not word.isalpha()
            or word in _ONES
            or word in _TENS
            or word in self.vocabulary
            or word in self.known
        ):
            return word
        if (word.endswith("s") and word[:-1] in self.vocabulary) or word + "s" in self.vocabulary:
            return word
        near = [
            known
            for n in (len(word), len(word) - 1, len(word) + 1)
            for known in self._by_length.get(n, ())
            if known[0] == word[0] and OSA.distance(word, known, score_cutoff=1) <= 1
        ]
        return near[0] if len(near) == 1 else word


def plain(text: str) -> str:
    """Lower case with typographic quotes, dashes and spaces made plain; same length as `text`."""
    text = text.translate(_PLAIN)
    return text.lower() if text.isascii() else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


def tokens(text: str) -> tuple[Token, ...]:
    low = plain(text)
    return tuple(
        Token(text[m.start() : m.end()], m.group(), m.start(), m.end()) for m in _TOKEN.finditer(low)
    )


def number(words: Sequence[str]) -> tuple[int, int]:
    """A number written in words at the start of `words` -> (value, words used); (0, 0) when there is none."""
    if not words:
        return 0, 0
    first = words[0]
    if first in _TENS:
        rest = 1
        if len(words) > 1 and words[1] == "-":
            rest = 2
        if len(words) > rest and 0 < _ONES.get(words[rest], 0) < 10:
            return _TENS[first] + _ONES[words[rest]], rest + 1
        return _TENS[first], 1
    if first in _ONES:
        return _ONES[first], 1
    return 0, 0
