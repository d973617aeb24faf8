"""Code lookup: one page for a code with everything known about it, each value with source and edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from assistant import codes, rules
from assistant.domain import CitecodeError
from assistant.facts import Facts
from assistant.lookup import lookup
from assistant.pipeline import Assistant
from assistant.rules import fee
from assistant.ui import html, shared
from assistant.understand import Given

EXAMPLES = ("97012", "97140", "97014", "98941", "modifier 59", "neuro re-ed")
LABELS = {
    "status": "Medicare status",
    "glob_days": "Global days",
    "pctc": "PC/TC",
    "mult_proc": "Multiple procedures",
    "bilat_surg": "Bilateral",
    "asst_surg": "Assistant at surgery",
    "co_surg": "Co-surgeons",
    "team_surg": "Team surgery",
    "mue": "MUE, units a day",
    "mai": "MUE adjudication (MAI)",
    "rationale": "MUE rationale",
    "timing": "Timed or untimed",
    "timing_unit": "One unit is",
    "attendance": "Attendance",
    "therapy": "Therapy code list",
    "category": "Category",
    "modifier_51": "Modifier 51",
    "add_on": "Add-on code",
    "meaning": "Meaning",
    "goes_on": "Goes on",
    "ncci": "NCCI edits",
    "endo_base": "Endoscopic base code",
    "work_rvu": "Work RVU",
    "pe_nonfac": "Practice expense, non-facility",
    "pe_fac": "Practice expense, facility",
    "mp": "Malpractice",
    "total_nonfac": "Total, non-facility",
    "total_fac": "Total, facility",
    "conv_factor": "Conversion factor",
}
INDICATORS = {"0": "never both", "1": "both only with a modifier the record supports", "9": "edit withdrawn"}
SHOWN = "timing timing_unit attendance therapy category modifier_51 add_on mue meaning goes_on replacement".split()
TAKEN = {
    *SHOWN,
    *"code name kind date_of_service setting exists exists_because status indicators rvus others edits".split(),
    *"national_amount national_amount_facility not_priced cures warnings".split(),
}
MODIFIERS = "51 59 25 57 50 LT 26 TC 80 62 66 GP GO GN KX CQ CO AT".split()
"""Asked of every procedure; what no rule decides is left out."""
VALUES = {
    "timed_15": "timed, by 15 minutes",
    "one_on_one": "one-on-one",
    "excluded_by_definition": "not reported",
}
"""Values of our own tables that read badly as they stand; everything else is shown as the source prints it."""
MAX_PAGES = 60


def page() -> None:
    """Search above, the record below; the address names the code (`?code=`)."""
    shared.frame()
    shared.heading("Codes", "Search by code, modifier, diagnosis or plain words.")
    with shared.said():
        opened = shared.assistant()
        if "lookup_code" not in st.session_state:
            st.session_state["lookup_code"] = st.query_params.get("code", "")
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        word = left.text_input(
            "Code or words", key="lookup_code", placeholder="97140, 59, M54.12, neuro re-ed"
        )
        day = right.date_input("Date of service", value=None, key="lookup_day", format="YYYY-MM-DD")
        word = word.strip().removeprefix("modifier ").strip()
        if not word:
            st.pills("Examples", EXAMPLES, key="lookup_example", on_change=_choose, args=("lookup_example",))
        else:
            st.query_params["code"] = word
            with shared.said():
                _record(opened, word, day or opened.today)
    shared.footer()


def _choose(key: str) -> None:
    st.session_state["lookup_code"] = st.session_state.pop(key, None) or ""


def _record(opened: Assistant, word: str, when: Any) -> None:
    named = _named(opened, word)
    if named and word.upper() not in named:
        names = opened.names.code_names
        labels = {f"{code} {names.get(code, '')}".strip(): code for code in named}
        chosen = st.pills("Codes these words name", list(labels), key=f"named-{word}")
        if chosen is None and len(named) > 1:
            return
        word = labels[chosen] if chosen else named[0]
    record = lookup(word, opened.facts, opened.names, when)
    shared.show(head(record) + tiles(record))
    if record["kind"] == "procedure":
        _ask_about(record["code"])
    shared.show(values(record, opened.sources))
    if record["kind"] == "procedure":
        shared.show(modifiers(applying(opened, record["code"], when)))
        _fee(opened, record["code"], when)
    if edits := record.get("edits"):
        _edits(opened, record, edits, when)
    if opened.has_index():
        _documents(record["code"])


def _named(opened: Assistant, word: str) -> tuple[str, ...]:
    """The codes that plain words name, as the chat would read them."""
    _, mentions = codes.find(word, opened.names)
    return tuple(dict.fromkeys(m.value for m in mentions if m.kind == "name"))


def _ask_about(code: str) -> None:
    questions = (
        f"What is CPT code {code}?",
        f"Can {code} be billed with modifier 51?",
        f"Is {code} timed?",
        f"How many units of {code} may be billed in a day?",
    )
    picked = st.pills("Ask about this code", questions, key=f"ask-{code}")
    if picked:
        st.session_state.pop(f"ask-{code}", None)
        shared.ask(picked)


def head(record: Mapping[str, Any]) -> str:
    """Code, our own name for it, whether it exists on the date."""
    exists = {"yes": "Exists", "no": "Does not exist", "unknown": "Not known whether it exists"}.get(
        str(record.get("exists")), ""
    )
    because = record.get("exists_because", "")
    line = f"{exists} on {record['date_of_service']}" + (f": {because}" if because else "")
    return (
        f'<div class="cc-plain"><h2 class="cc-code">{html.text(record["code"])} '
        f"<span>{html.text(record.get('name', ''))}</span></h2>"
        f'<p class="cc-lede">{html.text(line if exists else "")}</p></div>'
    )


def tiles(record: Mapping[str, Any]) -> str:
    """What is asked most, at a glance."""
    indicators = record.get("indicators") or {}
    found = [
        ("Medicare status", record.get("status")),
        ("Timing", record.get("timing")),
        ("MUE, units a day", record.get("mue")),
        ("Modifier 51", record.get("modifier_51")),
        ("Global days", indicators.get("glob_days")),
    ]
    cards = [
        _tile(label, entry["value"], entry.get("meaning") or (entry.get("mai") or {}).get("meaning", ""))
        for label, entry in found
        if isinstance(entry, Mapping) and entry.get("value") not in (None, "")
    ]
    if record.get("national_amount") is not None:
        cards.append(
            _tile("Medicare, national", f"${record['national_amount']:.2f}", "non-facility, one unit")
        )
    return f'<div class="cc-plain"><div class="cc-tiles">{"".join(cards)}</div></div>' if cards else ""


def _tile(label: str, value: Any, meaning: str) -> str:
    shown = VALUES.get(str(value), html.words(str(value)))
    size = "" if len(shown) < 9 else ' class="cc-long"'
    return (
        f'<div class="cc-tile"><span>{html.text(label)}</span><b{size}>{html.text(shown)}</b>'
        f"<i>{html.text(html.short(str(meaning), 90))}</i></div>"
    )


def applying(opened: Assistant, code: str, when: date) -> list[tuple[str, str | None, str, str]]:
    """(modifier, verdict, why, where it stands) for the usual modifiers that a rule decides for this code."""
    found: list[tuple[str, str | None, str, str]] = []
    for modifier in MODIFIERS:
        asked = f"Can {code} be billed with modifier {modifier}?"
        question, _ = opened.understand(asked, (), Given(opened.today, when))
        made = [r for r in rules.decide(question, opened.facts, opened.names.code_names) if not r.missing]
        if made and made[0].answer:
            sources = {f.citation.source_id: f.edition for f in made[0].facts}
            where = "; ".join(_source(opened.sources, id, edition) for id, edition in sources.items())
            found.append((modifier, made[0].answer, made[0].sentences[0][0], where))
    return found


def _source(sources: Mapping[str, Any], id: str, edition: str) -> str:
    held = sources.get(id)
    return edition or (held.title if held else id)


def modifiers(found: Sequence[tuple[str, str | None, str, str]]) -> str:
    """The modifiers with the verdict on each and why."""
    if not found:
        return ""
    order = {"yes": 0, "depends": 1, "no": 2}
    rows = "".join(
        f'<tr><th scope="row">{html.text(modifier)}</th><td><span class="cc-tag cc-{verdict}">'
        f"{html.VERDICTS[str(verdict)]}</span></td><td>{html.text(why)}</td>"
        f'<td><span class="cc-meta">{html.text(where)}</span></td></tr>'
        for modifier, verdict, why, where in sorted(found, key=lambda row: order.get(str(row[1]), 3))
    )
    top = "".join(f'<th scope="col">{c}</th>' for c in ("Modifier", "May be reported", "Why", "Source"))
    return (
        '<div class="cc-plain"><h3>Modifiers</h3><div class="cc-scroll" tabindex="0"><table class="cc-grid cc-edits">'
        f"<thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table></div></div>"
    )


def _fee(opened: Assistant, code: str, when: date) -> None:
    """The Medicare amount where one is, step by step."""
    held = opened.facts.subjects(when, "gpci", "*")
    with st.expander("Fee by locality", icon=":material/payments:"):
        if not held:
            st.caption(
                "No GPCI file of this year is loaded, so only the national amount is known: load it with "
                "`python ingest.py tables GPCI2026.csv`, or in the Library."
            )
            return
        names = {subject: _locality(opened.facts, subject, when) for subject in held}
        place = st.selectbox(
            "Locality",
            list(names),
            index=None,
            key="fee_place",
            format_func=lambda s: names.get(s, s),
            accept_new_options=True,
            placeholder="Choose one, or type a ZIP code",
        )
        if place:
            with shared.said():
                shared.show(amounts(fee.from_words([code], opened.facts, when, locality=place)))


def _locality(facts: Facts, subject: str, when: date) -> str:
    found = facts.on(when, "gpci", subject, "name").fact
    return f"{found.value.rstrip('*').title()} ({subject})" if found else subject


def amounts(record: Mapping[str, Any]) -> str:
    """A fee with its working."""
    parts = []
    for line in record["lines"]:
        if line["amount"] is None:
            parts.append(f"<p>{html.text(line['not_priced'])}</p>")
            continue
        steps = "".join(
            f"<li>{html.text(step['step'])}: <b>${step['amount']:.2f}</b></li>" for step in line["steps"]
        )
        parts.append(
            f'<p class="cc-big">${line["amount"]:.2f} <span>{html.text(record["label"])}</span></p><ol>{steps}</ol>'
        )
    parts.append(html.warnings([str(w) for w in record["warnings"]]))
    return f'<div class="cc-plain cc-turn">{"".join(parts)}</div>'


def values(record: Mapping[str, Any], sources: Mapping[str, Any]) -> str:
    """Everything but the edits, as tables: what, value and its meaning in words, where it stands."""
    main: list[str] = []
    if status := record.get("status"):
        main.append(_row("status", status, sources))
    for key in SHOWN:
        entry = record.get(key)
        if isinstance(entry, Mapping) and "value" in entry:
            main.append(_row(key, entry, sources))
            main += [_row(k, entry[k], sources) for k in ("mai", "rationale") if k in entry]
        elif isinstance(entry, Mapping):
            main += [
                _row(f"{key} ({name})", e, sources) for name, e in entry.items() if isinstance(e, Mapping)
            ]
    for key, extra in record.items():
        if key not in TAKEN:
            main += _extra(key, extra, sources)
    parts = [_table("What is known", main)]
    indicators = record.get("indicators", {})
    parts.append(_table("Fee schedule indicators", [_row(k, e, sources) for k, e in indicators.items() if e]))
    rvus = [_row(k, e, sources) for k, e in record.get("rvus", {}).items() if e]
    if record.get("national_amount") is not None:
        amounts = {
            "Medicare amount, national, non-facility": record["national_amount"],
            "Medicare amount, national, facility": record.get("national_amount_facility"),
        }
        rvus = [
            f'<tr><th scope="row">{label}</th><td><b>${html.text(amount)}</b></td><td>RVU x conversion factor</td></tr>'
            for label, amount in amounts.items()
            if amount is not None
        ] + rvus
    if record.get("not_priced"):
        parts.append(f"<p>{html.text(record['not_priced'])}</p>")
    parts.append(_table("Values and amount", rvus))
    parts.append(html.warnings([str(w) for w in record.get("warnings", [])]))
    if record.get("cures"):
        cures = "".join(f"<li>{html.text(c)}</li>" for c in record["cures"])
        parts.append(f'<div class="cc-over"><p><b>Not loaded.</b></p><ul>{cures}</ul></div>')
    return f'<div class="cc-plain cc-turn">{"".join(parts)}</div>'


def _extra(key: str, entry: Any, sources: Mapping[str, Any]) -> list[str]:
    """What a record holds beyond the known parts (diagnoses, primary codes, lists), whatever its shape."""
    if isinstance(entry, Mapping):
        if "value" in entry:
            return [_row(key, entry, sources)]
        return [_row(f"{key} {k}", e, sources) for k, e in entry.items() if isinstance(e, Mapping)]
    if isinstance(entry, Sequence) and not isinstance(entry, str):
        items = "; ".join(_said(e) for e in entry)
        return (
            [f'<tr><th scope="row">{_label(key)}</th><td colspan="2">{html.text(items)}</td></tr>']
            if items
            else []
        )
    if entry in (None, ""):
        return []
    return [f'<tr><th scope="row">{_label(key)}</th><td colspan="2">{html.text(entry)}</td></tr>']


def _said(entry: Any) -> str:
    if isinstance(entry, Mapping):
        return " ".join(
            str(v) for k, v in entry.items() if k not in {"source_id", "locator", "warning"} and v
        )
    return str(entry)


def _label(key: str) -> str:
    return html.text(LABELS.get(key) or html.words(key).capitalize())


def _row(key: str, entry: Mapping[str, Any], sources: Mapping[str, Any]) -> str:
    meaning = f'<span class="cc-mean">{html.text(entry["meaning"])}</span>' if entry.get("meaning") else ""
    source = sources.get(entry.get("source_id", ""))
    said = str(entry.get("edition") or (source.title if source else entry.get("source_id", "")))
    where = html.link(said, source.url if source else "")
    known = str(entry.get("confidence") or "official")
    value = VALUES.get(str(entry["value"]), html.words(str(entry["value"])))
    return (
        f'<tr><th scope="row">{_label(key)}</th><td><b>{html.text(value)}</b>{meaning}</td>'
        f'<td><span class="cc-meta" title="{html.text(source.title if source else "")}">{where}</span> '
        f'<span class="cc-known cc-{html.text(known)}" title="{html.text(html.CONFIDENCE.get(known, known))}">'
        f"{html.text(known)}</span></td></tr>"
    )


def _table(title: str, rows: Iterable[str]) -> str:
    body = "".join(rows)
    if not body:
        return ""
    return (
        f'<h3>{html.text(title)}</h3><div class="cc-scroll" tabindex="0"><table class="cc-grid"><thead><tr><th scope="col">What</th>'
        f'<th scope="col">Value</th><th scope="col">Source</th></tr></thead><tbody>{body}</tbody></table></div>'
    )


def _edits(opened: Assistant, record: Mapping[str, Any], first: Mapping[str, Any], when: Any) -> None:
    pairs = list(first.get("pairs", []))
    for number in range(2, min(int(first.get("pages", 1)), MAX_PAGES) + 1):
        more = lookup(record["code"], opened.facts, opened.names, when, page=number)
        pairs += more["edits"]["pairs"]
    shared.show(f'<div class="cc-plain"><h3>PTP edits in force: {html.text(first["total"])}</h3></div>')
    if pairs:
        wanted = st.text_input(
            "Filter edits", key="edit_filter", placeholder="A code, or words of the rationale"
        )
        shared.show(edits_table(record["code"], pairs, wanted or ""))
    note = " ".join(str(first[k]) for k in ("note", "warning") if first.get(k))
    shared.show(html.warnings([note] if note else []))


def edits_table(code: str, pairs: Sequence[Mapping[str, Any]], wanted: str = "") -> str:
    """The edits of a code; `wanted`: only rows that hold all these words."""
    rows = []
    for pair in pairs:
        indicator = str(pair["modifier_indicator"])
        cells = [
            pair["column1"], pair["column2"], f"{indicator}: {INDICATORS.get(indicator, '')}", pair.get("rationale", ""), pair.get("edition", ""),
        ]  # fmt: skip
        if all(word.lower() in " ".join(map(str, cells)).lower() for word in wanted.split()):
            other = pair["column2"] if pair["column1"] == code else pair["column1"]
            mine = "column 1" if pair["column1"] == code else "column 2"
            rows.append(
                f'<tr><th scope="row"><a href="codes?code={html.text(other)}" target="_self">{html.text(other)}</a></th>'
                f"<td>{mine}</td>" + "".join(f"<td>{html.text(c)}</td>" for c in cells[2:]) + "</tr>"
            )
    if not rows:
        return '<div class="cc-plain"><p>No edit here holds these words.</p></div>'
    columns = ("Other code", f"{html.text(code)} is", "Modifier indicator", "Rationale", "Edition")
    top = "".join(f'<th scope="col">{c}</th>' for c in columns)
    return (
        f'<div class="cc-plain cc-turn cc-scroll" tabindex="0"><table class="cc-grid cc-edits"><thead><tr>{top}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _documents(code: str) -> None:
    try:
        found = shared.ready().search(code, 6)
    except CitecodeError as error:
        st.caption(shared.plain(str(error)))
        return
    titles = dict.fromkeys((p.document, p.title) for p in found if code in p.quote)
    if titles:
        items = "".join(
            f'<li><a href="library?doc={html.address(name)}" target="_self">{html.text(title)}</a></li>'
            for name, title in titles
        )
        shared.show(f'<div class="cc-plain cc-turn"><h3>Documents that mention it</h3><ul>{items}</ul></div>')
