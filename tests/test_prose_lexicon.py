"""The lexicon holds together and speaks the catalogue's language."""

from __future__ import annotations

import pytest

from flows.read.prose.lexicon import expand, lexicon
from flows.read.prose.numbers import find_numbers
from tests.prose_support import catalog


def test_every_indicator_of_the_catalogue_has_a_name() -> None:
    shares = {"gdp_primary_share", "gdp_secondary_share", "gdp_tertiary_share"}
    known = {code for code, entry in lexicon().entries.items() if entry.known}
    assert known | shares == set(catalog().indicators)


def test_a_template_stands_for_each_of_its_choices() -> None:
    assert expand(["{甲|乙|}存款{余额|}"]) == [
        "甲存款余额", "甲存款", "乙存款余额", "乙存款", "存款余额", "存款",
    ]  # fmt: skip


def test_a_short_name_is_never_also_a_plain_name_of_another_indicator() -> None:
    for phrase, namings in lexicon().names.items():
        plain = {naming.codes for naming in namings if not naming.short}
        units = [lexicon().entries[codes[0]].unit for codes in plain]
        assert len(set(units)) == len(units), phrase


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind"),
    [
        ("1,234.5万元", 1234.5, "万元", "figure"),
        ("-2.26‰", -2.26, "‰", "figure"),
        ("700多亿元", 700.0, "亿元", "figure"),
        ("0.5个百分点", 0.5, "个百分点", "figure"),
        ("1.6倍", 1.6, "倍", "figure"),
        ("2025年", 2025.0, "", "date"),
        ("第3名", 3.0, "", "ordinal"),
        ("PM2.5浓度", 2.5, "", "identifier"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, value: float, unit: str, kind: str) -> None:
    start = next(i for i, char in enumerate(text) if char.isdigit())
    found = find_numbers(text, 0, len(text))[-1]
    assert (found.value, found.unit, found.kind) == (value, unit, kind)
    assert found.end > start
