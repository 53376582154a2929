"""Which text of a DOCX a person sees, raised or not: what its runs and their styles say.

A property stands in the run itself, in its character style, in its paragraph's style or in a
style that one of these is based on; the nearest one counts.
"""

from __future__ import annotations

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = frozenset(("0", "false", "off"))
_TINY = 3  # half points: nobody reads letters of a point and a half
_RAISED = 6  # half points above the line from which smaller text is a mark
_PROPERTIES = (
    "vanish", "strike", "dstrike", "vertAlign", "position", "sz", "color", "shd", "highlight",
)  # fmt: skip


class Looks:
    """The looks of runs by the document's style sheet."""

    def __init__(self, styles: Any, *, white_page: bool) -> None:
        self.white_page = white_page
        self.own: dict[str, dict[str, str]] = {}
        self.base: dict[str, str] = {}
        self.default: dict[str, str] = {}
        self.default_style: str | None = None
        if styles is None:
            return
        for defaults in styles.iterfind(f"{W}docDefaults/{W}rPrDefault/{W}rPr"):
            self.default = read_properties(defaults)
        for style in styles.iterfind(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            found: dict[str, str] = {}
            for part in ("pPr", "rPr"):
                found |= read_properties(style.find(f"{W}{part}"))
            self.own[name] = found
            based = style.find(f"{W}basedOn")
            if based is not None:
                self.base[name] = based.get(f"{W}val", "")
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self.default_style = name

    def of_style(self, name: str | None) -> dict[str, str]:
        """What a style and those that it is based on say."""
        found: dict[str, str] = {}
        seen: set[str] = set()
        while name and name not in seen:
            seen.add(name)
            found = {**self.own.get(name, {}), **found}
            name = self.base.get(name)
        return found

    def of_paragraph(self, paragraph: Any) -> dict[str, str]:
        """What the runs of a paragraph take over from it."""
        properties = paragraph.find(f"{W}pPr")
        style = None if properties is None else properties.find(f"{W}pStyle")
        name = self.default_style if style is None else style.get(f"{W}val")
        shading = read_properties(properties).get("shd")
        found = {**self.default, **self.of_style(name)}
        return {**found, "shd": shading} if shading else found

    def of_run(self, properties: Any, inherited: dict[str, str]) -> dict[str, str]:
        """``properties``: the run's ``rPr``, or None."""
        if properties is None:
            return inherited
        style = properties.find(f"{W}rStyle")
        by_style = {} if style is None else self.of_style(style.get(f"{W}val"))
        return {**inherited, **by_style, **read_properties(properties)}

    def is_unseen(self, looks: dict[str, str], *, on_page: bool) -> bool:
        """Hidden, struck out, too small to see, or white on the white page.

        ``on_page``: in no table and no box, which may have a ground of their own.
        """
        if any(looks.get(name, "0") not in _OFF for name in ("vanish", "strike", "dstrike")):
            return True
        size = looks.get("sz", "")
        if size.isdigit() and int(size) <= _TINY:
            return True
        white = looks.get("color", "").upper() in ("FFFFFF", "WHITE")
        return white and on_page and self.white_page and not (_is_shaded(looks))

    def find_raise(self, looks: dict[str, str], body: dict[str, str]) -> str:
        """``raised``, ``lowered`` or "": where a run stands beside its line."""
        place = looks.get("vertAlign", "")
        if place in ("superscript", "subscript"):
            return "raised" if place == "superscript" else "lowered"
        lift = looks.get("position", "0")
        if lift.lstrip("-").isdigit() and int(lift) >= _RAISED:
            size, usual = looks.get("sz", ""), body.get("sz", "21")
            if size.isdigit() and usual.isdigit() and int(size) * 5 <= int(usual) * 4:
                return "raised"
        return ""


def _is_shaded(looks: dict[str, str]) -> bool:
    ground = looks.get("shd", "").upper()
    marked = looks.get("highlight", "none") not in ("none", "white")
    return marked or ground not in ("", "AUTO", "FFFFFF", "CLEAR")


def read_properties(properties: Any) -> dict[str, str]:
    """The properties that tell what is seen, by name; a toggle without a value is on."""
    found: dict[str, str] = {}
    if properties is None:
        return found
    for name in _PROPERTIES:
        item = properties.find(f"{W}{name}")
        if item is None:
            continue
        if name == "shd":
            found[name] = item.get(f"{W}fill") or item.get(f"{W}val") or ""
        else:
            found[name] = item.get(f"{W}val") or "1"
    return found


def is_on(properties: Any, name: str) -> bool:
    """Is a toggle such as ``vanish`` set in these properties?"""
    item = None if properties is None else properties.find(f"{W}{name}")
    return item is not None and (item.get(f"{W}val") or "1") not in _OFF
