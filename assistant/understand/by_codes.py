"""Topics of a clause by the codes it is about: modifiers described, whole visits, surgery, regions, timing, pairs, single codes."""

from __future__ import annotations

import re

from assistant import wording
from assistant.understand.clause import (
    CMT,
    Clause,
    Setting,
    Topics,
    asks_which,
    bills_patient,
    how_put,
    in_message,
    is_em,
    minutes_of,
    other_side,
    pays_medicare,
    said,
    wants_value,
    written,
)


def described_modifier(c: Clause, s: Setting) -> Topics | None:
    """ "Which modifier for a return to the operating room?": the modifier is described, not named."""
    if (
        wants_value(c)
        and len(s.codes) == 1
        and not s.modifiers
        and not is_em(s.codes[0])
        and in_message(
            s,
            r"\b(?:only|just) (?:reads?|reading|interprets?|interpreting|did the read\w*)\b|\b(?:reads?|interpret\w*|reading) only\b",
            r"\b(?:hospital|facility|imaging center)(?:'s)? (?:owns?|has|have) (?:the |its )?(?:\w+ )?(?:machine|equipment|magnet|scanner|x ?-? ?ray|unit)\b",
        )
    ):
        return [("component", "which")]
    if not ("which_modifier" in c.cues or said(c, r"\bmodifiers?\b|\bmod\b")) or s.modifiers:
        return None
    if in_message(
        s, r"\b(?:return\w*|back|brought|taken) (?:back )?(?:to|into) (?:the )?(?:or|o \. r|operating)\b"
    ):
        return [("global_period", "which")]
    if in_message(s, r"\bassist(?:ed|s|ing)? (?:on|at|in|with|during)\b"):
        return [("surgeons", "which")]
    if in_message(
        s, r"\babns?\b|\badvance beneficiary|\bvoluntary notice\b|\bsigned (?:a |the )?(?:waiver|notice)\b"
    ):
        return [("abn", "which")]
    if other_side(s) and in_message(s, r"\bdays?\b|\bweeks?\b|\bmonths?\b|\blater\b|\bpost ?-? ?op|\bglobal"):
        return [("global_period", "which")]
    if "component" in c.cues:
        return [("component", "which")]
    if "global" in c.cues or said(c, r"\breturn to (?:the )?(?:or|operating)|\bstaged\b|\bunrelated\b"):
        return [("global_period", "which")]
    if "bilateral" in c.cues:
        return [("bilateral", "which" if wants_value(c) else how_put(c))]
    if written(c, r"\bactive (?:cmt|treatment|care|chiro\w*)\b|\bmaintenance\b") and (
        s.rendered_by == "DC" or set(s.known) & CMT or said(c, r"\bcmt\b|\bchiro|\badjust|\bmanipulat")
    ):
        return [("chiropractic", "at_value")]
    told = not s.codes and wording.CUES["therapy_modifier"].search(s.message) is not None
    if "therapy_modifier" in c.cues or told or said(c, r"\btherapy mod\b"):
        return [("therapy_modifier", "which" if wants_value(c) or "which_modifier" in c.cues else how_put(c))]
    if not s.codes and "region_other" in c.cues:
        return [("modifier_59", "which")]
    return None


def whole_visit(c: Clause, s: Setting) -> Topics | None:
    """ "98941 AT, 97012. How should these lines look?": every line is asked about, whatever modifier stands on one of them."""
    codes = s.codes if len(s.codes) > 1 else s.known
    if len(codes) < 2 or "denied" in c.cues:
        return None
    besides = said(
        c,
        r"\b(?:modifiers?|mods?) (?:besides|other than|apart from|aside from|except|beyond|in addition to|on top of) (?:the )?<M",
    ) or said(
        c,
        r"\b(?:besides|other than|apart from|aside from|in addition to|on top of) (?:the )?<M\w+>.*\bmodifiers?\b",
    )
    lines = said(
        c,
        r"\bhow (?:should|do|would|must|will) (?:these|the|my|our|this|those|all|each)\b.{0,25}\b(?:look|read|go|be (?:billed|coded|sent|reported))\b",
        r"\bwhat (?:needs to|should|must|has to|do (?:i|we) (?:need to|have to)) (?:be )?(?:chang\w*|fix\w*|correct\w*)\b",
        r"\b(?:line by line|code (?:these|this|the|my|our) (?:lines?|visit|claim|session))\b",
        r"\b(?:fix|correct|check|review|clean up) (?:this|my|our|the) (?:claim|lines?|visit)\b",
    )
    units = minutes_of(c) and said(
        c,
        r"\b(?:modifiers?|mods?) (?:for|on) (?:each|every|the) (?:lines?|codes?),? (?:and|\+|&|plus) (?:the )?units\b",
        r"\b(?:modifiers?|mods?) ?(?:and|\+|&|,|/|plus) ?(?:the )?units\b|\bunits ?(?:and|\+|&|,|/|plus) ?(?:the )?(?:modifiers?|mods?)\b",
    )
    if units:
        return [("timed_units", "value"), ("visit", "modifiers")]
    if besides or lines and not minutes_of(c):
        return [("visit", "modifiers")]
    return None


def visit(c: Clause, s: Setting) -> Topics | None:
    asks = (
        "which_modifier" in c.cues
        or said(c, r"\bmodifiers?\b|\bmods\b")
        and (
            wants_value(c)
            or c.form.kind == "statement"
            or c.form.proposition == "needed"
            or said(c, r"\bmod(?:ifier)?s(?: pl(?:ea)?[sz]e?)?\W*$")
        )
    )
    if "denied" in c.cues:
        return None
    if not s.known:
        return None
    if "therapy_modifier" in c.cues:
        return [("therapy_modifier", "which" if wants_value(c) else how_put(c))]
    if (
        len(s.codes) == 2
        and not wants_value(c)
        and said(
            c,
            r"\bif (?:i|we) (?:use|add|append|put)\b.*\bmodifier",
            r"\b(?:can|will|would) (?:a|any|some) modifier\b",
            r"\bany modifier (?:that )?opens?",
        )
    ):
        return [("ptp", "allowed")]
    if (asks or c.form.bare and said(c, r"\bmodifiers\b")) and c.form.kind != "why":
        if "em" in c.cues and len(s.codes) == 1 and not is_em(s.codes[0]):
            return [("modifier_25", "which")]
        if "em" in c.cues and not s.codes and any(is_em(x) for x in s.known):
            return [("modifier_25", "which")]
        if "ncci" in c.cues and not wants_value(c) and len(s.codes) >= 2:
            return [("visit", "modifiers")]
        if len(s.codes) == 2 and any(is_em(x) for x in s.codes) and not said(c, r"\bmodifiers\b|\bmods\b"):
            return [("modifier_25", "which")]
        if (
            len(s.known) == 2
            and not any(is_em(x) for x in s.known)
            and (
                said(
                    c,
                    r"\bopens?\b|\bbypass",
                    r"<C> (?:with|when billed with|billed with|if billed with|and|&|\+|/|w) ",
                    r"\bwhen (?:it's |it is )?billed (?:with|together)",
                )
                or not s.codes
            )
        ):
            return [("ptp", "modifier")]
        if len(s.codes) >= 2 or c.form.kind != "yes_no" or len(s.known) == 1:
            return [("visit", "modifiers")]
    if len(s.codes) >= 2 and said(
        c,
        r"\bhow (?:do|should|would|to|can) (?:i|we|you)? ?(?:bill|code|report|submit)\b|\b(?:this|the|my|our) claim (?:ok|okay|good|correct|right)\b|\bcheck (?:this|my|our)\b|\bclean claim\b",
    ):
        return [("visit", "modifiers")]
    return None


_DAYS_AFTER = (
    r"(?:<n>|<\w+>|\b\w+) (?:days?|weeks?|wks?) (?:after|later|post|out|following|from|s / p|past)\b"
)
_SEEN = r"\b(?:visits?|seen|saw|came|comes|returns?|office|follow ?-? ?up|e ?/ ?m)\b"


def _after_surgery(c: Clause, s: Setting) -> bool:
    """Whether the message tells of a visit some days after one operation and asks whether it is paid."""
    operations = [code for code in s.codes if code.isdigit() and "10000" <= code <= "69999"]
    visit = any(is_em(code) for code in s.codes) or in_message(s, _SEEN) or bool(c.families)
    dated = s.message.count("<date>") == 2
    return (
        len(operations) == 1
        and all(is_em(code) for code in s.codes if code not in operations)
        and not s.modifiers
        and visit
        and (dated or in_message(s, _DAYS_AFTER))
        and said(c, r"\bbill\w*|\bpa(?:y|id|yable)\b|\bcharge\w*|\breport\w*|\bcover\w*")
        and c.form.kind == "yes_no"
    )


def surgery(c: Clause, s: Setting) -> Topics | None:
    if _after_surgery(c, s):
        return [("global_period", "inside")]
    if (
        ("global" in c.cues or "global" in s.message)
        and not wants_value(c)
        and said(
            c,
            r"\binside\b|\bwithin\b|\bincluded\b|\bstill in\b|\bfalls?\b|\bin the global\b|\bpart of\b|\boutside\b",
        )
    ):
        return [("global_period", "inside")]
    value = wants_value(c)
    if "global" in c.cues and (s.known or value or not s.known):
        return [("global_period", "value" if value or c.form.kind == "statement" else how_put(c))]
    if said(c, r"<n> vs <n> global|\b(?:zzz|xxx|yyy|mmm)\b"):
        return [("global_period", "value")]
    if "component" in c.cues and (s.known or value):
        return [("component", "value" if value else how_put(c))]
    if said(c, r"\bpc ?/ ?tc\b|\bpctc\b"):
        return [("component", "value")]
    if said(c, r"\bbilat(?:eral)?(?: surg\w*)? indicator|\bbilat surg\b|\bbilat\b|\bbilateral indicator\b"):
        return [("bilateral", "value")]
    if "bilateral" in c.cues and s.known and "timing" not in c.cues and "fee" not in c.cues:
        return [("bilateral", "value" if value else how_put(c))]
    if said(c, r"\b(?:asst|co|team)[ -]?surg\w* indicator"):
        return [("surgeons", "value")]
    return None


def chiropractic(c: Clause, s: Setting) -> Topics | None:
    about = (
        bool(set(s.known) & CMT)
        or s.rendered_by == "DC"
        or written(
            c,
            r"\bcmt\b|\bchiro\w*|\badjust(?:ed|ment|ments|ing)?\b|\bmanipulat\w+|\bspinal regions?\b|\bsubluxation|\bdc\b|\bvertebra|\bregions?\b.*\b(?:cervical|thoracic|lumbar|sacral|pelvic)\b|\b(?:cervical|thoracic|lumbar)\b.*\bregions?\b",
        )
    )
    if re.search(r"\bPART\b|\bP\.A\.R\.T", c.text) and (about or s.alone or "part" in s.message):
        return [("chiropractic", "part")]
    if not about or "timing" in c.cues:
        return None
    if written(c, r"\bsubluxation\b") and written(c, r"\bprimary\b|\bfirst\b|\bprincipal\b"):
        return [("chiropractic", "subluxation")]
    by_dc = s.rendered_by == "DC" or written(c, r"\bchiro\w*\b")
    if bills_patient(c) and by_dc and pays_medicare(s) and s.known and not set(s.known) & (CMT - {"98943"}):
        return [("abn", "bill_patient")]
    if said(c, r"\bx ?-? ?rays?\b|\bfilms?\b") and said(
        c,
        r"\brequired?\b|\bneed|\bmust\b|\bshow\b|\bdemonstrat|\bprove|\bmandatory\b|\bobligat|\bnecessary\b|\bhave to\b",
    ):
        return [("chiropractic", "xray")]
    if len(s.codes) >= 2 and said(c, r"\bor <C>") and set(s.codes) <= CMT:
        return [("chiropractic", "regions")]
    if len(s.codes) >= 2:
        return None
    if (
        re.search(r"\b[CTL]\d{1,2}\b.*\b[CTL]\d{1,2}\b", c.text)
        or not c.codes
        and said(c, r"\bregions?\b|<r>")
        and in_message(s, r"\b[ctl]\d{1,2}\b.*\b[ctl]\d{1,2}\b")
    ):
        return [("chiropractic", "vertebrae")]
    if said(c, r"\bvertebra|\blevels adjusted\b"):
        return [("chiropractic", "vertebrae")]
    if (
        said(
            c,
            r"\bp ?\.? ?a ?\.? ?r ?\.? ?t\b(?! b|y)|\bpart (?:elements?|criteria|exam|findings)\b|\bfor part\b",
        )
        or "subluxation" in c.skel
        and wants_value(c)
    ):
        return [("chiropractic", "part")]
    if (
        written(
            c,
            r"\b(?:two|2|twice|three) (?:cmt|adjustments?|treatments?|manipulations?|times)\b|\bcmt treatments?\b|\btwice\b",
        )
        and "max_units" not in c.cues
    ):
        return [("chiropractic", "per_day")]
    if written(c, r"\bmaintenance\b|\bactive (?:treatment|care|cmt)\b|\bcorrective\b"):
        return [("chiropractic", "maintenance")]
    if written(
        c,
        r"\b(?:manipulation|adjustment|cmt|chiro\w*|spine) codes?\b|\bwhich (?:cmt|code)\b|\bwhat code\b|\bcode\W*$|\bregions?\b|\b(?:one|two|three|four|five|[1-5]) regions?\b|\b(?:which|what) (?:cmt |chiro\w* |adjustment |manipulation )?code\b|\bextra ?-? ?spinal\b.*\bcode\b|\bcmt code\b",
    ) and not said(c, r"\b(?:same|different|separate|another) (?:spinal )?region\b"):
        if said(c, r"\bcodes? (?:does|do) (?:medicare|<\w+>|it)\b.*\b(?:cover|pay)"):
            return [("chiropractic", "covered")]
        return [("chiropractic", "regions")]
    if "payable" in c.cues or "who_may" in c.cues and s.who:
        if not s.codes and not s.known:
            return [("chiropractic", "covered")] if s.payer is None or pays_medicare(s) else []
        if s.rendered_by == "DC" and pays_medicare(s) and s.known:
            return [("chiropractic", "covered")]
    return None


def attendance(c: Clause, s: Setting) -> Topics | None:
    if not s.known or len(s.codes) > 1:
        return None
    if said(
        c,
        r"\bhow long is (?:(?:one|a|each|<n>) unit|<u>)|\btime increment|\bincrement\b|\blength of (?:a|one|each) unit",
    ):
        return [("timing", "value")]
    if c.cues & {"one_on_one"} or said(
        c,
        r"\bstay (?:with|beside|in the room)|\bpresent throughout|\bwhole time\b|\bentire time\b|\bin the room\b|\bpresent the (?:whole|entire) time\b|\bleave the (?:patient|room)\b",
    ):
        if wants_value(c) and not said(c, r"\bor\b"):
            return None
        return [
            (
                "timing",
                "supervised"
                if said(c, r"\bsupervised\b|\bunattended\b")
                and not said(c, r"\bone ?-? ?(?:on|to)\b|\bconstant|\bstay\b|<n> to <n>")
                else "one_on_one",
            )
        ]
    return None


def timing(c: Clause, s: Setting) -> Topics | None:
    if "timing" not in c.cues or said(
        c,
        r"\b(?:higher|lower|more|less|greater|larger|smaller|bigger|same|equal)\b.*\b(?:amount|rate|fee|pay\w*|paid|rvus?|allowed)\b|\b(?:amount|rate|fee|rvus?|allowed)\b.*\b(?:per unit|than)\b",
    ):
        return None  # which of two is paid more is no question of time
    if not s.known and not said(c, r"\b(?:which|what|list)\b.*\b(?:un)?timed\b"):
        return None
    untimed = said(c, r"\buntimed\b|\bservice ?-? ?based\b|\bun ?- ?timed\b|\bnot timed\b|\bnon ?-? ?timed\b")
    timed = said(c, r"(?<!un)(?<!un )(?<!not )(?<!un - )\btimed\b|\btime ?-? ?based\b")
    if not s.known:
        return [("timing", "which_untimed" if untimed else "which_timed")]
    if c.form.kind == "value" or untimed and timed or len(s.codes) > 1 and said(c, r"\bor\b"):
        return [("timing", "value")]
    return [("timing", "untimed" if untimed and not said(c, r"\bnot timed\b") else "timed")]


def listed(c: Clause, s: Setting) -> Topics | None:
    """ "Is 97012 on the always-therapy list?", "is G0283 an active code on the fee schedule?" """
    if not s.codes or wants_value(c):
        return None
    if said(c, r"\b(?:always|sometimes) ?-? ?therapy (?:list|code)"):
        return [("therapy_modifier", "needed")]
    if said(c, r"\bactive (?:status|\()|\bactive\b.*\bfee schedule\b"):
        return [("status", "value")]
    return None


def identity(c: Clause, s: Setting) -> Topics | None:
    """ "Is dry needling 97140?" asks what a thing is, "does A pay more than B" which is more: no edit answers that."""
    if len(s.codes) == 2 and said(
        c,
        r"\b(?:higher|lower|more|less|greater|larger|smaller|bigger|better)\b.*\b(?:amount|rate|fee|pay\w*|paid|rvus?|allowed|money)\b.*\bthan\b|\bpa(?:y|ys|id) (?:more|less|better|higher|lower)\b.*\bthan\b",
    ):
        return []
    if len(s.codes) == 2 and said(
        c,
        r"^\W*(?:so |and |but )?(?:is|are|isn't|was) (?:the |a |an )?<C>,? (?:just |really |actually |also |coded (?:as |with |by )?|billed (?:as |with )?|considered |called |reported as |"
        r"the same (?:thing |service |code )?as |another (?:name|word|code) for |(?:a )?(?:kind|type|form) of )?(?:the |a |an )?<C>\W*$",
    ):
        return []
    return None


_BOTH_DISCIPLINES = r"\b(?:pt|ot|physical|occupational)(?: therapy)?(?: eval\w*)? ?(?:and|&|\+|plus|/) ?(?:an? |the )?(?:pt|ot|physical|occupational)\b"


def pair(c: Clause, s: Setting) -> Topics | None:
    if len(s.codes) < 2:
        return None
    named = [m for m in c.mentions if m.kind in {"code", "name", "range"}]
    if (
        len(named) == 1
        and named[0].kind == "name"
        and set(s.codes) <= set(named[0].value.split("|"))
        and not said(c, r"\b(?:two|both|twice|together|second)\b|<n>|<u>")
    ):
        return None  # "a PT eval" is one service, whatever its levels
    if in_message(s, r"\b(?:cash (?:patient|pt|pay)|self ?-? ?pay|uninsured|no insurance)\b"):
        return []
    value, form = wants_value(c), c.form
    evaluated = {
        tuple(sorted(x for x in s.codes if low <= x <= high))
        for low, high in (("97161", "97163"), ("97165", "97167"))
    }
    if (
        (() not in evaluated or written(c, _BOTH_DISCIPLINES) and all(m.kind == "name" for m in named))
        and len(c.families) == 0
        and written(c, r"\bpt\b|\bphysical\b")
        and written(c, r"\bot\b|\boccupational\b")
        and not value
        and set(s.codes) <= {x for group in evaluated for x in group}
    ):
        return [("provider", "allowed")]  # an evaluation by each of two disciplines is no pair
    if form.kind == "why":
        return (
            [("ptp", "why")]
            if c.cues & {"denied", "ncci", "bundle", "together", "column", "payable"}
            or said(c, r"\bbill|\bpa(?:y|id)\b|\bmodifier")
            else []
        )
    if said(c, r"\breplac|\bsuccess|\bbecame|\bnew code\b|\bcrosswalk") and not c.cues & {"together"}:
        return [("code_valid", "replacement")]
    if said(c, r"\b(?:un)?timed\b|\btime ?- ?based\b"):
        return [("timing", "value")]
    if (
        "max_units" in c.cues
        and said(c, r"\bunits? limit|\blimit|\bmax|\beach\b")
        and not said(c, r"\btogether\b|\bboth\b")
    ):
        return [("mue", "value")]
    if (
        said(c, r"\bor <C>|\bvs <C>|\bversus <C>|\bwhich (?:one |code )?(?:do|should|for|to|is)\b")
        and said(c, r"\bmedicare\b|\bmcr\b")
        and {"97014", "G0283"} <= set(s.codes)
    ):
        return [("status", "replacement")]
    if "column" in c.cues and (value or said(c, r"\bcolumn ?-? ?(?:2|two|<n>|ii)\b")):
        return [("ptp", "column")]
    if "indicator" in c.cues and (value or said(c, r"\bindicator\b.*<n>")):
        return [("ptp", "indicator")]
    if (
        said(c, r"\bdifferen(?:ce|t)\b|\bcompare|\bversus\b|\bvs\b|\bor <C>")
        and "ncci" not in c.cues
        and not said(c, r"\btogether\b|\bboth\b|\bsame (?:day|visit|claim)\b|\bbill")
    ):
        return []
    if said(c, r"\bhow much (?:\w+ |<C> )?(?:weight|force|time|pull|pressure|tension|traction)"):
        return None
    if "fee" in c.cues and (value or form.kind == "statement" or said(c, r"\ballowed amount\b|\bnational\b")):
        return [("fee", "value")]
    if value and said(c, r"\bmodifier\b|\bmod\b"):
        return [("ptp", "modifier")]
    if "valid" in c.cues and "ncci" not in c.cues and said(c, r"\bdeleted\b|\bexist\b"):
        return [("code_valid", "valid")]
    if value and not c.cues & {"ncci", "bundle", "together"}:
        return None
    if c.cues & {"ncci", "bundle"} and not said(
        c,
        r"\b(?:can|may|could|ok|allow\w*|bill\w*|let|lets|pay|pays|paid|permit\w*|accept\w*|through|pass|fine|go together)\b",
    ):
        return [("ptp", "edited" if "ncci" in c.cues else "bundled")]
    if form.kind == "statement" and not c.cues & {"together", "ncci", "bundle"} and len(s.codes) > 2:
        return [("visit", "modifiers")] if len(c.skel.split()) < 30 else []
    if form.kind == "statement" and (
        not c.codes
        or not c.cues & {"together", "ncci", "bundle"}
        or said(c, r"\b(?:was|were|had|did|done|got|received|performed)\b")
    ):
        return []
    if "payable" in c.cues and "together" not in c.cues and said(c, r"\bcover"):
        return [("status", "payable")]
    return [("ptp", "allowed" if not value else "edited_value")]


def follow_pair(c: Clause, s: Setting) -> Topics | None:
    """A short follow-up about the pair of the turn before."""
    if s.codes or len(s.known) != 2:
        return None
    if said(c, r"\bboth\b|\btogether\b") and not wants_value(c):
        return [("ptp", "allowed")]
    if "column" in c.cues:
        return [("ptp", "column")]
    if "indicator" in c.cues:
        return [("ptp", "indicator")]
    if c.cues & {"region_other", "region_same", "separate_time"} or said(c, r"\bbody parts?\b"):
        return [("ptp", "allowed")]
    return None


def meanings(c: Clause, s: Setting) -> Topics | None:
    """What an indicator or a status letter means, without a code."""
    if s.codes:
        return None
    if (
        not wants_value(c)
        and said(
            c,
            r"\bno (?:active |current )?(?:ncci |ptp |cci )*edits?\b|\b(?:absence|lack) of an? (?:\w+ )?edit\b|\b(?:isn't|not|aren't) (?:an? )?(?:ncci |ptp |cci )*edit\b",
        )
        and said(c, r"\bguarant|\bpa(?:y|ys|id|yment)\b|\bboth\b|\bbill\b|\bok\b|\ballow|\bfree to\b")
    ):
        return [("ptp", "allowed")]
    pairs = said(c, r"\bmodifiers?\b", r"\bpairs?\b", r"\bedits?\b", r"\bbypass", r"\bopen") and not said(
        c,
        r"\bpc ?/ ?tc\b|\bpctc\b|\bbilat|\basst|\bassist|\bco-? ?surg|\bteam\b|\bmult|\bglobal\b|\b(?:26|tc|50|51|62|66|80)\b|<M(?:26|TC|50|51|62|66|80)>",
    )
    if said(c, r"\b(?:modifier|ccmi|ptp|ncci|edit) ?(?:column |modifier )?indicator\b", r"\bccmi\b") or (
        "indicator" in c.cues
        and (
            "ncci" in c.cues
            or pairs
            and re.search(
                r"\bindicator (?:of )?(?:a )?(?:0|1|9|zero|one|nine)\b|\b(?:0|1|9) indicator\b",
                c.text.lower(),
            )
        )
    ):
        return [("ptp", "indicator_meaning")]
    if said(c, r"\bstatus (?:code |indicator |letter )?[a-z]\b|\b[a-z] status\b") or re.search(
        r"\bstatus (?:code |indicator |letter )?[A-Z]\b", c.text
    ):
        return [
            (
                "status",
                "meaning"
                if wants_value(c) or c.form.kind == "statement" or len(c.skel.split()) <= 5
                else "meaning_check",
            )
        ]
    return None


def single(c: Clause, s: Setting) -> Topics | None:
    if not s.known:
        return None
    own = (
        bool(c.codes)
        or re.search(r"\b(?:it|that|this|them|those|these|one|both|either)\b", c.skel) is not None
        or bool(s.codes)
        and len(c.skel.split()) < 10
        or not s.codes
        and len(c.skel.split()) < (10 if "replacement" in c.cues else 7)
    )
    if not own:
        return None
    value, form = wants_value(c), c.form
    if not c.modifiers and written(
        c, r"\bhome (?:\w+ )?(?:units?|devices?|machines?|kits?|equipment|tens)\b|\bfor home use\b"
    ):
        return []  # equipment to take home: no service was given
    if (
        len(c.codes) == 1
        and not s.rendered_by
        and not s.who
        and said(
            c,
            r"^\W*(?:so |ok |hi |hey |and )?(?:can|may|could|should) (?:i|we|you|our \w+) (?:still |even |ever )?(?:bill|report|code|charge|use|submit|send) (?:for |a |the )?<C>\W*$",
        )
    ):
        return [("status", "payable")]
    if (
        "ncci" in c.cues
        or said(c, r"\bcolumn (?:2|two|1|one|<n>) codes?\b|\bbundled? (?:with|into)\b")
        and value
        or said(c, r"\bcodes? (?:is|are|does|do) <C> bundled? with\b")
    ):
        return [("ptp", "list")]
    replaced = "replacement" in c.cues and (
        value or form.kind == "statement" or not re.match(r"\W*(?:is|are|was|did|does|do|can)\b", c.skel)
    )
    if not value and said(c, r"\bneeds? (?:an? )?(?:replacement|substitute)\b") and pays_medicare(s):
        return [("status", "replacement")]
    if replaced and not value and said(c, r"\bis <C> (?:right|correct|ok|okay|appropriate|fine)\b"):
        return []
    if replaced or ("valid" in c.cues and "icd" not in c.cues):
        if pays_medicare(s) and not said(c, r"\bdeleted\b|\bexist"):
            return [("status", "replacement" if replaced else "valid")]
        return [("code_valid", "successor" if replaced else "valid")]
    if (
        value
        and pays_medicare(s)
        and said(c, r"\b(?:what|which) (?:hcpcs |cpt |g |billing )?code\b")
        and any(m.kind == "name" and len(m.value.split("|")) == 2 for m in c.mentions)
    ):
        return [("status", "replacement")]  # two codes of one service: which of them Medicare takes
    if bills_patient(c):
        return [("status", "patient")]
    if "payable" in c.cues and form.kind == "yes_no" and said(c, r"\bseparately\b"):
        return [("status", "payable")]
    if "fee" in c.cues and said(c, r"\bnational\b|\bpayment\b|\bamount\b") and (form.bare or value):
        return [("fee", "value")]
    if "status" in c.cues or said(c, r"\bindicators\b") and value:
        return [("status", "value" if "status" in c.cues else "indicators")]
    if said(c, r"\b(?:rvus?|relative value)\b"):
        return [("fee", "rvu")]
    if (
        "fee" in c.cues
        and (
            value
            or form.kind == "statement"
            or said(c, r"\b(?:fee|allowable|allowed|allowance|amount|rate|price|national)\b")
        )
        and not said(c, r"\bfee schedule\b.*\bpayable\b|\bpayable\b")
    ):
        return [("fee", "value")]
    if "max_units" in c.cues and not said(
        c, r"\bhow many minutes\b|\bbase units?\b|\banesthesia\b|\b(?:a|per|each) week\b|\bweekly\b"
    ):
        return [("mue", "value" if asks_which(c) else how_put(c))]
    if said(c, r"\bhow many (?:times|per day|a day)\b") and not said(c, r"\bweek"):
        return [("mue", "value")]
    if "bundle" in c.cues and not said(c, r"\be ?/ ?m\b|\bevaluation\b|\bem\b|\bevaluation and management\b"):
        return [("status", "bundled")] if not asks_which(c) else [("ptp", "list")]
    if (
        in_message(
            s, r"\b(?:aides?|tech|technician|techs|students?|massage therapist|lmt|athletic trainer|atc)\b"
        )
        and c.cues & {"who_may", "payable", "billable"}
        or said(c, r"\bincident ?-? ?to\b")
    ):
        return [("provider", how_put(c))]
    if said(c, r"\bwho (?:can|may|is allowed)\b"):
        return [("provider", "who")] if s.codes else None
    payable = "payable" in c.cues and not ("fee" in c.cues and value)
    typed = any(m.kind == "code" for m in c.mentions)
    if (
        payable
        and (not typed or said(c, r"\bcover(?:s|ed)?\b") and not said(c, r"\bmedicare\b"))
        and wording.payer_type(s.payer) == "commercial"
        and s.payer not in {"commercial", None}
    ):
        return None  # a named plan's coverage stands in its own policy
    billing = c.cues & {"who_may", "payable"} or said(
        c, r"\b(?:can|may|could|allowed to|is it ok for)\b.*\b(?:do|perform|deliver|give|furnish)\b"
    )
    if (
        s.who
        and billing
        and not value
        and not (payable and pays_medicare(s) and s.who == ("MD",))
        and not said(c, r"\bpt did it\b|\bdid it\b")
    ):
        return [("provider", how_put(c))]
    if value and not payable:
        return None
    if (
        payable
        and (s.payer is not None or said(c, r"\bseparately\b|\bnon ?-? ?covered\b|\bcovered\b|\bpayable\b"))
        and not value
    ):
        return [("status", "payable")]
    if payable and form.kind == "why":
        return [("status", "payable")]
    if re.match(r"\W*(?:and|but|so)? ?for\b", c.skel) and not s.codes:
        return None
    if not c.codes and not c.cues:
        return None
    short = len(c.skel.split()) <= 6
    if (
        len(c.skel.split()) <= 9
        and said(c, r"\bok\b|\ballowed\b|\bfine\b")
        and not said(c, r"\bmodifier|\bunit")
    ):
        return [("status", "payable")] if pays_medicare(s) and c.codes and not s.who else None
    if (
        form.kind in {"yes_no", "statement"}
        and pays_medicare(s)
        and ("who_may" in c.cues and form.kind == "yes_no" or short and (s.alone or "payable" in c.cues))
        and "em" not in c.cues
    ):
        return [("provider", "allowed")] if s.rendered_by and s.who else [("status", "payable")]
    if (
        form.kind == "yes_no"
        and s.rendered_by
        and not s.codes
        and said(c, r"\bdid it\b|\bperform|\bwhat if\b")
    ):
        return [("provider", "allowed")]
    return None


def general_payer(c: Clause, s: Setting) -> Topics | None:
    """Questions about who may bill, without a code: aides, students, incident-to."""
    if s.known and s.codes:
        return None
    if (
        said(c, r"\b(?:ptas?|c?otas?|assistants?)\b")
        and written(c, r"\b(?:re ?-? ?)?eval\w*\b")
        and said(
            c,
            r"\b(?:do|does|perform\w*|furnish\w*|bill\w*|report\w*|allowed|can|may|can't|cannot|never|complete\w*)\b",
        )
        and not wants_value(c)
    ):
        return [("provider", "allowed")]
    if said(c, r"\bincident ?-? ?to\b") and (
        s.rendered_by in {"PTA", "OTA"} or in_message(s, r"\bptas?\b|\botas?\b|\bcotas?\b|\bassistants?\b")
    ):
        return [("provider", "incident_to")]
    if (
        in_message(s, r"\b(?:aides?|students?)(?:'s)?\b")
        and said(c, r"\bbill|\bcharg|\bpaid\b|\bcount\b|\bcover")
        and in_message(s, r"\bmedicare\b|\btime\b|\bpart b\b")
        and said(
            c,
            r"\b(?:aides?|students?|her|his|their|that|this|the|it|those) ?(?:minutes|time|treatment|part|session|service|work)?\b",
        )
        and not s.codes
    ):
        return [("provider", "aide_student")]
    return None
