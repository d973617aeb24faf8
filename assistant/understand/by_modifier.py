"""Topics of a clause that names a modifier: the modifier decides before the words do."""

from __future__ import annotations

import re

from assistant.understand.clause import (
    ABN,
    GLOBAL,
    M59,
    SIDES,
    SURGEONS,
    THERAPY,
    Clause,
    Setting,
    Topics,
    asks_meaning,
    asks_which,
    bills_patient,
    how_put,
    in_message,
    said,
    wants_value,
)


def order(c: Clause, s: Setting) -> Topics | None:
    if "exempt" in c.cues:
        return None
    mods = set(s.modifiers)
    if (
        "order" in c.cues
        and (len(mods) >= 2 or said(c, r"\bmodifiers?\b|\bmods?\b|\bslots?\b"))
        and not said(c, r"\bin order to\b")
    ):
        return [("modifier_order", "which")]
    if len(mods) >= 2 and said(
        c,
        r"<M\w+> (?:goes? |comes? |go |come )?(?:before or after|after or before|before|after) <M",
        r"<M\w+> (?:or|and|vs) <M\w+> (?:first|last)|<M\w+> first or (?:<M|second)",
        r"\bwhich .*\bfirst\b",
    ):
        return [("modifier_order", "which")]
    if len(mods) >= 3 and said(c, r"\bfit\b|\broom for\b"):
        return [("modifier_order", "which")]
    return None


def appendix(c: Clause, s: Setting) -> Topics | None:
    if said(c, r"\bwhere (?:do|can|would|should) (?:i|we|you) (?:look|find|get|read|see)"):
        return []
    return (
        [("modifier_51", "listed")]
        if "appendix_e" in c.cues and (s.known or "51" in s.modifiers or s.alone)
        else None
    )


def modifier_51(c: Clause, s: Setting) -> Topics | None:
    if "51" not in s.modifiers:
        return None
    put, value, mods = how_put(c), wants_value(c), set(s.modifiers)
    if "bypass" in c.cues or "ncci" in c.cues and not said(c, r"\bcorrect coding\b"):
        return [("modifier_59", "bypass")]
    if said(c, r"\bmppr\b.*\bsame (?:as|thing)\b|\bsame (?:as|thing).*\bmppr\b"):
        return [("mppr", "same_as_51")]
    if put == "full_payment":
        return [("modifier_51", "full_payment")] if not value else [("mppr", "value")]
    if c.cues & {"mppr", "reduced"}:
        return [("modifier_51", "reduced")] if not value else [("mppr", "value")]
    if (
        not value
        and said(c, r"\b(?:because|reason|due to|since)\b")
        and re.match(r"\W*(?:so )?(?:is|was|isn't)\b", c.skel)
    ):
        return [("modifier_51", "ground")]
    if mods & M59:
        return [
            ("modifier_51", put),
            ("modifier_59", "which" if value or said(c, r"<M51> or <M|<M\w+> or <M51>") else put),
        ]
    if asks_meaning(c, bool(s.known)) and not s.codes:
        return [("modifier_info", "value")]
    if asks_which(c) and said(c, r"\bwhich codes?\b|\bwhat codes?\b"):
        return [("modifier_51", "which_codes")]
    if not wants_value(c) and said(
        c, r"\bby (?:the |its )?definition\b|\bas (?:a )?physical medicine\b|\bper (?:the )?definition\b"
    ):
        return [("modifier_51", "ground")]
    return [("modifier_51", "value" if asks_which(c) else put)]


def modifier_59(c: Clause, s: Setting) -> Topics | None:
    mods = set(s.modifiers)
    if (
        mods
        and not s.codes
        and said(
            c,
            r"\b(?:n?cci|ptp)\b.*\bmodifiers?\b|\bmodifiers?\b.*\b(?:n?cci|ptp)\b|\bn?cci ?-? ?(?:ptp ?-? ?)?associated\b",
        )
    ):
        return [("modifier_59", "bypass")]
    if (
        mods >= {"59"}
        and mods & (M59 - {"59"})
        and not s.codes
        and said(c, r"\bprefer|\bover\b|\bbefore\b|\bahead of\b|\bbetter\b|\binstead\b")
    ):
        return [("modifier_59", "prefer")]
    if (
        mods & (M59 - {"59"})
        and not s.codes
        and said(
            c,
            r"<n> (?:\w+ ){0,2}?(?:prefer\w*|better) (?:\w+ ){0,2}<MX|<MX\w> (?:\w+ ){0,2}?(?:prefer\w*|better) (?:\w+ ){0,2}<n>",
        )
        and re.search(r"(?<![\d.$])59(?![\d%])", c.text)
    ):
        return [("modifier_59", "prefer")]
    if (
        mods
        and not mods & M59
        and set(s.before) & {"modifier_59", "ptp"}
        and said(c, r"\btrick\b|\bwork\b|\benough\b|\bsuffic|\binstead\b|\bdo it\b")
    ):
        return [("modifier_59", "bypass")]
    if mods & {"AT", "KX"} and said(c, r"\bguarant\w*|\bensures?\b|\bmake sure\b") and not wants_value(c):
        return [("chiropractic", "at")] if "AT" in mods else [("kx_threshold", "needed")]
    bypass = "bypass" in c.cues or said(
        c,
        r"\bopens?\b",
        r"\bncci[ -](?:associated )?modifier",
        r"\bcount as an? ncci\b",
        r"\bgets? (?:it|them|the code|this|<C>)? ?paid\b",
    )
    if mods & M59 and said(c, r"\bx (?:modifier|mod)s?\b") and asks_which(c) and not s.codes:
        return [("modifier_info", "value")]
    if (
        mods & M59
        and len(s.codes) == 1
        and not wants_value(c)
        and said(
            c,
            r"(?:\b(?:two|twice|more than one|a second)\b|<n>|<u>).*\b(?:same day|one day|a day|per day|that day|in <n> day)\b|<n> <C> (?:in|on|per|a) (?:<n>|the same|one) day",
        )
        and said(c, r"\b(?:can|may|could|ok|allowed)\b")
    ):
        return [("mue", "allowed")]
    if mods & M59:
        if bypass and len(mods) > 1:
            return [("modifier_59", "bypass")]
        if not s.codes and (
            asks_meaning(c, bool(s.known)) or len(mods) > 1 and asks_which(c) and not s.known
        ):
            return (
                [("modifier_59", "which")]
                if len(mods) > 2 and not said(c, r"\bmean|\bdifference|\bwhat (?:is|are)\b")
                else [("modifier_info", "value")]
            )
        if "column" in c.cues and wants_value(c):
            return [("modifier_59", "column")]
        return [("modifier_59", "which" if asks_which(c) else "bypass" if bypass else how_put(c))]
    enough = (
        len(s.known) == 2
        and not wants_value(c)
        and said(c, r"\benough\b|\bsuffic|\bdo the trick\b|\bdo it\b")
    )
    if mods and not mods & {"25", "57"} and (bypass or enough or ("ncci" in c.cues and len(s.known) > 1)):
        return [("modifier_59", "bypass")]
    if not mods and said(c, r"\bx (?:modifier|mod)s?\b|\bx\{?epsu\}?\b|\bx subset\b|\bx ?\{? ?epsu\b"):
        return [("modifier_59", "which" if wants_value(c) else how_put(c))]
    return None


def modifier_25(c: Clause, s: Setting) -> Topics | None:
    mods = set(s.modifiers)
    if mods & {"25", "57"} and mods & GLOBAL and said(c, r"<M\w+> or <M"):
        return [("global_period", "which")]
    if mods & {"25", "57"} and not c.modifiers and said(c, r"\bmodifiers?\b|\bmod\b"):
        return [("modifier_25", "which")]
    if mods & {"25", "57"}:
        if asks_meaning(c, bool(s.known)) and not s.codes and not mods >= {"25", "57"}:
            return [("modifier_info", "value")]
        return [
            (
                "modifier_25",
                "which" if asks_which(c) or said(c, r"<M25> or <M57>|<M57> or <M25>") else how_put(c),
            )
        ]
    if (
        not mods
        and not wants_value(c)
        and not s.codes
        and said(c, r"\bnew (?:patient|pt)s?\b")
        and said(c, r"\bjustif\w*|\benough\b|\breason enough\b|\bentitle")
        and said(c, r"\bprocedures?\b|\binjections?\b|\badjustments?\b")
    ):
        return [("modifier_25", how_put(c))]
    if (
        not mods
        and said(
            c,
            r"\bdecision (?:for|to|of) (?:the )?(?:major )?(?:surgery|operate|procedure)\b|\bseparately identifiable\b",
        )
        and ("which_modifier" in c.cues or wants_value(c))
    ):
        return [("modifier_25", "which")]
    return None


def other_modifiers(c: Clause, s: Setting) -> Topics | None:
    mods = set(s.modifiers)
    if not mods or c.cues & {"mue", "mai"}:
        return None
    which, put = asks_which(c), how_put(c)
    if (
        not s.codes
        and asks_meaning(c, bool(s.known) or not s.alone and bool(mods & {"CQ", "CO", "KX", "26", "TC"}))
        and len(mods) <= 4
    ):
        return [("modifier_info", "value")]
    which = which or said(c, r"<M\w+> or <M\w+>") and c.form.proposition != "needed"
    if mods & GLOBAL:
        return [("global_period", "which" if which else put)]
    if mods & {"26", "TC"}:
        return [("component", "value" if which else put)]
    if mods & SIDES and not (
        "global" in c.cues or in_message(s, r"\bother (?:eye|side|knee|hip|shoulder)\b")
    ):
        return [("bilateral", "value" if which else put)]
    if mods & SURGEONS:
        return [("surgeons", "value" if which else put)]
    if "AT" in mods and s.modifiers[0] == "AT":
        return [("chiropractic", "at_value" if which else "at")]
    if mods & ABN and bills_patient(c):
        return [("abn", "bill_patient")]
    if mods & ABN or "abn" in c.cues:
        return [("abn", "which" if which or "which_modifier" in c.cues else put)]
    if mods & {"CQ", "CO"}:
        which = which or c.form.bare and said(c, r"\bde ?-? ?minimis\b")
        if "mppr" in c.cues:
            return [("assistant_modifier", "after_mppr")]
        return [("assistant_modifier", "value" if which else put)]
    if "AT" in mods:
        return [("chiropractic", "at_value" if which else "at")]
    if "KX" in mods:
        if any(m.kind == "money" for m in c.mentions) and said(
            c, r"\b(?:is|was|were) (?:the )?(?:\$ ?)?<\$>"
        ):
            return [("kx_threshold", "value")]
        amount = (c.form.bare or c.form.kind == "statement") and said(
            c, r"\bthreshold|\bcap\b|\blimit|\bamount"
        )
        return [
            ("kx_threshold", "needed" if c.form.kind in {"yes_no", "statement"} and not amount else "value")
        ]
    if mods & THERAPY:
        if "assistant" in c.cues and not s.codes and said(c, r"\bpta\b|\bota\b|\bassistant\b"):
            return [("assistant_modifier", "value" if which else put)]
        return [("therapy_modifier", "which" if which else put)]
    if mods & {"LT", "RT"} and (
        "global" in c.cues or in_message(s, r"\bother (?:eye|side|knee|hip|shoulder)\b")
    ):
        return [("global_period", "which")]
    return [("modifier_info", "value" if wants_value(c) else put)]
