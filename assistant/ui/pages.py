"""The pages there are, in the order of the menu."""

from __future__ import annotations

import streamlit as st

from assistant.ui import chat, shared


def main() -> None:
    """Draw the page the address names."""
    st.set_page_config(page_title="Citecode", page_icon=str(shared.HERE / "icon.png"), layout="wide")
    page = st.navigation(
        [st.Page(chat.page, title="Ask", icon=":material/forum:", default=True)], position="top"
    )
    page.run()
