"""The Streamlit pages: they call `pipeline.Assistant`, render what it gives and decide nothing.

`records` turns an Answer into the record that is kept, `html` turns a record into escaped HTML; both are pure
and know no Streamlit. Whatever comes from a document, a question or a model reaches the page as text only.
"""
