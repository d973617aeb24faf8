"""The chat page: `streamlit run app.py` (or `make run`)."""

from assistant.ui.pages import main

main()
