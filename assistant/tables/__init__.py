"""CMS files as downloaded -> one SQLite file, many editions side by side, each with its provenance.

    report = load([Path("ccipra-v322r0-f1.zip")], folder)
    store = Store.open(folder)
    store.pair("97012", "97140", date(2026, 7, 15))

`files` opens (and refuses what is unsafe), `delimited` and `fixed` recognise and check, `ptp` packs the
edits, `loading` writes one transaction a file (`schema`), `store` answers by date and setting.
"""

from assistant.tables.editions import TABLES
from assistant.tables.loading import Loaded, Report, load, load_icd_package, main
from assistant.tables.schema import Edition
from assistant.tables.store import Cell, Row, Store

__all__ = [
    "TABLES",
    "Cell",
    "Edition",
    "Loaded",
    "Report",
    "Row",
    "Store",
    "load",
    "load_icd_package",
    "main",
]
