"""The pages there are, in the order of the menu."""

from __future__ import annotations

import streamlit as st

from assistant.ui import audits, chat, claims, codes, evaluations, library, shared, units


def main() -> None:
    """Draw the page the address names."""
    st.set_page_config(page_title="Citecode", page_icon=str(shared.HERE / "icon.png"), layout="wide")
    st.logo(str(shared.HERE / "logo.svg"), size="medium")
    ask = st.Page(chat.page, title="Ask", icon=":material/forum:", url_path="ask", default=True)
    st.session_state["ask_page"] = ask
    pages = [
        ask,
        st.Page(codes.page, title="Codes", icon=":material/tag:", url_path="codes"),
        st.Page(claims.page, title="Claim check", icon=":material/receipt_long:", url_path="claims"),
        st.Page(units.page, title="Units", icon=":material/timer:", url_path="units"),
        st.Page(audits.page, title="Audit", icon=":material/rule:", url_path="audit"),
        st.Page(library.page, title="Library", icon=":material/library_books:", url_path="library"),
        st.Page(evaluations.page, title="Evals", icon=":material/fact_check:", url_path="evals"),
    ]
    st.navigation(pages, position="top").run()
