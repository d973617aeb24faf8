"""A record -> HTML, every text in it escaped. Pure; the only place that writes tags for an answer.

Of Markdown it knows what `guard` writes and nothing more: bold, a list, a command in backquotes, a backslash before a
sign, `[n]`.
A tag, a link or an image in a document, a question or a model's answer comes out as its characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from assistant.render import printable

CONFIDENCE = {
    "official": "read on an official page or computed from a CMS file",
    "reported": "from trade press or several secondary pages that agree",
    "recalled": "known from the named document, not read again",
}
STATUS = {
    "cited": "From the documents",
    "unanswered": "Not in the sources",
    "refused": "Out of scope",
}
VERDICTS = {"yes": "Yes", "no": "No", "depends": "Depends"}
_INLINE = re.compile(r"\\([\\`*_\[\]<>|~])|(\*\*)| ?((?:\[\d{1,3}\])+)|`([^`\n]{1,200})`")
_ACRONYMS = frozenset(
    "abn aoc cms cpt em gpci hcpcs icd10 kx mac mai mpfs mppr mue ncci opps pctc ptp rvu va".split()
)
_CLOSED = re.compile(r"\*\*( ?(?:\[\d{1,3}\])+)")
_LEAD = re.compile(r"\*\*(?:Yes|No)\.\*\*\s+")
_FIRST = re.compile(r"([^\n]{1,400}?[.!?)]\*{0,2} ?(?:\[\d{1,3}\])+\*{0,2})(?:\s+|$)")


def text(value: object) -> str:
    """Any value as text of a page."""
    return escape(printable(str(value)), quote=True)


def address(value: object) -> str:
    """Any value as part of a query string."""
    return quote(str(value), safe="")


def words(name: str) -> str:
    """An identifier as words: modifier_51 -> modifier 51, mpfs -> MPFS."""
    return " ".join(w.upper() if w in _ACRONYMS or len(w) == 1 else w for w in name.split("_"))


def body(markdown: str, marks: int, key: str, lead: bool = False) -> str:
    """The answer's text: paragraphs, lists, bold, and a button for every `[n]` up to `marks`.

    `lead`: the first sentence stands by itself, because it is the answer."""
    parts: list[str] = []
    items: list[str] = []
    if lead and (first := _FIRST.match(markdown)):
        parts.append(f'<p class="cc-lead">{_inline(first.group(1), marks, key)}</p>')
        markdown = markdown[first.end() :]
    for line in [*markdown.split("\n"), ""]:
        if line.startswith("- "):
            items.append(f"<li>{_inline(line[2:], marks, key)}</li>")
            continue
        if items:
            parts.append(f"<ul>{''.join(items)}</ul>")
            items = []
        if line.strip():
            parts.append(f"<p>{_inline(line, marks, key)}</p>")
    return "".join(parts)


def _inline(line: str, marks: int, key: str) -> str:
    line = _CLOSED.sub(r"\1**", line)  # marks stay with the bold sentence they belong to
    out: list[str] = []
    at, bold = 0, False
    for found in _INLINE.finditer(line):
        out.append(text(line[at : found.start()]))
        at = found.end()
        sign, stars, run, code = found.groups()
        if sign:
            out.append(text(sign))
        elif code:
            out.append(f"<code>{text(code)}</code>")
        elif stars:
            out.append("</strong>" if bold else "<strong>")
            bold = not bold
        else:
            numbers = [int(n) for n in re.findall(r"\d+", run)]
            if not all(1 <= n <= marks for n in numbers):
                out.append(text(found.group()))
                continue
            # The marks stay with the word before them, or they would open a line of their own.
            rest, space, last = out[-1].rstrip().rpartition(" ")
            buttons = "".join(_mark(n, key) for n in numbers)
            out[-1] = f'{rest}{space}<span class="cc-nb">{last}{buttons}</span>'
    out.append(text(line[at:]))
    if bold:
        out.append("</strong>")
    return "".join(out)


def _mark(n: int, key: str) -> str:
    return f'<button class="cc-mark" popovertarget="{key}-{n}" aria-label="Evidence {n}">{n}</button>'


def answer(record: Mapping[str, Any], key: str) -> str:
    """One turn: the question, the verdict with its badge, the reason, warnings, why, and the evidence."""
    made = record["answer"]
    citations, rulings = made["citations"], [r for r in made["rulings"] if not r.get("missing")]
    markdown = str(made["text"])
    if made["verdict"] in ("yes", "no") and len(rulings) == 1:
        markdown = _LEAD.sub("", markdown, count=1)  # the verdict stands above it already
    parts = [
        '<section class="cc-turn">',
        f'<h2 class="cc-q">{text(made["question"])}</h2>',
        '<div class="cc-a">',
        head(record),
        f'<div class="cc-text">{body(markdown, len(citations), key, lead=True)}</div>',
        overruled(record, key),
        warnings(made["warnings"]),
        sources(record, key),
        why(record),
        "</div>",
        *(
            drawer(f"{key}-{c['n']}", f"Evidence {c['n']}", c, e, record, (c["n"], len(citations)))
            for c, e in zip(citations, record["evidence"], strict=True)
        ),
        "</section>",
    ]
    return "".join(parts)


def head(record: Mapping[str, Any]) -> str:
    """The verdict, and the badge that names rule, source and dates."""
    made = record["answer"]
    verdict, status = made["verdict"], made["status"]
    rulings = [r for r in made["rulings"] if not r.get("missing")]
    if verdict:
        pill = f'<span class="cc-verdict cc-{verdict}">{VERDICTS[verdict]}</span>'
    elif rulings:
        pill = '<span class="cc-verdict cc-ruled">Ruled</span>'
    else:
        pill = f'<span class="cc-verdict cc-{text(status)}">{text(STATUS.get(status, status))}</span>'
    badges = [_rule_badge(r, record) for r in rulings[:4]]
    if len(rulings) > 4:
        badges.append(f'<span class="cc-badge">and {len(rulings) - 4} more rules</span>')
    if not rulings and status == "cited":
        badges.append('<span class="cc-badge">no rule decides this; every sentence is quoted</span>')
    badges.append(f'<span class="cc-badge cc-scope">{_scope(made["context"])}</span>')
    return f'<div class="cc-head">{pill}<div class="cc-badges">{"".join(badges)}</div></div>'


def _rule_badge(ruling: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    topic, _, ground = str(ruling["rule"]).partition(".")
    name = f"<b>{text(words(topic))}</b>" + (f": {text(words(ground))}" if ground else "")
    facts = ruling["facts"]
    if not facts:
        return f'<span class="cc-badge">{name}</span>'
    first = facts[0]
    source = record["sources"].get(first["citation"]["source_id"], {})
    edition = source.get("edition") or first["edition"]
    title = source.get("title") or first["citation"]["source_id"]
    return (
        f'<span class="cc-badge">{name} <span class="cc-src">· {text(title)}'
        f"{', ' + text(edition) if edition and edition not in title else ''}; "
        f'<span class="cc-nb">{text(span(first))}</span></span></span>'
    )


def _scope(context: Mapping[str, Any]) -> str:
    parts = [f"date of service {context['date_of_service']}"]
    parts.append(f"payer {words(context['payer'])}" if context["payer"] else "payer not given")
    if context["setting"] != "practitioner":
        parts.append(words(context["setting"]))
    if context["rendered_by"]:
        parts.append(f"rendered by {context['rendered_by']}")
    return text(", ".join(parts))


def span(fact: Mapping[str, Any]) -> str:
    """The dates a fact holds for, in words."""
    if fact["effective_to"]:
        return f"{fact['effective_from']} to {fact['effective_to']}"
    return f"since {fact['effective_from']}"


def warnings(lines: Sequence[str]) -> str:
    """All warnings in one quiet line."""
    if not lines:
        return ""
    return f'<p class="cc-warn" role="note">{" ".join(text(line) for line in lines)}</p>'


def overruled(record: Mapping[str, Any], key: str) -> str:
    """What a document or a model said against a ruling, struck through; what a model said is opened by asking."""
    said: dict[bool, list[str]] = {True: [], False: []}
    for i, (o, e) in enumerate(zip(record["answer"]["overruled"], record["overruled_evidence"], strict=True)):
        cited = bool(o.get("citation"))
        origin = "The draft" if o.get("origin") in (None, "", "none") else o["origin"]
        mark = dialog = ""
        if cited and e:
            mark = (
                f' <button class="cc-mark" popovertarget="{key}-o{i}" '
                'aria-label="Where it says so">source</button>'
            )
            dialog = drawer(f"{key}-o{i}", "Overruled", o["citation"], e, record)
        said[cited].append(
            f"<li><span>{text(origin)} says{', on ' + text(words(o['topic'])) if o['topic'] else ', without support'}:</span> "
            f"<del>{text(o['text'])}</del>{mark}{dialog}</li>"
        )
    documents, drafts = said[True], said[False]
    parts = ['<div class="cc-over">'] if documents or drafts else []
    if documents:
        parts.append(
            "<p><b>Overruled.</b> A document contradicts a hard fact here and was not used:</p>"
            f"<ul>{''.join(documents)}</ul>"
        )
    if drafts:
        n = f"{len(drafts)} sentence{'' if len(drafts) == 1 else 's'}"
        parts.append(
            f"<details><summary>Show what the model said: {n} not used</summary>"
            f"<ul>{''.join(drafts)}</ul></details>"
        )
    return "".join(parts) + ("</div>" if parts else "")


def sources(record: Mapping[str, Any], key: str) -> str:
    """The numbered list under the answer; each line opens the same evidence as its mark."""
    rows = []
    for c, e in zip(record["answer"]["citations"], record["evidence"], strict=True):
        where = e.get("title") if e["kind"] == "span" else words(str(c["document"]).removeprefix("facts/"))
        quote = c["quote"] if e["kind"] == "span" else _cells(e)
        rows.append(
            f'<li><button class="cc-source" popovertarget="{key}-{c["n"]}"><span class="cc-n">{c["n"]}</span>'
            f'<span class="cc-what"><b>{text(where)}</b> <span class="cc-quote">{text(short(quote))}</span>'
            f'<span class="cc-pub">{text(_published(c))}</span></span></button></li>'
        )
    return f'<ol class="cc-sources" aria-label="Sources">{"".join(rows)}</ol>' if rows else ""


def _cells(entry: Mapping[str, Any]) -> str:
    cited = [r for r in entry["rows"] if r.get("cited")]
    return (
        "; ".join(f"{r['subject']}, {words(r['field'])} = {words(r['value'])}" for r in cited)
        or entry["quote"]
    )


def _published(citation: Mapping[str, Any]) -> str:
    title, edition = str(citation["title"]), str(citation["edition"])
    return title if not edition or edition in title else f"{title} ({edition})"


def short(value: str, most: int = 160) -> str:
    """One line of at most `most` characters, cut at a word."""
    line = " ".join(value.split())
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0] + "…"


def why(record: Mapping[str, Any]) -> str:
    """The rulings and every fact they used, how each is known, and what made the answer."""
    made = record["answer"]
    rulings = "".join(_why_ruling(r, record) for r in made["rulings"])
    understood = ", ".join(
        f"{words(a['topic'])}, {words(a['form'])}"
        f"{' (put in the negative)' if a['polarity'] == 'negative' else ''}"
        for a in made.get("understood", [])
    )
    manifest = made["manifest"]
    steps = record.get("steps") or ()
    lines = [f"{what}: {detail}" for what, detail in steps] or [
        f"Read as: {made['standalone_question']}" if made["standalone_question"] != made["question"] else "",
        f"Asks: {understood}"
        if understood
        else "Asks nothing a rule decides; answered from documents, if at all.",
    ]
    meta = [
        f"Citecode {manifest.get('version', '')}",
        f"model {manifest.get('model', 'none')}",
        f"facts {str(manifest.get('facts', ''))[:12]}",
        f"answered in {made['timings_ms'].get('total', 0):.0f} ms",
    ]
    return (
        '<details class="cc-why"><summary>Why</summary>'
        + "".join(f"<p>{text(line)}</p>" for line in lines if line)
        + rulings
        + f'<p class="cc-meta">{text(" · ".join(meta))}</p></details>'
    )


def _why_ruling(ruling: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    said = f"{ruling['verdict'] or 'no verdict'}" if not ruling.get("missing") else "lacks its table"
    facts = "".join(f"<li>{fact(f, record)}</li>" for f in ruling["facts"])
    missing = f"<p>{text(ruling['missing'])}</p>" if ruling.get("missing") else ""
    return (
        f"<h3><code>{text(ruling['rule'])}</code> {text(said)} "
        f'<span class="cc-meta">on {text(", ".join(ruling["subjects"]))}</span></h3>{missing}'
        f'<ul class="cc-facts">{facts}</ul>'
    )


def fact(f: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """One fact: table, subject, field, value; dates, authority, edition; how it is known; where."""
    source = record["sources"].get(f["citation"]["source_id"], {})
    title, known = source.get("title") or f["citation"]["source_id"], str(f["confidence"])
    limits = [
        f"setting {words(f['setting'])}" if f["setting"] else "",
        f"payer {f['payer']}" if f["payer"] else "",
    ]
    details = [span(f), f["authority"], f["edition"], *limits]
    return (
        f'<span class="cc-fact"><code>{text(words(f["table"]))}</code> {text(f["subject"])}, '
        f"{text(words(f['field']))} = <b>{text(f['value'])}</b></span> "
        f'<span class="cc-known cc-{text(known)}" title="{text(CONFIDENCE.get(known, known))}">'
        f"{text(known)}</span>"
        f'<span class="cc-meta">{text(" · ".join(d for d in details if d))}</span>'
        f'<span class="cc-meta">{link(title, source.get("url", ""))}'
        f": {text(f['citation']['locator'])}</span>"
    )


def link(label: str, url: str) -> str:
    """A source's name, linked where the register gives an https address; opened only when it is clicked."""
    if not re.fullmatch(r"https://[^\s\"'<>`]+", url):
        return text(label)
    return f'<a href="{text(url)}" target="_blank" rel="noopener noreferrer">{text(label)}</a>'


def drawer(
    id: str,
    title: str,
    citation: Mapping[str, Any],
    entry: Mapping[str, Any],
    record: Mapping[str, Any],
    place: tuple[int, int] = (1, 1),
) -> str:
    """The panel a mark opens: the quoted span in its document, or the row of the table, and its source.

    `place`: which of how many; its arrows lead to the others."""
    inside = _document(entry) if entry["kind"] == "span" else _table(entry)
    heading = (
        entry.get("title") if entry["kind"] == "span" else words(str(entry["table"]).removeprefix("facts/"))
    )
    about = [
        ("Source", link(_published(citation), str(citation["url"]))),
        ("Publisher", text(citation["publisher"])),
        ("Place", text(citation["locator"])),
    ]
    if entry["kind"] == "span":
        span_ = f"{entry['document']}, characters {entry['start']} to {entry['end']}"
        whole = f'<a href="library?doc={address(entry["document"])}" target="_self">the whole document</a>'
        about.append(("Stored as", f"<code>{text(span_)}</code> {whole}"))
    rows = "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in about if v)
    return (
        f'<div class="cc-drawer" popover="auto" id="{id}" role="dialog" aria-label="{text(title)}">'
        f'<div class="cc-drawer-head"><span>{text(title)}{f" of {place[1]}" if place[1] > 1 else ""}</span>{_steps(*place)}'
        f'<button class="cc-close" popovertarget="{id}" popovertargetaction="hide">Close</button></div>'
        f'<h3>{text(heading)}</h3><dl class="cc-about">{rows}</dl>{inside}</div>'
    )


def _steps(n: int, of: int) -> str:
    """Back and forth between the pieces of evidence; keys.js moves."""
    if of < 2:
        return ""
    return "".join(
        f'<button class="cc-close" data-go="{by}" aria-label="{label}"{" disabled" if out else ""}>{sign}</button>'
        for by, label, sign, out in (
            (-1, "Evidence before", "←", n == 1),
            (1, "Next evidence", "→", n == of),
        )
    )


def _document(entry: Mapping[str, Any]) -> str:
    note = f'<p class="cc-warn">{text(entry["note"])}</p>' if entry["note"] else ""
    before = ("…" if entry["cut_before"] and entry["before"] else "") + str(entry["before"])
    after = str(entry["after"]) + ("…" if entry["cut_after"] and entry["after"] else "")
    return (
        f'{note}<div class="cc-doc" tabindex="0" aria-label="The document, the quoted words marked">'
        f"{text(before)}<mark>{text(entry['quote'])}</mark>{text(after)}</div>"
    )


def _table(entry: Mapping[str, Any]) -> str:
    # The cited cell comes first, whatever its column.
    rows = "".join(_cell(r) for r in sorted(entry["rows"], key=lambda r: not r.get("cited")))
    if not rows:
        return f'<div class="cc-doc"><mark>{text(entry["quote"])}</mark></div>'
    cited = next((r for r in entry["rows"] if r.get("cited")), entry["rows"][0])
    known = str(cited["confidence"])
    edition = f"Edition {text(cited['edition'])}. " if cited["edition"] else ""
    return (
        '<table class="cc-row"><thead><tr><th scope="col">Subject</th><th scope="col">Field</th>'
        f'<th scope="col">Value</th><th scope="col">In force</th></tr></thead><tbody>{rows}</tbody></table>'
        f'<p class="cc-meta">{edition}Authority {text(cited["authority"])}. How it is known: {text(known)}, '
        f"{text(CONFIDENCE.get(known, ''))}.</p>"
    )


def _cell(r: Mapping[str, Any]) -> str:
    value = f"<mark>{text(r['value'])}</mark>" if r.get("cited") else text(r["value"])
    return (
        f'<tr class="{"cc-cited" if r.get("cited") else ""}"><td>{text(r["subject"])}</td>'
        f"<td>{text(words(r['field']))}</td><td>{value}</td><td>{text(span(r))}</td></tr>"
    )
