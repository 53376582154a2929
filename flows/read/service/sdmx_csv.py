"""SDMX-CSV, 1.0 and 2.0: a record an observation, its dimensions and attributes in columns.

Eurostat's and the OECD's columns are those of the standard's concepts; a source may say otherwise
(``columns``). UNIT_MULT is the power of ten of the number: a series is held where it is not the one
that its unit was declared with.
"""

from __future__ import annotations

from flows.catalog.query import Query
from flows.read.service.cells import Answer, Cause, Cell, refuse
from flows.read.service.csv_text import PREFIX, parse_csv

#: What a record may ask to be done with it; any other action (delete) is no observation.
_ACTIONS = (None, "", "I", "A", "R", "M")


def read_sdmx_csv(data: bytes, query: Query) -> Answer:
    """Every record of the answer as a cell."""
    table = parse_csv(data)
    value, period, area = (query.column(name) for name in ("value", "period", "area"))
    missing = [name for name in (value, period, area) if name not in table.columns]
    if missing:
        what = f"no column {', '.join(missing)} (there are {', '.join(table.columns)[:200]})"
        raise refuse(Cause.DRIFTED, what)
    if not table.records:
        raise refuse(Cause.EMPTY, "it has columns and no records")
    cells = []
    for number, record in enumerate(table.records, 2):
        if table.value(record, "ACTION") not in _ACTIONS:
            what = f"action {table.value(record, 'ACTION')!r}"
            raise refuse(Cause.DRIFTED, what, f"{PREFIX}{number}!ACTION")
        codes = {name: table.code(record, name) or "" for name in table.columns}
        cells.append(
            Cell(
                locator=f"{PREFIX}{number}!{value}",
                text=table.value(record, value) or '""',
                is_number=True,
                key=codes,
                area=codes[area] or None,
                period=codes[period] or None,
                unit=codes.get(query.column("unit")) or None,
                status=codes.get(query.column("status")) or None,
                scale=codes.get(query.column("scale")) or None,
            )
        )
    return Answer(cells)
