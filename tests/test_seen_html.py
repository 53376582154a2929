"""What a browser shows of a page is what is read, and what it hides is said."""

from __future__ import annotations

import pytest

from flows.model.nouns import MediaKind
from flows.read.prose.reading import DocumentReading
from tests.prose_support import assert_the_way_home, held, said

TITLE = "泰顺县2022年国民经济和社会发展统计公报"


def read(printed: str, sheet: str = "", around: str = "{}") -> DocumentReading:
    body = around.format(f"<p>全年全县实现地区生产总值{printed}亿元，比上年增长4.3%。</p>")
    page = (
        f"<!DOCTYPE html><html><head><title>{TITLE}</title><style>{sheet}</style></head>"
        f"<body><div><h1>{TITLE}</h1>{body}</div></body></html>"
    )
    return assert_the_way_home(page.encode(), MediaKind.HTML, "utf-8")


HIDDEN = [
    "display:none", "DISPLAY : NONE !important", "visibility:hidden", "visibility: collapse",
    "opacity:0", "opacity: 0.0", "filter:opacity(0)", "font-size:0", "font-size:0.1px", "font:0/0 a",
    "position:absolute;left:-9999px", "position:fixed; top:-3000px", "margin-left:-99999px",
    "position:absolute;clip:rect(0 0 0 0)", "clip-path:inset(100%)", "text-indent:-9999px",
    "height:0;overflow:hidden", "width:1px;height:1px;overflow:hidden", "transform:scale(0)",
    "color:transparent", "color:rgba(0,0,0,0)", "color:#fff", "color:#ccc;background:#cccccc",
    "text-decoration:line-through", "zoom:0", "content-visibility:hidden",
]  # fmt: skip


@pytest.mark.parametrize("style", HIDDEN)
@pytest.mark.parametrize("way", ["inline", "class", "attribute", "child"])
def test_a_digit_that_a_style_hides_is_none_of_the_figure(style: str, way: str) -> None:
    sheet = {
        "class": f".q{{{style}}}",
        "attribute": f"span[data-x='1']{{{style}}}",
        "child": f"@media screen {{ p > span.q, b {{{style}}} }}",
    }.get(way, "")
    own = f" style='{style}'" if way == "inline" else " class='a q' data-x='1'"
    result = read(f"14<span{own}>9</span>2.07", sheet)
    assert said(result) == {"gdp": 142.07, "gdp+": 4.3}
    assert any(
        note.startswith("left out, for nobody sees it: 1 character") for note in result.notes
    )


@pytest.mark.parametrize(
    "printed",
    [
        *("14<span hidden>9</span>2.07", "14<b hidden=''>9</b>2.07", "<dialog>9</dialog>142.07"),
        *("14<del>9</del>2.07", "14<s>9</s>2.07", "<canvas>9</canvas>142.07"),
        *("142.07<sup>9</sup>", "142.07<sub>9</sub>", "<ruby>142.07<rt>9</rt></ruby>"),
        *("142.07<i style='vertical-align:super'>9</i>", "14<span style='display:none'>9<b>8</b></span>2.07"),
        "142.07<span style='position:relative;top:-5px'>9</span>",
        "14<span style='display:none'>9<i style='display:inline'>8</i></span>2.07",
    ],
)  # fmt: skip
def test_hidden_struck_and_raised_elements_are_none_of_the_figure(printed: str) -> None:
    assert said(read(printed)) == {"gdp": 142.07, "gdp+": 4.3}


@pytest.mark.parametrize(
    ("printed", "sheet"),
    [
        ("1<span aria-hidden='true'>4</span>2.07", ""),
        ("1<span class='q'>4</span>2.07", ".q{display:none} .q{display:inline}"),
        ("1<span class='q'>4</span>2.07", "span.q{display:inline} .q{display:none}"),
        ("1<span class='q' style='display:inline'>4</span>2.07", ".q{display:none}"),
        ("1<span class='q'>4</span>2.07", "@media print{.q{display:none}}"),
        ("1<span class='q'>4</span>2.07", "@media (max-width:600px){.q{display:none}}"),
        ("1<span class='q'>4</span>2.07", "/* .q{display:none} */ .q:hover{display:none}"),
        ("<span style='visibility:hidden'><b style='visibility:visible'>142.07</b></span>", ""),
        ("<span style='font-size:0'><b style='font-size:16px'>142.07</b></span>", ""),
        ("1<span style='color:#fff;background:#900'>4</span>2.07", ""),
        ("<b style='background:#036'>1<span style='color:white'>4</span>2.07</b>", ""),
        ("1<span style='opacity:0.8;font-size:0.9em'>4</span>2.07", ""),
        ("1<span class='x'>4</span>2.07", ".q{display:none}"),
    ],
)
def test_what_is_seen_is_read(printed: str, sheet: str) -> None:
    assert said(read(printed, sheet)) == {"gdp": 142.07, "gdp+": 4.3}


@pytest.mark.parametrize(
    ("printed", "sheet"),
    [
        ("<bdo dir='rtl'>70.241</bdo>", ""),
        ("<span style='unicode-bidi:bidi-override;direction:rtl'>70.241</span>", ""),
        ("<span style='display:inline-flex;flex-direction:row-reverse'><i>2.07</i><i>14</i></span>", ""),
        ("<span style='display:inline-flex'><i style='order:2'>2.07</i><i>14</i></span>", ""),
        ("2.07<span style='float:left'>14</span>", ""),
        ("<span class='q'>42.07</span>", ".q::before{content:'1'}"),
    ],
)  # fmt: skip
def test_a_number_that_is_seen_in_another_order_is_held(printed: str, sheet: str) -> None:
    result = read(printed, sheet)
    assert said(result) == {"gdp+": 4.3}
    assert held(result) == {"gdp.level": "seen-otherwise"}


def test_an_element_that_is_not_closed_hides_what_it_hides_in_a_browser() -> None:
    around = "<div><span style='display:none'>888</div>{}"
    assert said(read("142.07", around=around)) == {"gdp": 142.07, "gdp+": 4.3}
    hidden = read("142.07", around="<div style='display:none'>{}</div>")
    assert said(hidden) == {}


def test_a_page_that_a_script_fades_in_is_read() -> None:
    assert said(read("142.07", "body{opacity:0;visibility:hidden}"))["gdp"] == 142.07
