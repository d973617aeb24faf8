"""Library: the documents and tables that answers come from; add, remove, and look inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from assistant.domain import SETTINGS
from assistant.facts import TableInfo
from assistant.pipeline import Assistant
from assistant.retrieval import builds
from assistant.retrieval.index import USER, Entry
from assistant.ui import html, runs, shared

DOCUMENTS = ["md", "markdown", "txt", "html", "htm", "pdf", "docx", "csv"]
TABLES = ["zip", "txt", "csv", "xlsx", "gz"]


def page() -> None:
    shared.frame()
    with shared.said():
        opened = shared.assistant()
        entries = builds.held(opened.config.index)
        if name := st.query_params.get("doc"):
            _document(opened, name, entries)
        else:
            shared.heading(
                "Library", "What answers are cited from: documents, and tables with their editions."
            )
            _told()
            documents, tables = st.tabs(["Documents", "Tables"])
            with documents, shared.said():
                _documents(entries)
            with tables, shared.said():
                _tables(opened)
    shared.footer()


def _told() -> None:
    """What the last run said; kept over the rerun that shows its effect."""
    told = st.session_state.pop("library_told", None)
    if told:
        status, lines = told
        show = st.success if status == 0 else st.error
        show(shared.plain("\n".join(lines)) or "Done.")


def _finished(status: int, *texts: str) -> None:
    st.session_state["library_told"] = (status, runs.messages(*texts))
    st.rerun()


def _documents(entries: Sequence[Entry]) -> None:
    box = st.expander("Add documents", icon=":material/upload_file:", expanded=not entries)
    with box, st.form("add", clear_on_submit=True, border=False):
        files = st.file_uploader(
            "Files: Markdown, text, HTML, PDF, Word, CSV", type=DOCUMENTS, accept_multiple_files=True
        )
        one, two, three = st.columns(3)
        payer = one.text_input("Payer", placeholder="If it is a payer's policy")
        edition = two.text_input("Edition", placeholder="Optional")
        since = three.date_input("In force from", value=None, format="YYYY-MM-DD")
        if st.form_submit_button("Add to the index", type="primary") and files:
            paths = runs.keep([(f.name, f.getvalue()) for f in files])
            said = _said(payer, edition, since)
            status, out, err = _ingest("Adding documents", *map(str, paths), *said)
            _forget(paths)
            _finished(status, out, err)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    wanted = left.text_input("Filter documents", key="doc_filter", placeholder="Words of the title or name")
    if right.button("Re-index the corpus", width="stretch", icon=":material/sync:"):
        _finished(*_ingest("Reading the corpus"))
    shown = [e for e in entries if _holds(f"{e.name} {e.document.title}", wanted or "")]
    own = [e for e in shown if e.origin == USER]
    if not entries:
        st.info(
            "Nothing is indexed yet. `Re-index the corpus` builds the index from Citecode's own articles."
        )
    if own:
        shared.show('<div class="cc-plain"><h3>Yours</h3></div>')
    for entry in own:
        _own(entry)
    shared.show(listing([e for e in shown if e.origin != USER], "Citecode's own articles"))


STEPS = {
    "cutting": "Cutting into passages",
    "embedding": "Embedding",
    "writing": "Writing the index",
    "checking": "Holding against the facts",
}


def _ingest(what: str, *arguments: str) -> tuple[int, str, str]:
    """Run ingest.py and show how far it is."""
    bar = st.progress(0.0, text=what)

    def heard(line: str) -> None:
        if step := runs.progress(line):
            name, done, of = step
            share = done / of if of else 1.0
            bar.progress(min(share, 1.0), text=f"{STEPS.get(name, name)}: {done} of {of}")

    return runs.follow(heard, "ingest.py", "--progress", *arguments)


def _said(payer: str, edition: str, since: date | None) -> list[str]:
    """What was typed about the files, as options of ingest.py."""
    pairs = (
        ("--payer", payer.strip()),
        ("--edition", edition.strip()),
        ("--effective-from", since and since.isoformat()),
    )
    return [f"{option}={value}" for option, value in pairs if value]


def _forget(paths: Sequence[Path]) -> None:
    """Files that were refused are not kept."""
    held = {e.document.path for e in builds.held(shared.assistant().config.index)}
    for path in paths:
        if str(path.absolute()) not in held:
            path.unlink(missing_ok=True)


def _own(entry: Entry) -> None:
    left, right = st.columns([5, 1], vertical_alignment="center")
    with left:
        shared.show(
            f'<div class="cc-plain cc-turn">{_title(entry)}<span class="cc-meta">{html.text(_about(entry))}</span></div>'
        )
    with right, st.popover("Remove", width="stretch", key=f"remove-{entry.key}"):
        st.write("Take this document out of the index?")
        if st.button("Remove it", key=f"sure-{entry.key}", type="primary"):
            status, out, err = _ingest("Removing", f"--remove={entry.name}")
            if status == 0 and Path(entry.document.path).parent == runs.uploads():
                Path(entry.document.path).unlink(missing_ok=True)
            _finished(status, out, err)


def _holds(text: str, wanted: str) -> bool:
    return all(word in text.lower() for word in wanted.lower().split())


def _title(entry: Entry) -> str:
    return (
        f'<a href="library?doc={html.address(entry.name)}" target="_self">'
        f"{html.text(entry.document.title or entry.name)}</a> "
    )


def _about(entry: Entry) -> str:
    d = entry.document
    since, until = d.word("effective_from"), d.word("effective_to")
    dates = f"in force {since} to {until}" if since and until else f"in force since {since}" if since else ""
    kind = "" if entry.origin != USER and d.kind == "markdown" else d.kind
    parts = (kind, d.word("payer"), d.word("edition"), dates)
    return " · ".join(part for part in parts if part)


def listing(entries: Sequence[Entry], title: str) -> str:
    """A table of documents, each leading to its text."""
    if not entries:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{_title(e)}</th><td>{html.text(_about(e))}</td><td>{e.rows[1] - e.rows[0]}</td></tr>'
        for e in entries
    )
    return (
        f'<div class="cc-plain cc-turn"><h3>{html.text(title)}: {len(entries)}</h3><div class="cc-scroll" tabindex="0">'
        '<table class="cc-grid cc-lib"><thead><tr><th scope="col">Title</th><th scope="col">About</th>'
        f'<th scope="col">Passages</th></tr></thead><tbody>{rows}</tbody></table></div></div>'
    )


def _document(opened: Assistant, name: str, entries: Sequence[Entry]) -> None:
    """One stored document, exactly as citations count it, with its passages on demand."""
    if st.button("All documents", icon=":material/arrow_back:", type="tertiary"):
        st.query_params.clear()
        st.rerun()
    with shared.said():
        stored = shared.ready().document(name)
        entry = next((e for e in entries if e.name == name), None)
        shared.heading(stored.title or name, f"{_about(entry) if entry else stored.kind} · stored as {name}")
        pieces: list[tuple[int, int]] = []
        if entry and st.toggle("Show the passages it is searched by"):
            chunks: Any = shared.ready().searcher().index.chunks
            pieces = [(int(chunks[row][1]), int(chunks[row][2])) for row in range(*entry.rows)]
        shared.show(body(stored.text, pieces))


def body(text: str, pieces: Sequence[tuple[int, int]] = ()) -> str:
    """The text of a document; with `pieces`, cut into the passages it is searched by."""
    if not pieces:
        return f'<div class="cc-plain"><div class="cc-doc">{html.text(text)}</div></div>'
    cards = "".join(
        f'<li><p class="cc-meta">passage {n}, characters {start} to {end}</p>'
        f'<div class="cc-doc">{html.text(text[start:end])}</div></li>'
        for n, (start, end) in enumerate(pieces, 1)
    )
    return f'<div class="cc-plain"><ol class="cc-pieces">{cards}</ol></div>'


def _tables(opened: Assistant) -> None:
    box = st.expander("Load CMS files", icon=":material/upload_file:")
    with box, st.form("load", clear_on_submit=True, border=False):
        files = st.file_uploader(
            "Files as CMS publishes them: zip, txt, csv, xlsx", type=TABLES, accept_multiple_files=True
        )
        one, two = st.columns(2)
        edition = one.text_input("Edition", placeholder="2026-07-01, only where the file does not say it")
        setting = two.selectbox(
            "Setting", SETTINGS, index=None, placeholder="Only where the file does not say it"
        )
        if st.form_submit_button("Load", type="primary") and files:
            paths = runs.keep([(f.name, f.getvalue()) for f in files])
            said = [f"--edition={edition.strip()}"] if edition.strip() else []
            said += [f"--setting={setting}"] if setting else []
            with st.spinner("Recognising and loading"):
                status, out, err = runs.run("ingest.py", "tables", *map(str, paths), *said)
            for path in paths:  # the store holds their content
                path.unlink(missing_ok=True)
            _finished(status, out, err)
    loaded = opened.facts.store.editions() if opened.facts.store else ()
    rows = [
        (html.words(e.table), e.edition, html.words(e.setting or ""), e.effective_from, e.covers_to)
        for e in loaded
    ]
    shared.show(editions("Loaded CMS files", rows, opened.today))
    if not rows:
        st.caption("No CMS file is loaded; the tables below are what Citecode brings along.")
    shared.show(shipped(opened.facts.tables(), opened.today))


def state(since: date, until: date | None, today: date) -> str:
    """Whether an edition covers a day, in words."""
    if since > today:
        return f"not in force before {since}"
    if until is not None and until < today:
        return f"covered to {until}"
    return "in force"


def editions(title: str, rows: Sequence[tuple[str, str, str, date, date | None]], today: date) -> str:
    """Editions with their dates and what that means today."""
    if not rows:
        return ""
    body_ = "".join(
        f'<tr><th scope="row">{html.text(table)}</th><td>{html.text(edition)}{" · " + html.text(setting) if setting else ""}</td>'
        f"<td>{since}{f' to {until}' if until else ''}</td><td>{state(since, until, today)}</td></tr>"
        for table, edition, setting, since, until in rows
    )
    return (
        f'<div class="cc-plain cc-turn"><h3>{html.text(title)}</h3><div class="cc-scroll" tabindex="0"><table class="cc-grid"><thead><tr>'
        '<th scope="col">Table</th><th scope="col">Edition</th><th scope="col">Covers</th><th scope="col">Today</th>'
        f"</tr></thead><tbody>{body_}</tbody></table></div></div>"
    )


def shipped(tables: Sequence[TableInfo], today: date) -> str:
    """The fact tables that come with Citecode."""
    rows = []
    for info in tables:
        dated = "; ".join(f"{e.name} ({state(e.effective_from, e.covers_to, today)})" for e in info.editions)
        rows.append(
            f'<tr><th scope="row">{html.text(html.words(info.name))}</th><td>{html.text(info.description)}</td>'
            f"<td>{html.text(dated or info.authority)}</td><td>{info.rows}</td></tr>"
        )
    return (
        f'<div class="cc-plain cc-turn"><h3>Fact tables: {len(rows)}</h3><div class="cc-scroll" tabindex="0"><table class="cc-grid"><thead><tr>'
        '<th scope="col">Table</th><th scope="col">A row says</th><th scope="col">Edition or authority</th>'
        f'<th scope="col">Rows</th></tr></thead><tbody>{"".join(rows)}</tbody></table></div></div>'
    )
