"""What a clause claims about single codes: add-on, valid, replaced, whose, and what they are called."""

from __future__ import annotations

from dataclasses import replace

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import SIGN, Clause, bare
from assistant.assertions.patterns import search, starts
from assistant.assertions.polarity import denied, negated, weak


def add_on(c: Clause) -> list[Assertion]:
    """ "X is an add-on code", "X goes with primary Y", "X may be billed alone"."""
    found: list[Assertion] = []
    no = negated(c.skel)
    if no is None:
        return found
    word = c.said(r"\badd(?: ?- ?| )on\b|\baddon\b")
    if word:
        if search(r"\badd(?: ?- ?| )on (?:codes? )?(?:files?|edits?|lists?|table)\b", c.skel):
            missing = search(r"\b(?:not|no|never|absent|isn't|aren't|doesn't|does not)\b", c.skel)
            if c.own("C") and search(
                r"C\d+ (?:is|are|isn't|aren't|appears?|does not appear)(?: not)?(?: listed| included| found)? (?:in|on) |\b(?:contains?|lists?|includes?) C\d+$|\bdoes not (?:contain|list|include) C\d+$",
                c.skel,
            ):
                found.append(Assertion("add_on", "is", c.codes, (), not missing, groups=c.groups))
            return found
        of = c.said(
            r"(C\d+)(?: \( [^)]* \))? (?:is|are|isn't|serves as|acts as)(?: not)? (?:a |an |the |one of the |among the )?(?:primary|base|parent)(?: codes?| procedures?)? (?:of|for|to) (?:the )?add(?: ?- ?| )on (?:codes? )?(C\d+)"
        )
        if of:
            return [
                Assertion(
                    "add_on", "primary", (c.value(of.group(2)),), (), not no, others=(c.value(of.group(1)),)
                )
            ]
        before = [m for m in SIGN.finditer(c.skel[: word.start()]) if m.group(1) == "C"]
        after = [m for m in SIGN.finditer(c.skel[word.end() :]) if m.group(1) == "C"]
        if search(r"\bmodifier|\bM\d|\bexempt|\bappend", c.skel) and not search(
            r"\b(?:is|are|as|isn't|aren't|being)(?: \w+){0,3}? add", c.skel
        ):
            return found
        subjects = (
            tuple(dict.fromkeys(x for m in before for x in c.mentions[int(m.group(2))].value.split("|")))
            if before
            else (c.codes if c.lent else ())
        )
        if not before and after and starts(r" (?:codes?|service|procedure)? ?,? ?C\d", c.skel[word.end() :]):
            subjects = tuple(c.mentions[int(m.group(2))].value for m in after[:1])
            after = after[1:]
            found.append(Assertion("add_on", "is", subjects, (), True))
            return found
        if subjects and search(
            r"\b(?:is|are|as|was|be|isn't|aren't|not|being|considered|classified|an|remains?|also)\b[\w' ,-]{0,30}$",
            c.skel[: word.start()],
        ):
            relation = search(
                r"^(?: codes?| service| procedure)*,? (?:to|for|of|with|on top of|reported with|billed with|used with)(?: the| its| code| primary| cpt| codes| base)* C\d",
                c.skel[word.end() :],
            )
            primaries = tuple(dict.fromkeys(x for m in after for x in (c.mentions[int(m.group(2))].value,)))
            if relation and primaries and all("-" not in p for p in primaries):
                found.append(Assertion("add_on", "primary", subjects, (), not no, others=primaries))
            else:
                found.append(
                    Assertion(
                        "add_on",
                        "is",
                        subjects,
                        (),
                        not denied(c.skel, word.end()),
                        groups=c.groups if not after else (),
                    )
                )
        return found
    if c.own("C"):
        attached = c.said(
            r"(C\d+) (?:(?:can|may|must|cannot|can't|does|doesn't|is|should)(?: not)? )?(?:be )?(?:added|adds?|attach(?:es|ed)?) to (C\d+)"
        )
        if attached:
            return [
                Assertion(
                    "add_on",
                    "primary",
                    (c.value(attached.group(1)),),
                    (),
                    not no,
                    others=(c.value(attached.group(2)),),
                )
            ]
        primary = c.said(
            r"(C\d+)(?: \w+){0,6}? (?:with|alongside|in addition to|after|beside|together with) (?:its |the |a )?(?:primary|base|parent)(?: codes?| procedures?| service)? (C\d+)",
            r"(C\d+) (?:requires|needs) (?:the |a )?(?:primary|base|parent) (?:codes? |procedure )?(C\d+)",
        )
        if primary:
            found.append(
                Assertion(
                    "add_on",
                    "primary",
                    (c.value(primary.group(1)),),
                    (),
                    not no,
                    others=(c.value(primary.group(2)),),
                )
            )
            return found
        primary = c.said(
            r"(C\d+) (?:is|isn't|serves as|acts as)(?: not)? (?:the |a |one )?(?:valid )?(?:primary|base|parent)(?: codes?| procedures?| service)? (?:code )?(?:for|of|to) (?:add(?: ?-? ?)on )?(C\d+)"
        )
        if primary:
            found.append(
                Assertion(
                    "add_on",
                    "primary",
                    (c.value(primary.group(2)),),
                    (),
                    not no,
                    others=(c.value(primary.group(1)),),
                )
            )
            return found
    if len(c.codes) == 1 or c.groups and len(c.groups) == 1 or c.said(r"\bprimary\b"):
        alone = c.said(
            r"\b(?:bill|report|submit|coded|use|paid|pay|perform|stand|reimburs)\w*(?: C\d+)?(?: (?:to medicare|for payment|out|as a))? (?:all )?(?:alone|by itself|on its own|stand ?-? ?alone|without (?:a |its |the |any )?(?:primary|base|parent))",
            r"\bstands? alone\b|\bstand ?-? ?alone (?:code|service|procedure)\b|\bindependent(?:ly)? (?:code|bill\w*|report\w*)\b|\b(?:bill|report)\w* independently\b",
        )
        if alone and not c.said(r"\bminutes?\b|\bsole (?:treatment|therapy)\b"):
            found.append(Assertion("add_on", "alone", c.codes, (), not no))
        none = c.said(
            r"\bno (?:primary|base|parent)(?: codes?| procedures?| services?)? (?:is |are )?(?:needed|required|necessary)\b|\bdo(?:es)?(?: not|n't) need (?:a |any )?(?:primary|base|parent)"
        )
        if none:
            return [*found, Assertion("add_on", "alone", c.codes, (), True)]
        needs = c.said(
            r"\b(?:needs?|requires?|must (?:have|be (?:billed|reported) (?:with|alongside|together with))) (?:a |an |its |the |another )?(?:primary|base|parent)(?: procedure| code| service)?\b"
        )
        if needs:
            named = tuple(
                c.mentions[int(m.group(2))].value
                for m in SIGN.finditer(c.skel[: needs.start()])
                if m.group(1) == "C"
            )
            subject = named or (c.known if bare(c.skel) and c.own("C") else c.codes)
            found.append(Assertion("add_on", "alone", subject, (), bool(no)))
    return found


def replaced(c: Clause) -> list[Assertion]:
    """ "97762 was replaced by 97763", "use G0283 instead of 97014 for Medicare"."""
    match = c.said(
        r"(C\d+)(?: \([^)]*\))? (?:was|were|is|has been|have been|got|are|is being) (?:deleted and |discontinued and |crosswalked and )?(?:replaced|superseded|succeeded) (?:by|with) (?:code )?(C\d+)",
        r"(C\d+) (?:crosswalks?|maps|converts|became|turned into) (?:to )?(?:code )?(C\d+)",
    )
    if match:
        return [
            Assertion(
                "code_valid",
                "successor",
                (c.value(match.group(1)),),
                (),
                not bool(negated(c.skel)),
                others=(c.value(match.group(2)),),
            )
        ]
    match = c.said(
        r"(C\d+) (?:replaces|replaced|supersedes|superseded|is(?: not)? the (?:successor|replacement)(?: code)? (?:of|for|to)|took the place of|takes the place of|succeeded) (?:code )?(C\d+)",
        r"\b(?:use|bill|report|submit)s? (?:code )?(C\d+)(?: \w+){0,6}? (?:instead of|rather than|in place of|not|, not) (?:code )?(C\d+)",
        r"(C\d+) (?:is|should be|must be) (?:used|billed|reported)(?: \w+){0,4}? (?:instead of|rather than|in place of|not|, not) (?:code )?(C\d+)",
    )
    if match and not weak(c.skel):
        swap = not search(r"\breplace|\bsupersede|\bsuccess|\bsucceed", match.group())
        return [
            Assertion(
                "status" if swap else "code_valid",
                "replacement" if swap else "successor",
                (c.value(match.group(2)),),
                (),
                not search(r"\bdo not\b|\bdon't\b|\bnever\b|\bis not\b|\bisn't\b", c.skel[: match.end()]),
                others=(c.value(match.group(1)),),
            )
        ]
    return []


_NAMED = (
    r"(C\d+) (?:is|describes|represents|stands for|covers|reports|means|refers to|identifies|denotes|=)(?: (?:a|an|the|used|for|code|cpt|to|report|defined|as|only|billed))* (C\d+)(?= |$)(?! (?:and|or|with|-|code|codes|of)\b)",
    r"^(?:the )?(C\d+) (?:is|are|should be|must be|gets?) (?:billed|reported|coded|submitted|captured)(?: only)?(?: (?:with|as|using|under|by))?(?: (?:the|cpt|code|hcpcs))* (C\d+)$",
    r"\b(?:use|bill|report|choose|select)s? (?:code |cpt |hcpcs )*(C\d+) (?:for|to (?:report|bill|code))(?: (?:a|an|the))* (C\d+)$",
)


def therapy(c: Clause) -> list[Assertion]:
    """ "97012 is an always-therapy code"."""
    match = c.said(r"\b(always|sometimes) ?-? ?therapy\b")
    if (
        not match
        or not c.codes
        or not search(r"\b(?:is|are|isn't|aren't|not|considered|as)\b", c.skel[: match.start()])
    ):
        return []
    return [
        Assertion(
            "therapy_modifier",
            "list",
            c.codes,
            (),
            not denied(c.skel, match.start()),
            value=match.group(1),
            groups=c.groups,
        )
    ]


_PROVIDERS = (
    ("PTA", r"\bptas?\b|\bphysical therap(?:y|ist) assistants?\b"), ("OTA", r"\bc?otas?\b|\boccupational therap(?:y|ist) assistants?\b"),
    ("PT", r"\bd?pts?\b|\bphysical therapists?\b"), ("OT", r"\bots?\b|\boccupational therapists?\b"), ("SLP", r"\bslps?\b|\bspeech(?:-language)? (?:therapists?|pathologists?)\b"),
    ("DC", r"\bdcs?\b|\bchiropractors?\b"), ("therapist", r"\btherapists?\b"),
)  # fmt: skip


def provider(c: Clause) -> list[Assertion]:
    """ "A PT can bill 99213": who may bill what."""
    if (
        not c.codes
        or not c.said(
            r"\b(?:can|may|cannot|can't|able|allowed|permitted|not|never|bills?|reports?|should|must)\b"
        )
        or not c.said(r"\b(?:bill|report|use|perform|code|submit|charge|do|provide|furnish)\w*")
    ):
        return []
    who = [
        name
        for name, pattern in _PROVIDERS
        if search(
            rf"^(?:an? |the |our |licensed |medicare |[a-z]+ )?(?:{pattern})(?: (?:\w+ ){{0,3}}?)?(?:can|may|cannot|can't|is|are|should|must|do|does|don't|never|bills?|reports?|will|could)\b|\bby (?:an? |the )?(?:licensed )?(?:{pattern})",
            c.skel,
        )
    ]
    if not who or c.own("M") or c.said(r"\bsupervis|\bmodifier|\bincident\b"):
        return []
    no = negated(c.skel)
    return (
        [Assertion("provider", "allowed", c.codes, (), not no, field=who[0], groups=c.groups)]
        if no is not None
        else []
    )


def naming(c: Clause) -> list[Assertion]:
    """ "97530 is therapeutic exercise": a code and the plain name of another."""
    for pattern in _NAMED:
        match = c.said(pattern)
        if not match:
            continue
        one, two = (c.mentions[int(sign[1:])] for sign in match.groups())
        if {one.kind, two.kind} != {"code", "name"} or weak(c.skel):
            continue
        code, name = (one, two) if one.kind == "code" else (two, one)
        if len(name.text) < 6 or c.said(
            r"\bmedicare\b|\bpart of\b|\bincluded\b|\bbundled\b|\binstead\b|\bmisdescri|\bcolumn\b|\bedit"
        ):
            return []
        return [
            Assertion(
                "lookup",
                "name",
                (code.value,),
                (),
                not denied(c.skel, match.end()),
                others=tuple(name.value.split("|")),
                value=name.text,
            )
        ]
    return []


def code_valid(c: Clause) -> list[Assertion]:
    """Valid, deleted, not yet."""
    if not c.codes or len(c.codes) > 12 or c.said(r"\bedits?\b|\bexpired\b|\bthreshold\b"):
        return []
    written = tuple(
        c.mentions[int(m.group(2))].value
        for m in SIGN.finditer(c.skel)
        if m.group(1) == "C" and c.mentions[int(m.group(2))].kind == "code"
    )
    if written and len(written) < len(c.codes):
        c = replace(c, codes=written, groups=())
    dead = c.said(
        r"\b(?:was|were|is|are|has been|have been|got|been) (?:\w+ )?(?:deleted|discontinued|retired|terminated|eliminated|removed|obsolete|sunset)\b|\bno longer (?:a )?(?:valid|active|exists?|billable|current|in use|available|used)\b|\bC\d+ ended\b|\bdoes(?:n't| not) exist\b|\b(?:deleted|obsolete|discontinued|retired) (?:cpt )?codes?\b|\bexpired\b"
    )
    alive = c.said(
        r"\b(?:is|are|remains?|remain|still) (?:\w+ )?(?:a |an )?(?:valid|active|current|in effect|in use|usable)\b|\bstill (?:exists?|valid|active|current|billable|bill|be billed|be reported|be used)\b|\bcan still be (?:billed|used|reported)\b|\bis (?:a )?valid\b"
    )
    if (
        dead
        and not c.said(r"\bmedicare\b")
        or dead
        and c.said(r"\bended\b|\bdeleted\b|\bdiscontinued\b|\bretired\b")
    ):
        year = c.said(
            r"\b(?:in|on|since|effective|as of|after|from|at the end of|beginning|starting|through|until)\b[^YD]*([YD]\d+)",
            r"\bfor ([YD]\d+)",
        )
        no = bool(
            search(
                r"\b(?:was|were|is|are|has|have) (?:not|never)\b|\bwasn't\b|\bnot (?:been )?(?:deleted|retired|discontinued)\b|\bhasn't\b|\bnever (?:been )?deleted\b",
                c.skel,
            )
        )
        return [
            Assertion(
                "code_valid",
                "valid",
                c.codes,
                (),
                no,
                value=c.value(year.group(1)) if year else "",
                field="as of" if c.said(r"\bas of\b") else "",
                groups=c.groups,
            )
        ]
    usable = c.said(
        r"C\d+(?: \w+)? (?:can|may|should|must) (?:still )?be (?:used|billed|reported|submitted|coded)|\b(?:use|bill|report|submit) (?:code |cpt )?C\d+"
    )
    if usable and not alive and not c.own("M"):
        return [Assertion("code_valid", "usable", c.codes, (), not negated(c.skel), groups=c.groups)]
    if alive and not c.said(
        r"\bmedicare\b|\bmodifiers?\b|\bM\d|\bmue\b|\breason\b|\bfor (?:a|the|chiropractic)\b|\bX\d"
    ):
        return [Assertion("code_valid", "valid", c.codes, (), not bool(negated(c.skel)), groups=c.groups)]
    return []
