"""What a clause claims about Medicare's payment of a code: paid, bundled, non-covered, not valid; the status letter."""

from __future__ import annotations

from assistant.assertions.assertion import Assertion
from assistant.assertions.clauses import Clause
from assistant.assertions.patterns import compiled, search, starts, sub
from assistant.assertions.polarity import denied, negated


def status(c: Clause) -> list[Assertion]:
    """Paid, bundled, non-covered or not valid for Medicare; the status letter."""
    if not c.codes or len(c.codes) > 40:
        return []
    found: list[Assertion] = []
    letter = search(
        r"\bstatus (?:indicator|code|letter)?\s*(?:of |is |= ?|: ?|as |with )?[\"'“(]?([A-Z])\b(?!\w)", c.text
    )
    if (
        letter
        and c.said(r"\bC\d.*\bstatus\b|\bstatus\b[^.]*\bof C\d")
        and not c.said(r"\bstatus \w codes?\b")
        and not c.said(r"\bphysical status\b|\bchange (?:of|in) status\b")
        and search(rf"\bstatus\b.{{0,30}}\b{letter.group(1).lower()}\b", c.skel)
    ):
        found.append(
            Assertion(
                "status",
                "letter",
                c.codes,
                (),
                not _before(c.skel, r"\bstatus\b"),
                value=letter.group(1),
                groups=c.groups,
            )
        )
        return found
    if (
        len(c.codes) > 1
        and len(c.groups) > 1
        and not c.said(r"\bto medicare (?:with|as|using|under)\b")
        and c.said(
            r"\btogether\b|\bboth\b|\bsame (?:day|session|visit)\b|\bedit\b|\binto\b|\bwith C\d|\bwhen (?:billed|reported) with\b"
        )
    ):
        return found
    no = negated(c.skel)
    if no is None:
        return found
    if c.said(
        r"\bchiropract\w*\b|\bwithout\b|\bclaims? (?:for|with|line|was|were)\b|\bdenial\b|\bby an? \w+ist\b|\bto an? \b|\bhospital patients\b|\bwith [NM]\d"
    ) or search(r"\bchiropract\w*\b", f"{c.condition} {c.main}"):
        return found
    medicare = (
        bool(c.said(r"\bmedicare\b|\bcms\b|\bpart b\b|\bmpfs\b|\bfee schedule\b|\bmac\b"))
        or bool(search(r"\bmedicare\b|\bcms\b", c.main))
        and not c.said(r"\bpayers?\b|\bplans?\b|\bothers?\b|\bcpt\b|\belsewhere\b|\binsurers?\b")
    )
    if c.said(r"\bnon ?- ?covered\b|\bnoncovered\b|\bnot covered\b|\bnon ?- ?payable\b"):
        if medicare:
            rest = sub(r"\bnot covered\b|\bnon ?- ?covered\b|\bnon ?- ?payable\b|\bnon\b", "", c.skel)
            found.append(Assertion("status", "payable", c.codes, (), bool(negated(rest)), groups=c.groups))
        return found
    if medicare and c.said(r"\bcovered (?:service|benefit|code|procedure)\b"):
        return [*found, Assertion("status", "payable", c.codes, (), not no, groups=c.groups)]
    bundled = c.said(
        r"\b(?:always |permanently )?bundled\b|\bstatus bundled\b|\bbundles\b|\bnot (?:separately )?(?:paid|payable|reimburs\w+) separately\b|\bnot separately (?:paid|payable|reimburs\w+|billable)\b|\bseparately (?:paid|payable|reimburs\w+)\b|\bpaid separately\b|\bpays? (?:for )?(?:C\d+ )?separately\b|\bseparate (?:medicare )?payment\b|\breimburs\w+ separately\b"
    )
    if (
        bundled
        and (medicare or len(c.codes) == 1 or len(c.groups) == 1)
        and not c.said(r"\bbundled (?:with|into|in) C\d|\bdistinct\b|\bregion\b|\bevaluation\b")
    ):
        positive = not search(r"\bbundle", bundled.group())
        inner = denied(c.skel, bundled.start() if not positive else bundled.end())
        found.append(
            Assertion(
                "status",
                "separately",
                c.codes,
                (),
                positive != inner,
                groups=c.groups,
                payer="medicare" if medicare else None,
            )
        )
        return found
    sent = c.said(
        r"(C\d+) (?:goes|go|is sent|must go|should go) (?:out )?to medicare\b",
        r"\b(?:goes|go|is sent) (?:out )?as (?:code |cpt )?(C\d+) (?:for|to) (?:our |your |a |all )?medicare\b",
        r"\bmedicare\b.*\b(?:goes|go|is sent) (?:out )?as (?:code |cpt )?(C\d+)",
        r"\b(?:bill|report|submit|code|charge)\w* to medicare (?:with|as|using|under)(?: the| code| cpt)* (C\d+)",
        r"\bmedicare\b.*\b(?:bill|report|submit|code)\w* (?:with|as|using|under)(?: the| code| cpt)* (C\d+)",
    )
    if sent:
        return [*found, Assertion("status", "valid", (c.value(sent.group(1)),), (), not no, payer="medicare")]
    if (
        medicare
        and not c.said(
            r"\b(?:aides?|students?|techs?|technicians?|trainers?)(?:'s)? (?:time|minutes|services?|work)\b"
        )
        and c.said(
            r"\bpays?\b|\bpaid\b|\bpayable\b|\bcover(?:s|ed)?\b|\breimburs\w+|\brecogni[sz]\w+|\baccepts?\b|\baccepted\b|\bvalid\b|\binvalid\b|\bbillable\b|\ballows?\b|\bused?\b|\bhonou?rs?\b|\bbill(?:ed)? to\b|\bdenies\b|\breported? to\b"
        )
        and not c.own("M")
        and not c.said(
            r"\bfull\b|\breduc|\bpercent|\bP\d|\bS\d|\bunits?\b|\bU\d|\btogether\b|\badd(?: ?- ?| )on\b|\balone\b|\bindicator\b|\bclaims? (?:was|were)\b|\bif\b|\bchiropract\w*\b|\bby a\b|\bassistants?\b"
        )
    ):
        turned = bool(search(r"\bdenies\b", c.skel))
        other = c.said(
            r"\b(?:use|uses|bill|report|wants?|requires?|replaced by|accepts?|recogni[sz]es?|expects?)\b.*(C\d+).*?\b(?:instead of|rather than|in place of|, not|and not|not) (?:\w+ )?(C\d+)",
            r"\binstead of (C\d+)\b.*\b(?:use|bill|report)\w* (C\d+)",
        )
        if other:
            first, second = c.value(other.group(1)), c.value(other.group(2))
            if starts(r"\binstead", other.group()):
                first, second = second, first
            found.append(Assertion("status", "replacement", (second,), (), True, others=(first,)))
            return found
        found.append(
            Assertion(
                "status",
                "valid" if c.said(r"\bvalid\b|\binvalid\b|\brecogni|\baccept") else "payable",
                c.codes,
                (),
                no == turned,
                groups=c.groups,
                payer="medicare",
            )
        )
    return found


def patient(c: Clause) -> list[Assertion]:
    """ "You may bill the patient for 97010"; "status I codes are payable"."""
    found: list[Assertion] = []
    pays = c.said(
        r"\b(?:billed|charged|passed on|passed) to (?:the |a |your )?(?:\w+ )?(?:patients?|beneficiar(?:y|ies))\b",
        r"\b(?:bill|charge|collect from|balance bill)\w* (?:the |your |a )?(?:patients?|beneficiar(?:y|ies))\b|\b(?:patients?|beneficiar(?:y|ies)) (?:can|may|could|must|should|is|are|cannot|can't) (?:not )?(?:be )?(?:billed|charged|pay|liable|responsible)",
    )
    if pays and c.codes and len(c.groups) == 1 and not c.said(r"\bunits?\b|\bmue\b|\bncci\b|\bedit"):
        # "no separate payment, and the patient cannot be billed": what stands before is denied by itself
        before = list(compiled(r" , (?:and |but |so )?| and | ; ").finditer(c.skel[: pays.start()]))
        no = negated(c.skel[before[-1].end() :] if before else c.skel)
        if no is not None:
            found.append(Assertion("status", "patient", c.codes, (), not no, groups=c.groups))
    letter = search(r"\b[Ss]tatus (?:indicator |code |letter )?[\"'“(]?([A-Z])[\"'”)]?\b", c.text)
    paid = c.said(r"\b(?:payable|paid|pays?|covered|covers?|reimburs\w+|billable|accepted|accepts?|valid)\b")
    if (
        letter
        and paid
        and not c.own("C")
        and c.said(
            rf"\bstatus (?:indicator |code |letter )*{letter.group(1).lower()}\b(?: (?:codes?|services?|means?|indicates?|is|are|items?|procedures?))"
        )
        and not c.said(
            r"\bseparately\b|\bunder another\b|\banother code\b|\botherwise\b|\bif\b|\bbundled\b|\bonly\b"
        )
    ):
        no = negated(c.skel)
        if no is not None:
            found.append(Assertion("status", "letter_paid", (), (), not no, value=letter.group(1)))
    return found


def _before(skel: str, pattern: str) -> bool:
    match = search(pattern, skel)
    return bool(match and search(r"\b(?:not|isn't|doesn't|never|no)\b[\w ]{0,25}$", skel[: match.start()]))
