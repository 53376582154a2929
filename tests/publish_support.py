"""A publication of two small releases, for the tests of publishing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from flows.model.nouns import Check
from flows.model.settings import Settings
from flows.publish import PublishResult, publish
from flows.store import Store
from tests.store_support import Fig, doc, small_catalog

PINGYANG = doc(
    "pingyang", Fig(), Fig(value=985.0, rule="lost-point"), published_on=date(2024, 3, 1)
)
CANGNAN = doc("cangnan", Fig(ref_area="330327", value=488.2))


def make(
    settings: Settings,
    run_id: str,
    *,
    check: Callable[[str, pl.DataFrame], list[Check]] | None = None,
    on_step: Callable[[str], None] | None = None,
    fingerprint: str = "catalogue-1",
) -> PublishResult:
    with Store.open(settings, run_id=run_id) as store:
        return publish(
            store,
            small_catalog(fingerprint),
            settings,
            run_id=run_id,
            check=check,
            on_step=on_step,
        )
