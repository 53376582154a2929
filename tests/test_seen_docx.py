"""What Word shows of a DOCX with all changes accepted is what is read, and nothing else."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml import parse_xml

from flows.model.errors import ReadError
from flows.model.nouns import MediaKind
from flows.read.prose.reading import DocumentReading
from tests.prose_support import assert_the_way_home, said

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
TITLE = "泰顺县2022年国民经济和社会发展统计公报"


def run(text: str, properties: str = "") -> str:
    looks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{looks}<w:t xml:space="preserve">{text}</w:t></w:r>'


def sentence(inside: str) -> str:
    return f"<w:p>{run('全年全县实现地区生产总值')}{inside}{run('亿元，比上年增长4.3%。')}</w:p>"


def look(properties: str) -> str:
    """Properties with bars for the quotation marks, which stand badly in an f-string."""
    return properties.replace("|", '"')


def make(*paragraphs: str, styles: str = "") -> bytes:
    document = docx.Document()
    document.add_paragraph(TITLE)
    body = document.element.body
    for text in paragraphs:
        body.insert(len(body) - 1, parse_xml(text.replace(">", f" {_SPACES}>", 1)))
    if styles:
        document.styles.element.append(parse_xml(styles.replace(">", f" {_SPACES}>", 1)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read(*paragraphs: str, styles: str = "") -> DocumentReading:
    return assert_the_way_home(make(*paragraphs, styles=styles), MediaKind.DOCX, None)


SEEN = {
    "an inserted digit": f"<w:ins w:id='1'>{run('1')}</w:ins>{run('42.07')}",
    "an inserted end": f"{run('142.')}<w:ins w:id='1'>{run('07')}</w:ins>",
    "a deleted digit": f"{run('142')}<w:del w:id='1'><w:r><w:delText>9</w:delText></w:r></w:del>{run('.07')}",
    "moved in and out": f"<w:moveFrom w:id='1'>{run('99.1')}</w:moveFrom><w:moveTo w:id='2'>{run('142.07')}</w:moveTo>",
    "an insertion in a link": f"<w:hyperlink><w:ins w:id='1'>{run('142')}</w:ins>{run('.07')}</w:hyperlink>",
    "a content control": f"<w:sdt><w:sdtPr/><w:sdtContent>{run('142.07')}</w:sdtContent></w:sdt>",
    "controls in each other": f"<w:sdt><w:sdtContent><w:smartTag>{run('142')}</w:smartTag></w:sdtContent></w:sdt>{run('.07')}",
    "custom XML": f"<w:customXml w:element='x'>{run('142.07')}</w:customXml>",
    "a simple field": f"<w:fldSimple w:instr=' DOCPROPERTY gdp '>{run('142.07')}</w:fldSimple>",
    "a complex field": (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> = 99 </w:instrText></w:r>"
        f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('142.07')}"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    ),
    "a field in a field's instruction": (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:fldChar w:fldCharType='begin'/></w:r>"
        f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('7')}"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        f"{run('142.07')}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    ),
    "a hidden digit": f"{run('8', '<w:vanish/>')}{run('142.07')}",
    "a digit that is not hidden": f"{run('1', look('<w:vanish w:val=|0|/>'))}{run('42.07')}",
    "a struck digit": f"{run('142')}{run('6', '<w:strike/>')}{run('.07')}",
    "a white digit": f"{run('5', look('<w:color w:val=|FFFFFF|/>'))}{run('142.07')}",
    "a tiny digit": f"{run('5', look('<w:sz w:val=|2|/>'))}{run('142.07')}",
    "a raised mark": f"{run('142.07')}{run('3', look('<w:vertAlign w:val=|superscript|/>'))}",
    "a lowered mark": f"{run('142.07')}{run('3', look('<w:vertAlign w:val=|subscript|/>'))}",
    "a lifted mark": f"{run('142.07', look('<w:sz w:val=|24|/>'))}{run('[2]', look('<w:position w:val=|10|/><w:sz w:val=|14|/>'))}",
    "a formula": "<m:oMath><m:r><m:t>142.07</m:t></m:r></m:oMath>",
    "a formula's exponent": (
        "<m:oMath><m:sSup><m:e><m:r><m:t>142.07</m:t></m:r></m:e>"
        "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("inside", SEEN.values(), ids=SEEN.keys())
def test_a_figure_is_read_as_word_shows_it(inside: str) -> None:
    assert said(read(sentence(inside))) == {"gdp": 142.07, "gdp+": 4.3}


@pytest.mark.parametrize(
    ("style", "use"),
    [
        ("<w:rPr><w:vanish/></w:rPr>", "<w:rStyle w:val='own'/>"),
        ("<w:basedOn w:val='base'/>", "<w:rStyle w:val='own'/>"),
        ("<w:rPr><w:color w:val='ffffff'/></w:rPr>", "<w:rStyle w:val='own'/>"),
    ],
)
def test_a_style_hides_as_the_run_itself_does(style: str, use: str) -> None:
    document = docx.Document()
    document.add_paragraph(TITLE)
    for name, inside in (("base", "<w:rPr><w:vanish/></w:rPr>"), ("own", style)):
        xml = f"<w:style {_SPACES} w:type='character' w:styleId='{name}'>{inside}</w:style>"
        document.styles.element.append(parse_xml(xml))
    text = sentence(run("9", use) + run("142.07"))
    document.element.body.insert(1, parse_xml(text.replace(">", f" {_SPACES}>", 1)))
    out = io.BytesIO()
    document.save(out)
    result = assert_the_way_home(out.getvalue(), MediaKind.DOCX, None)
    assert said(result)["gdp"] == 142.07
    assert "left out, for nobody sees it: 1 hidden stretch" in result.notes


def test_a_box_is_read_once_although_its_drawing_has_a_fallback() -> None:
    inside = f"<w:txbxContent>{sentence(run('142.07'))}</w:txbxContent>"
    result = read(
        "<w:p><w:r><mc:AlternateContent>"
        f"<mc:Choice Requires='wps'><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert [row.value_text for row in result.rows if row.indicator == "gdp"] == ["142.07", "4.3"]
    assert result.rows[-1].locator.startswith("para:1x0p0;")


def test_controls_around_paragraphs_rows_and_cells_are_open() -> None:
    def cell(text: str) -> str:
        return f"<w:tc><w:p>{run(text)}</w:p></w:tc>"

    result = read(
        f"<w:sdt><w:sdtContent>{sentence(run('142.07'))}</w:sdtContent></w:sdt>",
        "<w:tbl><w:tblPr/><w:tblGrid/>"
        f"<w:sdt><w:sdtContent><w:tr>{cell('医院（家）')}"
        f"<w:sdt><w:sdtContent>{cell('71')}</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt>"
        f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr>{cell('学校（所）')}{cell('72')}</w:tr>"
        f"<w:tr><w:trPr><w:hidden/></w:trPr>{cell('床位（张）')}{cell('73')}</w:tr>"
        f"<w:tr>{cell('道路')}<w:tc><w:tbl><w:tblPr/><w:tblGrid/><w:tr>{cell('74')}</w:tr></w:tbl>"
        f"<w:p/></w:tc></w:tr></w:tbl>",
    )
    assert said(result)["gdp"] == 142.07
    values = {row.value_text: row.locator for row in result.rows if row.kind == "figure"}
    assert values["71"] == "para:t0r0c1;char:0-2"
    assert values["74"] == "para:t0r3c1t0r0c0;char:0-2"
    assert not {"72", "73"} & values.keys()


def test_a_paragraph_whose_mark_is_deleted_goes_on_in_the_next() -> None:
    first = "全年全县实现地区生产总值1"
    result = read(
        f"<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>{run(first)}</w:p>",
        f"<w:p>{run('42.07亿元。')}</w:p>",
    )
    assert said(result) == {"gdp": 142.07}


def test_two_paragraphs_of_a_cell_are_two_numbers() -> None:
    cells = f"<w:tc><w:p>{run('12')}</w:p><w:p>{run('34')}</w:p></w:tc>"
    result = read(f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{cells}</w:tr></w:tbl>")
    assert [row.value_text for row in result.rows if row.kind == "figure"] == ["12", "34"]


def test_white_text_of_a_shaded_paragraph_is_seen() -> None:
    white = "<w:color w:val='FFFFFF'/>"
    text = sentence(run("1", white) + run("42.07"))
    shaded = text.replace("<w:p>", "<w:p><w:pPr><w:shd w:val='clear' w:fill='1F3864'/></w:pPr>", 1)
    assert said(read(shaded))["gdp"] == 142.07


def test_text_from_right_to_left_is_held() -> None:
    result = read(sentence(f"<w:bdo w:val='rtl'>{run('70.241')}</w:bdo>"))
    doubts = {row.value_text: row.doubt for row in result.rows if row.indicator == "gdp"}
    assert (doubts["70.241"] or "").startswith("seen-otherwise")
    assert said(result) == {"gdp+": 4.3}


def test_what_is_not_read_is_said() -> None:
    picture = "<w:p><w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r></w:p>"
    notes = read(sentence(f"<w:ins w:id='1'>{run('142.07')}</w:ins>"), picture).notes
    assert "1 tracked change taken as accepted: 1 in, 0 out" in notes
    assert "not read: 1 picture" in notes


def test_tables_in_tables_without_end_are_refused() -> None:
    inside = f"<w:p>{run('1')}</w:p>"
    for _ in range(70):
        inside = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>{inside}<w:p/></w:tc></w:tr></w:tbl>"
    with pytest.raises(ReadError, match="without end"):
        read(inside)
