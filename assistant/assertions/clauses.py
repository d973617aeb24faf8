"""A sentence -> its clauses as skeletons: words in lower case, mentions as numbered signs (C0 a code, M1 a modifier, N2 a number ...).

The signs keep their places in `mentions`, so a pattern that finds "mue of C0 is N1" has found the code and the number. A clause
without a subject of its own takes that of the clause or sentence before; a condition ("if ...", "unless ...") is set apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.assertions.patterns import compiled, search, starts, sub
from assistant.assertions.polarity import OPENING
from assistant.codes import Names, find
from assistant.domain import Mention

LETTERS = {
    "code": "C", "name": "C", "range": "C", "modifier": "M", "minutes": "T", "units": "U", "number": "N", "money": "S", "percent": "P",
    "date": "D", "year": "Y", "icd10": "X", "regions": "R", "age": "A", "carc": "K",
}  # fmt: skip
SIGN = re.compile(r"\b([CMTUNSPDYXRAK])(\d+)\b")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. `skel`: its skeleton; `mentions`: those of the whole sentence, by number; `codes`, `modifiers`: its own, else those it
    refers back to (`lent`); `condition`: what it is made to depend on; `main`: the skeleton of the whole sentence."""

    skel: str
    mentions: tuple[Mention, ...]
    codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    lent: bool = False
    condition: str = ""
    main: str = ""
    text: str = ""
    groups: tuple[tuple[str, ...], ...] = ()
    known: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    def supposed(self) -> tuple[str, ...]:
        """The codes its condition names."""
        return tuple(
            dict.fromkeys(
                self.mentions[int(m.group(2))].value
                for m in SIGN.finditer(self.condition)
                if m.group(1) == "C"
            )
        )

    def own(self, letter: str) -> tuple[str, ...]:
        """Values of the signs of one kind in the clause, in order."""
        return tuple(
            self.mentions[int(m.group(2))].value for m in SIGN.finditer(self.skel) if m.group(1) == letter
        )

    def value(self, sign: str) -> str:
        return self.mentions[int(sign[1:])].value

    def plain(self, condition: bool = False) -> str:
        """The words of the clause with the mentions as they were written."""
        skel = f"{self.skel} {self.condition}" if condition else self.skel
        return SIGN.sub(lambda m: self.mentions[int(m.group(2))].text.lower(), skel)

    def said(self, *patterns: str) -> re.Match[str] | None:
        for pattern in patterns:
            found = search(pattern, self.skel)
            if found:
                return found
        return None


@dataclass
class Context:
    """What the sentences before leave behind."""

    codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    topics: tuple[str, ...] = ()
    asked: tuple[str, ...] = field(default_factory=tuple)


_OTHER_NOUN = re.compile(
    r"(?:'s)? (?:therapists?|assistants?|trainers?|students?|aides?|machines?|tables?|devices?|units? of|departments?|clinics?|practices?|plans?|caps?|thresholds?|software|session length|modes?)\b",
    re.I,
)


_LEADING = re.compile(
    r"(^|[,;:] |\b(?:and|but|so|because|that) )((?:2[2-7]|5[0-9]|6[26]|7[6-9]|8[0-2]|91|9[35])(?:(?:,| or| and) [0-9]{2})*)(?= (?:is|isn't|are|can|cannot|can't|may|must|should|shouldn't|does|doesn't|do|will|won't|would|never|has|have|pays?|marks?|stands|reports?|describes?|belongs?|takes?|covers?|tells|says|indicates?|denotes?|starts?|works?|bypass(?:es)?|opens?|overrides?|goes|go|means|needs|applies|requires|on (?:a|the|an|97|99|98)|and X)\b)"
)


_FULL = re.compile(
    r"\b([0-9]{1,3}) ((?:full|whole|total|timed|treatment|direct|billable|one-on-one|therapy) ?)+minutes\b"
)


_ONES = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SMALL = "|".join([*_TENS, *sorted(_ONES, key=len, reverse=True)])
_THOUSANDS = re.compile(
    rf"\b(?:{_SMALL}) thousand(?:,? (?:and )?(?:{_SMALL}) hundred)?(?:,? (?:and )?(?:{_SMALL})(?:[- ](?:{_SMALL}))?)?\b",
    re.I,
)


def _in_digits(match: re.Match[str]) -> str:
    """ "two thousand three hundred thirty" as 2330, as long as the words were."""
    total = part = 0
    for word in re.findall(r"[a-z]+", match.group().lower()):
        if word == "thousand":
            total, part = total + 1000 * part, 0
        elif word == "hundred":
            total, part = total + 100 * part, 0
        else:
            part += _ONES.get(word, _TENS.get(word, 0))
    return str(total + part)


def skeleton(text: str, names: Names, primed: bool) -> tuple[str, tuple[Mention, ...]]:
    """The skeleton of a sentence, single-spaced, and its mentions. A name beside its own code is said once."""
    text = _THOUSANDS.sub(_in_digits, text)
    text = _FULL.sub(r"\1 minutes \2", text)
    text = _LEADING.sub(r"\1modifier \2", text)
    toks, found = find(compiled(r"(?<=[0-9])['’]s\b").sub(" s", sub(r"[*_`~\"“”]", " ", text)), names, primed)
    parts: list[str] = []
    at = 0
    for tok in toks:
        while at < len(found) and tok.start >= found[at].end:
            at += 1
        if (
            at < len(found)
            and tok.start >= found[at].start
            and not (found[at].kind == "name" and _OTHER_NOUN.match(text, found[at].end))
        ):
            if found[at].kind == "modifier" and not _literal(found[at]):
                parts.append(tok.low)  # "the technical component" tells what TC means, it does not name TC
            elif tok.start == found[at].start:
                bare = found[at].kind == "minutes" and found[at].text.isdigit()
                parts.append(f"{'N' if bare else LETTERS.get(found[at].kind, 'N')}{at}")
            continue
        parts.append("edited" if tok.low == "edited" else tok.low)
    skel = compiled(r"\bM(\d+) (to|-|through) (?=T\d)").sub(r"N\1 \2 ", " ".join(parts))
    return skel, found


def _literal(mention: Mention) -> bool:
    """The modifier itself or a name with the word modifier in it."""
    return (
        "modif" in mention.text.lower()
        or len(mention.text) == 2
        or mention.text.lower().replace("-", " ") in _NUMBER_WORDS
    )


_NUMBER_WORDS = frozenset(
    f"{tens} {ones}".strip()
    for tens in ("twenty", "fifty", "sixty", "seventy", "eighty", "ninety")
    for ones in ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
)


def expand(value: str, kind: str, names: Names) -> tuple[str, ...]:
    """The codes a mention stands for: itself, the options of a name, the codes of a range that we know."""
    if kind == "range":
        first, last = value.split("-")
        inner = [c for c in names.code_names if len(c) == len(first) and first <= c <= last]
        return tuple(dict.fromkeys([first, *sorted(inner), last]))
    return tuple(value.split("|"))


_APPOSITION = re.compile(
    r"(C\d+) (?:\( (?:[a-z' -]+ )?(?:cpt |code |hcpcs )*|, (?:or )?|- |: )?(C\d+)(?: \))?"
)
_VERB = (
    r"(?:is|are|was|were|isn't|aren't|can|can't|cannot|may|might|must|mustn't|should|shouldn't|will|won't|would|does|doesn't|do|don't|did|didn't|has|have|had|hasn't|haven't|needs?|requires?|takes?|carr(?:y|ies)|gets?|"
    r"pays?|covers?|allows?|applies|apply|bills?|counts?|belongs?|goes|go|wants?|uses?|reduces?|reduced|means?|remains?|equals?|includes?|excludes?|lists?|bypass(?:es)?|opens?|rounds?|counts|denies|rejects?|accepts?|bundles?|limits?|caps?|falls?|lets|let|permits?|"
    r"exempts?|prohibits?|forbids?|append|appends|report|reports|bill|add|attach|submit|omit|leave|drop|skip|stays?|becomes?|replaced|replaces?|recogni[sz]es?|reimburses?|considers?|treats?|supports?|yields?|gives?|makes?|comes?)"
)
_AND = rf"and (?=(?:(?:it|they|this|that|these|those|you|we|the|there|no|neither|medicare|cms|a|an|its|modifiers?|only|each|both|also|therefore|then|so|thus|never|always|not|one|providers|payers)\b(?: [\w'/-]+){{0,5}}? )?(?:[CMX]\d+ )?(?:(?:and|or|,) [CMX]\d+ )*(?:also |never |always |therefore |thus |not |only |then |still )?{_VERB}\b)"
_STRONG = (
    r"(?:,|\)) (?:but|however|yet|so|while|whereas|although|though|even though|because(?! of)|since(?! [DY]\d)|as (?=(?:it|the|this|they|C\d|M\d|medicare)\b)|hence|therefore|thus|meaning(?: that)?|which means(?: that)?|which|whose|and so|and therefore|and thus|otherwise|for (?=(?:it|the|this|they|C\d)\b)) "
    r"|(?:,)? (?:but|because(?! of)|whereas|although|though|even though|which means(?: that)?|and therefore|and thus|and so|therefore|hence|whose|not because) "
)
_CUT = re.compile(
    rf" ?; ?| ?— ?| -- | – |{_STRONG}|(?:,|\)) (?:plus|nor|or (?=you|it|the|else)) "
    rf"| (?:since(?! [DY]\d)|so (?=(?:you|it|the|they|do|don't|there|that|this|modifier|C\d|M\d|medicare|no|never|append|bill|report|add|leave|only|both)\b)|while (?=(?:the|C\d|M\d|it|this|those|others?|medicare|commercial)\b)) "
    rf"|(?:,)? {_AND}|, (?=(?:it|they|this|you|the (?:code|codes|pair|service|modifier|edit)|do not|don't|no|there) {_VERB}? ?(?:[\w']+ ){{0,3}}?{_VERB}\b)|, (?=(?:[CM]\d+|T\d+(?: minutes)?) {_VERB} )|,? and (?=T\d+ (?:\w+ )?{_VERB} )|, (?={_VERB} )| \( | \) | : "
)
_ALWAYS = re.compile(_STRONG)
_CONTRAST = re.compile(
    r",? (?:and |but )?not (?:of|on|to|for|with|by|from) (?:code |the )?C\d+(?:(?: ,| or| and| nor)+ C\d+)*"
)
_CONDITION = re.compile(
    r"\b(?:,? ?(?:but |and )?(?:only |even |not )?(?:if|unless|provided(?: that)?|providing|as long as|so long as|assuming|in case|except (?:when|where|if|that)|only when|only where|whenever|when|where|depending on|depends on|subject to (?:the )?(?:payer|carrier|contract)\w*|with(?: the)? (?:proper |appropriate |supporting |adequate )?documentation|without (?:supporting |proper )?documentation)\b)"
)


def clauses(sentence: str, names: Names, context: Context) -> list[Clause]:
    """The clauses of a sentence, subjects carried along inside it and from the context."""
    skel, mentions = skeleton(sentence, names, bool(context.codes))
    skel = sub(r"^[\s,.:;!\-–—>\"']+|[\s.!;,:\"']+$", "", skel)
    skel = OPENING.sub("", skel)
    previous = ""
    while previous != skel:  # "traction ( 97012 )", "97012 , mechanical traction ,": one thing named twice
        previous = skel
        skel = _APPOSITION.sub(lambda m: _once(m, mentions), skel)
    result: list[Clause] = []
    codes, groups = context.codes, context.groups
    modifiers = context.modifiers
    before = ""
    host, asides = _asides(skel)
    head = search(r"^(?:the )?(mues?|mai|kx thresholds?|thresholds?|global (?:days|periods?)|rvus?)\b", host)
    for joint, piece in [*_pieces(host), *(("(", aside) for aside in asides)]:
        if head and result and starts(r"C\d+ (?:is |has |= |: |at )?[NU]\d+$", piece):
            piece = f"{head.group(1)} {piece}"  # "MUEs: 97112 is 4, 97116 is 4"
        main, condition = _apart(piece)
        main = _CONTRAST.sub(" ", main) if len(compiled(r"\bC\d").findall(main)) > 1 else main
        clause = Clause(main, mentions, condition=condition, main=skel, text=sentence, topics=context.topics)
        own_groups = tuple(
            expand(mentions[int(m.group(2))].value, mentions[int(m.group(2))].kind, names)
            for m in SIGN.finditer(main)
            if m.group(1) == "C"
        )
        own_groups = tuple(_choose(g, (*codes, *context.asked)) for g in own_groups)
        own_codes = tuple(dict.fromkeys(c for g in own_groups for c in g))
        own_modifiers = tuple(dict.fromkeys(clause.own("M")))
        lent = False
        relative = joint.strip(" ,)") in {"which", "whose"}
        aside = joint == "("
        if (
            not own_codes
            and not aside
            and (
                relative
                and search(r"C\d+(?: \))?$", before)
                or not relative
                and (refers(main) or bare(main) or bool(context.asked) and not _has_subject(main))
            )
        ):
            own_codes, own_groups, lent = codes, groups, True
        before = piece
        same = bool(result) and bool(
            starts(
                r"(?:modifiers? )?M\d+ (?:\w+ )?(?:is|isn't|may|must|can|can't|cannot|should|shouldn't|does|doesn't|needs|applies|will|would)\b|(?:do not |don't |never )?(?:append|add|attach|use|report) (?:modifiers? )?M\d",
                main,
            )
        )
        if not own_codes and same:  # "97012 is no add-on code, so modifier 51 is fine": still about 97012
            own_codes, own_groups, lent = codes, groups, True
        if not own_modifiers and search(
            r"\b(?:it|this|that|the|such an?|either|any) (?:\w+ )?modifier|\bmodifier (?:is|isn't|may|can|should|must)\b|\bappend it\b|\badd it\b|\buse it\b|\battach it\b|^(?:it|this) (?:is|isn't|should|must|can|may|cannot|can't|does|doesn't)",
            main,
        ):
            own_modifiers = modifiers
        clause = replace(
            clause,
            codes=own_codes,
            groups=own_groups,
            modifiers=own_modifiers,
            lent=lent,
            known=codes if len(codes) > 1 or not context.asked else context.asked,
        )
        result.append(clause)
        if own_codes and not aside:
            codes, groups = own_codes, own_groups
        if own_modifiers:
            modifiers = own_modifiers
    return result


def _once(match: re.Match[str], mentions: Sequence[Mention]) -> str:
    """Two signs side by side that name the same code become one: the code itself rather than its name."""
    a, b = mentions[int(match.group(1)[1:])], mentions[int(match.group(2)[1:])]
    options_a, options_b = set(a.value.split("|")), set(b.value.split("|"))
    if (
        a.kind == "range"
        or b.kind == "range"
        or not options_a & options_b
        or (a.kind == "code" and b.kind == "code" and a.value != b.value)
    ):
        return match.group()
    keep = match.group(2) if b.kind == "code" else match.group(1)
    closing = "" if match.group().endswith(" )") or "(" not in match.group() else " ("
    return keep + closing


def _choose(options: tuple[str, ...], known: Sequence[str]) -> tuple[str, ...]:
    """A name that stands for several codes means the one already spoken of."""
    if len(options) < 2 or len(options) > 4:
        return options
    near = tuple(c for c in options if c in known)
    return near or options


def refers(skel: str) -> bool:
    """The clause speaks of what was named before: as its subject, or as what is done to."""
    return bool(
        starts(
            r"(?:and |but |so |therefore |also |however |because |since |as |then )*(?:it|they|this|these|those|both(?: codes| services)?|(?:this|that|the|such a) (?:code|service|procedure|modality|pair|combination|evaluation|treatment|technique|one|same code)|(?:these|those|the|both|the two|these two|two) (?:codes|services|procedures|modalities|two)|the (?:two|pair)|each(?: code| of (?:them|these))?|neither(?: code)?|either(?: code)?|their|its) ",
            skel,
        )
        or search(
            r"\b(?:bill|report|append|add|attach|use|code|submit|covers?|pays?|reimburses?|accepts?|recogni[sz]es?|on|to|with|for|of|between|allows?|permits?|applies to|exempts?|excludes?)(?:ed|ing)? (?:it|them|this code|that code|the code|these codes|those codes|both|both codes|the pair|this pair|the two|each other|one another|this service|the service|these services|either code)\b",
            skel,
        )
    )


def bare(skel: str) -> bool:
    """The clause has no subject at all: it goes on with that of the clause before."""
    return bool(
        starts(
            r"(?:is|are|was|were|isn't|aren't|can|can't|cannot|may|must|should|shouldn't|will|won't|does|doesn't|do not|don't|has|have|needs?|requires?|takes?|carries|carry|gets?|never|not|always|only|also|still|therefore|thus|remains?|append|add|attach|bill|report|submit|omit|leave|drop|exempt|bundled|covered|considered|classified|billed|reported|falls?|counts?|belongs?)\b",
            skel,
        )
    )


def _has_subject(skel: str) -> bool:
    """The clause opens with a subject of its own that is no code: nothing is carried over to it."""
    if not skel:
        return True
    return not starts(
        r"(?:yes|no|correct|right|so|then|therefore|thus|also|instead|only|please|always|never|do not|don't|not|just|simply|"
        r"is|are|was|isn't|aren't|can|can't|cannot|may|must|should|shouldn't|will|does|doesn't|do|has|have|needs?|requires?|takes?|append|add|bill|use|report|attach|submit|put|leave|omit|drop|skip|"
        r"you|we|i|providers?|coders?|billers?|medicare|cms|there|no|up to|a maximum|maximum|max|at most|billed|reported|appended|under|per|according|payers?|one unit|only one|timed|untimed|N\d+|U\d+|M\d+|modifiers?|exempt|bundled|covered|considered|classified|and|or|but|regardless|when|if|to|because|with|without|for|in|on|since)\b",
        skel,
    )


_ASIDE = re.compile(r" \( ([^()]*) \)")


def _asides(skel: str) -> tuple[str, list[str]]:
    """The skeleton without its parentheses, and what stood in them, each said of the code before it."""
    asides = []
    for match in _ASIDE.finditer(skel):
        inner = match.group(1).strip()
        near = search(r"(C\d+)(?: s)?$", skel[: match.start()])
        asides.append(f"{near.group(1)} {inner}" if near and not search(r"C\d", inner) else inner)
    return _ASIDE.sub("", skel), [a for a in asides if len(a.split()) > 1]


def _pieces(skel: str) -> list[tuple[str, str]]:
    """(joint, piece): the skeleton cut at its joints. A piece without a verb stays with the piece before."""
    pieces: list[tuple[str, str]] = []
    at = 0
    last = ""
    fronted = starts(
        r"(?:because|since(?! [DY]\d)|although|though|even though|while|given that|considering|as (?=(?:it|the|this|they|C\d|M\d|medicare)\b)) ?(?:[^,]|(?<=C\d) , (?=C\d))+ , ",
        skel,
    )
    if fronted:
        pieces.append((skel.split()[0], skel[: fronted.end()].split(" ", 1)[1]))
        at = fronted.end()
    for match in _CUT.finditer(skel):
        if match.start() < at:
            continue
        before, after = skel[at : match.start()], skel[match.end() :]
        joint = match.group()
        if not before.strip():
            at, last = match.end(), joint
            continue
        if (
            joint.strip() == ":"
            and len(before.split()) <= 4
            and search(r"\b(?:mues?|mai|status|global|rvus?|indicator|threshold|column)\b", before)
            and not search(rf"\b{_VERB}\b", before)
        ):
            continue  # "MUE: 97140 = 6"
        if joint.strip() in {"(", ")", ":"}:
            pieces.append((last, before))
            at, last = match.end(), joint
            continue
        if joint.strip(" ,") == "which" and starts(r"(?:is|are|equals?|makes?|gives?|means?) U\d", after):
            continue
        if _ALWAYS.fullmatch(joint) and len(before.split()) > 2:
            pieces.append((last, before))
            at, last = match.end(), joint
            continue
        supposing = _CONDITION.search(before)
        if supposing and "and" in joint and not search(rf"\b{_VERB}\b", before[supposing.end() :]):
            continue  # "when 97116 and 97530 are performed"
        verbless = not search(rf"\b{_VERB}\b", before) or not search(rf"\b{_VERB}\b|\b[CMUN]\d", after)
        if verbless and joint.strip() != ";":
            continue
        pieces.append((last, before))
        at, last = match.end(), joint
    pieces.append((last, skel[at:]))
    pieces = [(j, sub(r"^([^:]{1,40}) : ", r"\1 ", p)) for j, p in pieces]
    return [(j, p.strip(" ,.()")) for j, p in pieces if p.strip(" ,.()")]


def _apart(piece: str) -> tuple[str, str]:
    """(what is said, on what condition)."""
    match = _CONDITION.search(piece)
    if not match:
        return piece, ""
    if match.start() > 2:
        return piece[: match.start()].strip(" ,"), piece[match.start() :].strip(" ,")
    comma = search(r" , (?:then )?", piece) or search(
        r"(?<=\d) (?=(?:you|we|providers?|it|they|do not|don't|never|bill|report|append|add|use|only|no|C\d+) (?:can|may|must|should|cannot|can't|is|are|needs?|takes?|M\d|modifier|one|U\d|bill|report|append|more)\b)",
        piece,
    )
    if comma:
        return piece[comma.end() :].strip(" ,"), piece[: comma.start()].strip(" ,")
    only = starts(r"only (?:if|when) (?:you |the |one )?(?=append|add|use|report|attach|modifier|M\d)", piece)
    if only:  # "Only if you append 59": it must be appended
        return "must " + piece[only.end() :], ""
    return "", piece
