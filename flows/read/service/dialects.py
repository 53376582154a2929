"""The dialects by name: what turns an answer's bytes into cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.catalog.query import Dialect, Query
from flows.read.service.cells import Answer
from flows.read.service.easyquery import read_easyquery
from flows.read.service.jsonstat import read_jsonstat
from flows.read.service.nbs import read_nbs
from flows.read.service.sdmx_csv import read_sdmx_csv
from flows.read.service.worldbank import read_worldbank

_READERS: Mapping[Dialect, Callable[[bytes, Query], Answer]] = {
    Dialect.NBS_2026: read_nbs,
    Dialect.EASYQUERY: read_easyquery,
    Dialect.WORLDBANK: read_worldbank,
    Dialect.JSONSTAT: read_jsonstat,
    Dialect.SDMX_CSV: read_sdmx_csv,
}


def read_answer(data: bytes, query: Query) -> Answer:
    """Every value of an answer as a cell; a ReadError with its cause for one that is none."""
    return _READERS[query.dialect](data, query)
