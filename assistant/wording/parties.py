"""Who pays and who rendered the service, as far as the words say."""

from __future__ import annotations

import re

_PAYERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "medicare_advantage",
            r"\bmedicare[ -]+advantage\b|\bma plans?\b|\bmapd\b|\bpart c\b|\badvantage plans?\b|\bmedicare replacement\b|\b(?:humana|aetna|uhc|unitedhealthcare|united|bcbs|cigna|anthem) (?:medicare|ma)\b",
        ),
        ("medicaid", r"\bmedicaid\b|\bmedi-cal\b|\bmcd\b|\bmasshealth\b|\bbadgercare\b"),
        (
            "workers_compensation",
            r"\bwork(?:er|ers|er's|ers'|man's|mans|mens)?'?s?[ -]*comp(?:ensation)?\b|\bwc (?:claim|case|carrier|payer|patient)\b|\bfor wc\b|\bowcp\b|\bl&i\b",
        ),
        (
            "auto",
            r"\bauto(?:mobile)? (?:insurance|claim|carrier|accident|payer|case|insurer)\b|\bno[ -]?fault\b|\bpip\b|\bmva\b|\bmed[ -]?pay\b|\bauto insurers?\b",
        ),
        ("tricare", r"\btri-?care\b|\bchampus\b"),
        (
            "va",
            r"\bveterans?\b(?! day)|\bva (?:ccn|community care|patient|claim|claims|referral|auth|authorization)\b|\bfor (?:the )?va\b|\bvha\b|\bchampva\b",
        ),
        (
            "medicare",
            r"\bmedicare\b|\bmcr\b|\bmdcr\b|\bpart b\b|\bcms\b|\bnoridian\b|\bnovitas\b|\bpalmetto\b|\bngs\b|\bwps\b|\bcgs\b|\bfirst coast\b|\bfcso\b|\bmacs?\b(?! and)",
        ),
        (
            "Blue Cross",
            r"\bbcbs\w*\b|\bblue ?cross(?: ?(?:/|and)? ?blue ?shield)?\b|\bblue ?shield\b|\banthem\b|\bhighmark\b|\bthe blues\b",
        ),
        ("UnitedHealthcare", r"\buhc\b|\bunited ?health ?care\b|\boptum\b|\bunited healthcare\b"),
        ("Aetna", r"\baetna\b"),
        ("Cigna", r"\bcigna\b|\bashn?\b(?= (?:plan|network))"),
        ("Humana", r"\bhumana\b"),
        ("Kaiser", r"\bkaiser\b"),
        ("Regence", r"\bregence\b"),
        ("Premera", r"\bpremera\b"),
        ("Molina", r"\bmolina\b"),
        ("Centene", r"\bcentene\b"),
        ("Ambetter", r"\bambetter\b"),
        ("WellCare", r"\bwell ?care\b"),
        ("Harvard Pilgrim", r"\bharvard pilgrim\b"),
        ("Healthfirst", r"\bhealth ?first\b"),
        ("Geisinger", r"\bgeisinger\b"),
        ("PacificSource", r"\bpacific ?source\b"),
        ("GEHA", r"\bgeha\b"),
        (
            "commercial",
            r"\bcommercial(?:ly)?\b|\bprivate (?:insurance|insurer|insurers|payer|payers|payor|payors|pay|plan|plans|carrier)\b|\bnon[ -]?medicare\b|\bcomm ins\b|\bcommercials\b|\bthird[ -]party payers?\b",
        ),
    )
)
_NAMED_PLAN = re.compile(
    r"\b((?:[A-Z][\w&']+ ){1,3}(?:Health(?:care| Plan| Insurance)?|Insurance|Mutual|Assurance|Benefits|Plan|Care|Healthcare|HMO|PPO))\b"
)
_NOT_PLAN = re.compile(
    r"^(?:Medicare|Home|The|Physical|Public|Mental|World|Does|Is|Can|What|Plan of|Urgent|Primary|Maintenance|Active|Chiropractic|Manual)\b"
)


def payers(text: str, low: str) -> tuple[str, ...]:
    """Payers named in the text, in the order of the list above (the more specific first); a plan named "... Health" as written."""
    found: list[str] = []
    rest = re.sub(r"\bnon[ -]?medicare\b", "commercial", low)
    for name, pattern in _PAYERS:
        if pattern.search(rest):
            found.append(name)
            rest = pattern.sub(" ", rest)
    plan = _NAMED_PLAN.search(text)
    if plan and not found and not _NOT_PLAN.match(plan.group(1)):
        found.append(plan.group(1).strip())
    return tuple(found)


_TYPES = {
    "medicare",
    "medicare_advantage",
    "medicaid",
    "commercial",
    "workers_compensation",
    "auto",
    "tricare",
    "va",
}
_TYPE_WORDS = {
    "workers' compensation": "workers_compensation", "workers compensation": "workers_compensation", "workers comp": "workers_compensation", "work comp": "workers_compensation", "wc": "workers_compensation",
    "medicare advantage": "medicare_advantage", "ma": "medicare_advantage", "veterans affairs": "va", "mcr": "medicare", "medicare part b": "medicare", "original medicare": "medicare", "mcd": "medicaid", "no-fault": "auto",
}  # fmt: skip


def payer_type(payer: str | None) -> str | None:
    """medicare, medicare_advantage, medicaid, workers_compensation, auto, tricare, va or commercial (any named plan); None when unknown."""
    if payer is None or not payer.strip():
        return None
    low = payer.strip().lower().replace("_", " ")
    if low in _TYPE_WORDS:
        return _TYPE_WORDS[low]
    if low.replace(" ", "_") in _TYPES:
        return low.replace(" ", "_")
    named = payers(payer, low)
    return named[0] if named and named[0] in _TYPES else "commercial"


def payer_name(payer: str | None) -> str:
    """The payer as a sentence says it."""
    kind = payer_type(payer)
    words = {
        "medicare": "Medicare",
        "medicare_advantage": "Medicare Advantage",
        "medicaid": "Medicaid",
        "workers_compensation": "workers' compensation",
        "auto": "auto insurance",
        "tricare": "TRICARE",
        "va": "the VA",
        "commercial": "a commercial payer",
    }
    if kind is None:
        return "the payer"
    if kind == "commercial" and payer and payer.lower() != "commercial":
        return payer
    return words[kind]


_PROVIDERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("PTA", r"\bptas?\b|\bphysical therap(?:y|ist)'?s? assistants?\b|\bpt assistants?\b"),
        ("OTA", r"\bc?otas?\b|\boccupational therap(?:y|ist)'?s? assistants?\b|\bot assistants?\b"),
        ("SLP", r"\bslps?\b|\bspeech therapists?\b|\bspeech(?:[- ]language)? (?:therapist|pathologist)s?\b"),
        (
            "DC",
            r"\bdcs?\b(?! (?:area|metro))|\bchiropractors?\b|\bchiro(?:s|'s)?(?= (?:office|doc|clinic|bill|bills|billing|did|does|practice|provider|can|wants|who|saw|here|on))|\b(?:our|the|a|my|by|from|is) chiros?\b|\bchiro(?= ?\d)|\bd\.c\.|\bdoctor of chiropractic\b|\bchiropractic physician\b",
        ),
        (
            "PT",
            r"\bphysical therapists?\b|\bphysio(?:therapist)?s?\b|^\W*(?:hi|hello|hey)?,? ?pt here\b|\b(?:i'm|i am|we're|we are) (?:an? |the )?pts?\b|\b(?:by|by the|by a|as|as a|when|when a|our|can|may|if|can a|may a|a licensed|could a|should a|is a|are|does a) pts?\b(?= |$|,|\?)|\bpts? (?:bill|bills|billing|report|reports|charge|charges|charging|wants|codes|evaluates?|performs?|performed|provides?|provided|did|gave|evaluated|treats?|spent|does|billed|clinic|practice|owner)\b",
        ),
        (
            "OT",
            r"\boccupational therapists?\b|^\W*(?:hi|hello|hey)?,? ?ot here\b|\b(?:i'm|i am|we're|we are) (?:an? |the )?ots?\b|\b(?:by|by the|by an|as|as an|when|when an|our|can|may|if|can an|may an|an|is an) ots?\b(?=$|,|\?| (?!eval|re-?eval|code|claim|line|modifier|cap|threshold))|\bots? (?:bill|bills|billing|report|reports|charge|charges|charging|wants|codes|evaluates?|performs?|performed|provides?|provided|did|gave|evaluated|treats?|spent)\b",
        ),
        ("NP", r"\bnps?\b|\bnurse practitioners?\b"),
        (
            "PA",
            r"\bphysician assistants?\b|\bpa-c\b|\b(?:by|as|our|can|may|if|a|the) pas?\b(?= (?:bill|bills|see|saw|sees|assist|did|perform|perf|can))",
        ),
        (
            "MD",
            r"\bmds?\b|(?<!\bno )\bphysicians?\b(?! fee| services| assistant)|\bm\.d\.|\bd\.o\.|\borthopedists?\b|\bphysiatrists?\b|\bsurgeons?\b|\bdoctors?\b",
        ),
    )
)


_OR_NOT = {
    "PTA": "(?:pta|assistant)", "OTA": "(?:c?ota|assistant)", "SLP": "(?:slp|speech therapist)", "DC": "(?:dc|chiropractor|chiro)",
    "PT": "(?:pt|physical therapist|therapist)", "OT": "(?:ot|occupational therapist|therapist)", "NP": "(?:np|nurse practitioner)",
    "PA": "(?:pa|physician assistant)", "MD": "(?:md|doctor|physician|surgeon)",
}  # fmt: skip
"""Whom "chiropractor or not" leaves open."""


def providers(low: str, text: str) -> tuple[str, ...]:
    """Who rendered the service, as far as the text says. "pt" in lower case is as often the patient: it counts only where the words around it bill or treat."""
    found = [name for name, pattern in _PROVIDERS if pattern.search(low)]
    if (
        "PT" not in found
        and re.search(
            r"\bPT\b(?! (?:is|was|has|has had|eval|evals|with|w/|modifier|and OT|cap|threshold|code|codes|services|plan|came|presents|here|age|here's))",
            text,
        )
        and not text.isupper()
        and re.search(
            r"(?:,|:|;|\(|^|\bby|\bour|\bthe|[Mm]edicare|MCR|mcr) ?PT\b(?:,|:|;|\)|$| (?:did|bills?|billed|saw|treated|gave))",
            text,
        )
    ):
        found.append("PT")
    if (
        "OT" not in found
        and not text.isupper()
        and re.search(
            r"(?:,|:|;|\(|^|\bby|[Mm]edicare|MCR|mcr) ?OT\b(?:,|:|;|\)|$| (?:did|bills?|billed|saw|treated|gave))",
            text,
        )
    ):
        found.append("OT")
    here = re.search(
        r"\b(PT|OT|SLP|DC|NP|PA|PTA|OTA) here\b(?! (?:has|with|for|is|was|today|who))|\b[Ii](?:'m| am) an? (PT|OT|SLP|DC|NP|PA|PTA|OTA)\b",
        text,
    )
    if here and (here[1] or here[2]) not in found:
        found.append(here[1] or here[2])
    if (
        here
        and len(found) > 1
        and not re.search(r"\b(?:and|or|/|by|did|does|do) (?:an? |the |my |our )?(?:pta?|c?ota?|slp)\b", low)
    ):
        found = [here[1] or here[2]]  # "PT here. may I bill an OT evaluation?"
    found = (
        [w for w in found if not re.search(rf"\b{_OR_NOT[w]}s? or not\b", low)] if " or not" in low else found
    )
    if "PTA" in found and "PT" in found and not re.search(r"\b(?:pt|physical therapist) (?!assistant)", low):
        found.remove("PT")
    if (
        "MD" in found
        and "PA" in found
        and re.search(r"physician assistant", low)
        and not re.search(r"\bmd\b|\bphysician(?! assistant)", low)
    ):
        found.remove("MD")
    return tuple(found)
