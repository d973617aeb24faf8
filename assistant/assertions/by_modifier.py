"""What a clause claims about modifiers: whether one may, must or need not go on a code."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import SIGN, Clause
from assistant.assertions.kinds import SURGEONS, THERAPY, X
from assistant.assertions.meanings import APPENDIX
from assistant.assertions.pairs import pairs
from assistant.assertions.patterns import search, sub
from assistant.assertions.polarity import NEGATIVE, negated

NEED = re.compile(
    r"\bneed(?:s|ed|ing)?\b|\brequir(?:e|es|ed|ing|ement|ements)\b|\bmust\b|\bmandatory\b|\bmandates?\b|\bmandated\b|\bnecessary\b|\bha(?:s|ve) to\b|\bobligatory\b|\bcompulsory\b|\bcalls? for\b|\bwants?\b|\bexpects?\b|\binsists?\b|\bdemands?\b|\bonly (?:be )?(?:bill|report|pay|paid|allow)\w*\b.*\bwith\b"
)


SHOULD = re.compile(r"\bshould\b|\bought to\b|\bsupposed to\b|\brecommend\w*\b|\badvis\w+\b")


ALLOW = re.compile(
    r"\b(?:append(?:s|ed|ing|able)?|add(?:s|ed|ing)?|attach(?:es|ed|ing)?|affix(?:ed)?|us(?:e|es|ed|ing|able)|splits?|report(?:s|ed|ing|able)?|bill(?:s|ed|ing|able)?|submit(?:s|ted|ting)?|take(?:s|n)?|taking|carry|carries|carried|accept(?:s|ed|able)?|appl(?:y|ies|ied|ying|icable)|goes|go|going|belongs?|put|place[sd]?|"
    r"pair(?:s|ed)?|valid|appropriate|correct|correctly|proper|properly|permissible|allowed|allows?|permits?|permitted|allowable|eligible|acceptable|ok|okay|fine|legitimate|sent|send|includ(?:e|es|ed|ing)|get(?:s|ting)?|receives?|bear(?:s)?|list(?:ed)?|attracts?|supports?|qualif\w+|subject to|works?|indicated|warranted|suitable|compatible|prohibit(?:s|ed)?|forbidden|disallowed|barred|inappropriate|incorrect|wrong|improper|invalid)\b"
)


OMIT = re.compile(
    r"\b(?:omit(?:s|ted)?|skip(?:ped)?|remove[sd]?|strip(?:ped)?|drop(?:ped)?|leave off|left off|leave (?:\S+ ){1,4}off|left (?:\S+ ){0,2}off|leave out|left out|leaves? (?:\S+ ){0,4}out|take (?:\S+ ){0,3}off|delete|withh[eo]ld|do without)\b|\bwithout (?:the |a |any |using |adding |appending )*(?:modifiers? )?(?=M\d)"
)


EXEMPT = re.compile(
    r"\b(?:exempt(?:ed|ion|s)?|exclud(?:e|es|ed|ing)|exclusion|immune|carved? out|carves|leaves? out|left out|outside (?:the )?(?:scope|definition)|not subject to|off[ -]limits)\b"
)


_IDLE_51 = re.compile(
    r"\bnothing to do\b|\bno part\b|\bnot the same\b|\bsame as\b|\bconfus\w+|\bdifferent from\b|\bdoes not (?:make|affect|change|cure)|\bdoesn't (?:make|affect|change|cure)|\bcured?\b|\bmeans?\b|\bstands for\b|\bindicates?\b|\bmarks?\b|\bdefin(?:es|ition of M\d+ is)\b|\bsays nothing\b|\bproves nothing\b"
)


_DEFINED = re.compile(r"\bdefinition\b")


def split_contrast(c: Clause, letter: str = "M") -> tuple[str, str]:
    """("use M1", "M2") of "use M1, not M2" or "use M1 instead of M2": what is said and what is set against it."""
    match = search(
        rf"(?:,? ?(?:but |and )?\bnot (?:with |on |to |the |a |for |by |modifier )*|\brather than (?:with |on |to |the |a |modifier )*|\binstead of (?:with |on |the |a |modifier )*|\bin place of (?:the |a |modifier )*|, never (?:with |on |the |modifier )*)({letter}\d+(?:(?: ,| or| and| nor)+ {letter}\d+)*)(?! (?:is|are|may|can|must|should|\w+s)\b)",
        c.skel,
    )
    if not match or not search(rf"\b{letter}\d", c.skel[: match.start()] + c.skel[match.end() :]):
        return c.skel, ""
    return (c.skel[: match.start()] + " " + c.skel[match.end() :]).strip(), match.group(1)


def modifiers(c: Clause) -> list[Assertion]:
    """Every claim the clause makes about the modifiers it names."""
    named = dict.fromkeys(m.group() for m in SIGN.finditer(c.skel) if m.group(1) == "M")
    if len(named) > 1 and search(
        r"\b(?:on|share) (?:one|a|the same|the one) (?:claim )?line\b|\bsame line\b", c.skel
    ):
        return []  # which of them stand together, not whether each may stand at all
    if "AT" in c.modifiers and c.said(r"\bmaintenance\b|\bon it\b"):
        return []  # the policy on maintenance care reads this
    kept, _, lacking = c.skel.partition(" without ")
    apart = [sign for sign in named if sign in lacking and sign not in kept]
    if apart and len(apart) < len(named):  # "one line with 50, without LT or RT": said of 50
        c = replace(c, skel=kept.rstrip(" ,"))
    skel, against = split_contrast(c)
    said = (
        tuple(c.mentions[int(m.group(2))].value for m in SIGN.finditer(skel) if m.group(1) == "M")
        if c.own("M")
        else c.modifiers
    )
    opposed = tuple(c.mentions[int(m.group(2))].value for m in SIGN.finditer(against))
    found: list[Assertion] = []
    for group, turned in ((said, False), (opposed, True)):
        listed = THERAPY & set(group)
        if len(listed) > 1 and (
            not c.own("M") or search(r"M\d+ (?:, )?(?:and|or|nor|/) M\d+|M\d+ , M\d+", skel)
        ):  # "GP, GO or GN": one of them
            put = proposition(c, skel)
            if put is not None:
                found.append(
                    Assertion(
                        "therapy_modifier",
                        put[0],
                        c.codes,
                        tuple(dict.fromkeys(m for m in group if m in THERAPY)),
                        put[1] != turned,
                        groups=c.groups,
                    )
                )
            group = tuple(m for m in group if m not in THERAPY)
        for modifier in dict.fromkeys(group):
            for one in _one(c, skel, modifier):
                others = {
                    c.mentions[int(m.group(2))].value for m in SIGN.finditer(c.main) if m.group(1) == "M"
                } & THERAPY - {modifier}
                if modifier in THERAPY and others and one.affirms == turned:
                    continue  # "not GP but GO": whose plan of care it is decides
                found.append(_turn(one) if turned else one)
    return found


def _turn(a: Assertion) -> Assertion:

    return replace(a, affirms=not a.affirms)


def _one(c: Clause, skel: str, modifier: str) -> list[Assertion]:
    if modifier == "51":
        return _modifier_51(c, skel)
    beside = {"GP", "GO"} & set(said_modifiers(c))
    if modifier in {"CQ", "CO"} and len(beside) == 1 and not {"CQ", "CO"} <= set(said_modifiers(c)):
        no = negated(skel)
        joined = search(r"\b(?:with|beside|pair\w*|alongside|accompan\w+|and|plus|next to|same line)\b", skel)
        if no is not None and joined and not search(r"\bbypass|\binstead\b|\bplace of\b|\bor M", skel):
            return [Assertion("assistant_modifier", "with", (), (modifier, next(iter(beside))), not no)]
    if (
        modifier in X
        or modifier in {"76", "77", "91", "LT", "RT", "GP", "GO", "GN", "KX", "22", "CQ", "CO"}
        and search(
            r"\bbypass|\boverrid|\bopen(?:s|ed)?\b|\bunlock|\bunbundl|\bncci\b|\bget\w* (?:\w+ ){0,2}?(?:around|past)\b|\bedits?\b",
            skel,
        )
    ):
        return _modifier_59(c, skel, modifier)
    found: list[Assertion] = []
    put = proposition(c, skel)
    if put is None:
        return found
    kind, affirms = put
    if modifier in {"25", "57"} and (
        any("99213" in g and len(g) > 4 for g in c.groups)
        or search(
            r"\b(?:with|on|to|and) (?:an?|the|its|any) (?:\w+ )?(?:e ?/ ?m|visit|evaluation and)\b", skel
        )
    ):
        return found
    if modifier in {"25", "57"}:
        topic = "modifier_25"
    elif modifier in {"26", "TC"}:
        topic = "component"
    elif modifier in {"50", "LT", "RT"}:
        topic = "bilateral"
    elif modifier in SURGEONS:
        topic = "surgeons"
    elif modifier in THERAPY:
        topic = "therapy_modifier"
    elif modifier in {"CQ", "CO"}:
        topic = "assistant_modifier"
    elif modifier == "AT":
        topic = "chiropractic"
    elif modifier == "KX":
        topic = "kx_threshold"
    elif modifier in {"24", "58", "78", "79"}:
        topic = "global_period"
    else:
        return found
    found.append(Assertion(topic, kind, c.codes, (modifier,), affirms, groups=c.groups))
    return found


def said_modifiers(c: Clause) -> tuple[str, ...]:
    return tuple(c.mentions[int(m.group(2))].value for m in SIGN.finditer(c.skel) if m.group(1) == "M")


def proposition(c: Clause, skel: str) -> tuple[str, bool] | None:
    """(needed, allowed or exempt; affirmed) of a clause about a modifier; None where it puts none of them."""
    no = negated(skel)
    if no is None or search(r"\bunbillable\b", skel):
        return None
    if search(
        r"\b(?:redundant|superfluous|unnecessary|unneeded|optional|not needed|not required|no need)\b", skel
    ):
        return ("needed", False)
    without = search(
        r"\bwithout (?:the |a |any |using |adding |appending |an? appropriate )*(?:modifiers? )?(?:M\d+|it\b|them\b)",
        skel,
    )
    if without:
        if search(
            r"\bden(?:y|ies|ied|ial)\b|\breject\w*|\bnot (?:be )?(?:paid|payable)\b|\breturned\b|\bunprocessable\b",
            skel,
        ):
            return ("needed", True)
        inner = skel[: without.start()] + skel[without.end() :]
        if negated(inner):
            return ("needed", True)
        return ("needed", False) if search(r"\b(?:can|may|could|is|are|be)\b", skel) else ("allowed", False)
    if search(r"\b(?:missing|absent|lacks?|lacking|absence of)\b", skel):
        return None
    omit = bool(OMIT.search(skel))
    if EXEMPT.search(skel):
        count = no
        if search(r"\bnot subject to\b", skel):
            count = not count
        return ("exempt", not count)
    if NEED.search(skel) and not omit:
        must_not = search(r"\bmust (?:not|never)\b|\bmustn't\b", skel)
        if must_not:
            return ("allowed", not no)
        return (
            "needed"
            if search(
                r"\bneed|\brequir|\bmandat|\bnecess|\bwants?\b|\bexpect|\bdemand|\binsist|\bmust\b|\bha(?:s|ve) to\b",
                skel,
            )
            else "allowed",
            not no,
        )
    if omit:
        free = search(r"\b(?:can|may|could) (?:safely |simply |be )*(?:omit|skip|drop|leave|left)", skel)
        return ("needed" if free else "allowed", bool(no))
    if ALLOW.search(skel) or SHOULD.search(skel):
        return ("allowed", not no)
    if NEGATIVE.search(sub(r"\bmodifiers?\b", "", skel)) and search(
        r"\bno (?:modifier )?M\d|\bnot M\d|\bnever M\d", skel
    ):
        return ("allowed", False)
    if search(r"C\d+ ?- ?M\d+|C\d+ with (?:the |a |modifier )*M\d+", skel):
        return ("allowed", not no)
    return None


_GROUPS = (
    ("add_on", r"\badd(?: ?- ?| )on (?:codes?|services?|procedures?)\b|\badd-ons\b"),
    ("em", r"\be ?[/&] ?m\b|\bevaluation and management\b|\boffice visits?\b"),
    (
        "therapy",
        r"\btherapy (?:codes?|services?|modalit\w+|procedures?|cpt)\b|\bphysical medicine\b|\bpm ?& ?r\b|\brehabilitation (?:codes?|services?)\b|\bmodalit(?:y|ies)\b|\btherapeutic (?:procedures?|modalit\w+)\b|\bpt codes?\b|\b97000\b|\bphysical therapy (?:codes?|services?)\b",
    ),
    ("supplies", r"\bsuppl(?:y|ies)\b|\bvaccines?\b"),
)


def _modifier_51(c: Clause, skel: str) -> list[Assertion]:
    if (
        _IDLE_51.search(skel)
        or search(r"\b(?:ma?ppr|reduction|reduced|full)\b", skel)
        and not search(r"\bappend|\badd\b|\battach", skel)
    ):
        return []
    if APPENDIX.search(skel):
        return []
    if not c.codes and c.said(
        r"\bmedicare\b|\bcms\b|\bcontractors?\b|\bmacs?\b|\bnoridian\b|\bnovitas\b|\bpalmetto\b|\bmcr\b|\bpart b\b"
    ):
        put = proposition(c, skel)
        return (
            [Assertion("modifier_51", "medicare", (), ("51",), put[1])]
            if put
            and put[0] != "exempt"
            and c.said(
                r"\bwants?\b|\brequir|\bmust\b|\bneed|\bexpect|\bask|\bsend\b|\bsubmit|\bappend|\breport|\bput\b|\badd\b|\buse\b|\bshould\b"
            )
            else []
        )
    put = proposition(c, skel)
    if put is None:
        return []
    kind, affirms = put
    if kind == "allowed" and search(r"\bonly\b", skel) and affirms and not c.codes:
        return []
    if c.own("C") or c.codes and (c.lent or not any(search(p, skel) for _, p in _GROUPS)):
        return [Assertion("modifier_51", kind, c.codes, ("51",), affirms, groups=c.groups)]
    for name, pattern in _GROUPS:
        if search(pattern, skel) and not search(r"\bother than\b|\bexcept\b|\bapart from\b", skel):
            return [Assertion("modifier_51", kind, (), ("51",), affirms, field=name)]
    return []


def _modifier_59(c: Clause, skel: str, modifier: str) -> list[Assertion]:
    no = negated(
        sub(
            r"(?<!opens )(?<!open )(?<!bypass )(?<!bypasses )(?<!overrides )\bno (?:active |ncci )?edit\b",
            "",
            skel,
        )
    )
    if no is None:
        return []
    found: list[Assertion] = []
    if search(r"\bonly to\b|\bsolely\b|\bmerely\b|\bsimply to\b|\bjust to\b|\bpurely\b", skel):
        return []
    opens = search(
        r"\bbypass\w*|\boverrid\w+|\boverrode\b|\bopen(?:s|ed)?\b|\bunlock\w*|\bgets? (?:\S+ ){0,2}?(?:around|past|through)\b|\bunbundl\w+|\bbreaks? the\b|\bclears?\b|\bdefeats?\b|\bremoves? the edit\b|\blifts?\b",
        skel,
    )
    if opens:
        if len(c.codes) >= 2:
            found.append(
                Assertion("ptp", "bypass", c.codes, (modifier,), not no, pairs=pairs(c), groups=c.groups)
            )
        elif search(r"\bncci\b|\bptp\b|\bedits?\b|\bcolumn\b", skel):
            if search(r"\bindicator (?:of |is |= |equals )?[N0-9]|\bindicator\b", skel):
                return found
            found.append(
                Assertion("modifier_59", "bypass", c.codes if len(c.codes) > 1 else (), (modifier,), not no)
            )
        return found
    if (
        search(r"\bncci\b", skel)
        and search(r"\bassociated\b|\bptp\b", skel)
        and search(r"\b(?:is|are|isn't|aren't) (?:\w+ )*?(?:ncci|ptp|an?)\b", skel)
    ):
        return [Assertion("modifier_59", "bypass", (), (modifier,), not no)]
    if modifier not in X:
        return found
    put = proposition(c, skel)
    if put is None:
        return found
    if (
        search(r"\be ?[/&] ?m\b|\bevaluation and management\b|\boffice visits?\b|\bvisit codes?\b", skel)
        and not c.own("C")
        and put[0] in {"allowed", "needed"}
    ):
        return (
            [Assertion("modifier_59", "em", (), (modifier,), put[1])]
            if search(r"\b(?:on|to|with) (?:the |an? |any )?(?:e ?[/&] ?m|evaluation|office|visit)", skel)
            or not put[1]
            else []
        )
    beside = tuple(c.mentions[int(m.group(2))].value for m in SIGN.finditer(c.condition) if m.group(1) == "C")
    if (
        len(c.codes) == 1
        and c.own("C")
        and (beside or len(c.known) == 2 and c.codes[0] in c.known and search(r"\b(?:on|to)\b", skel))
    ):
        others = [x for x in (beside or c.known) if x not in c.codes and "|" not in x and "-" not in x]
        if len(others) == 1 and put[0] in {"needed", "allowed"}:
            kind = "modifier_needed" if put[0] == "needed" else "with_modifier"
            return [
                Assertion(
                    "ptp",
                    kind,
                    (c.codes[0], others[0]),
                    (modifier,),
                    put[1],
                    pairs=((others[0], c.codes[0]),),
                )
            ]
    supposed = c.supposed()
    if (
        not c.own("C")
        and len(supposed) == 2
        and put[0] in {"needed", "allowed"}
        and not any("|" in x or "-" in x for x in supposed)
    ):
        kind = "modifier_needed" if put[0] == "needed" else "with_modifier"
        return [Assertion("ptp", kind, supposed, (modifier,), put[1], pairs=((supposed[0], supposed[1]),))]
    if len(c.codes) >= 2:
        if put[0] == "needed":
            return [
                Assertion(
                    "ptp", "modifier_needed", c.codes, (modifier,), put[1], pairs=pairs(c), groups=c.groups
                )
            ]
        if put[0] == "allowed":
            return [
                Assertion(
                    "ptp", "with_modifier", c.codes, (modifier,), put[1], pairs=pairs(c), groups=c.groups
                )
            ]
        return found
    if len(c.codes) == 1 and c.own("C"):
        return [
            Assertion(
                "modifier_59",
                put[0],
                c.codes,
                (modifier,),
                put[1],
                others=tuple(k for k in c.known if k not in c.codes),
            )
        ]
    return found
