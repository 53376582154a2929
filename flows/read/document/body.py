"""Which blocks of a page are the release itself, and which are the site around it.

Each block scores by what prose looks like (length, stops, figures) or a menu looks like (links,
shortness); the body is the stretch of blocks with the highest sum, so that one short heading
does not end it and a footer of ten links does. Linear in the number of blocks.
"""

from __future__ import annotations

import re

from flows.read.document.document import Block, Document

_STOP = re.compile("[，。；：,;]")
_FOOTER = re.compile(
    r"版权所有|ICP备|网安备|网站标识码|主办单位|承办单位|(?:主办|承办|邮编|联系方式)[:：]|技术支持|联系我们|网站地图|站点地图|扫一扫|上一篇|下一篇"
    r"|相关阅读|相关链接|相关新闻|相关附件|友情链接|打印本页|关闭窗口|浏览次数|字体[:：大]|Copyright|责任编辑"
)
_DIGITS = re.compile(r"\d+")
_SHORT = 100  # a longer block with sentences in it is text, whatever words it ends with
_CELL = 40  # characters that a table's cell has at most
_PROSE = 20  # shorter lines without a figure are headings and menus
_LOOK = 2000  # characters of a block that are looked at


def _score_block(document: Document, block: Block) -> float:
    text = document.clean[block.start : min(block.end, block.start + _LOOK)].strip()
    length = len(text) if block.end - block.start <= _LOOK else block.end - block.start
    if block.links * 2 > length:
        return -8.0 - length / 20
    stops = len(_STOP.findall(text))
    if (length < _SHORT or "。" not in text) and _FOOTER.search(text):
        return -25.0
    if is_cell(document, block):
        return 0.3 if any(char.isdigit() for char in text) else -0.2
    if stops and (length >= _PROSE or any(char.isdigit() for char in text)):
        return length / 10 + stops
    return 0.5 if block.heading else -1.0


def is_cell(document: Document, block: Block) -> bool:
    """Is the block a cell of figures, not prose in a table that only lays the page out?"""
    text = document.clean[block.start : min(block.end, block.start + _CELL)]
    short = block.end - block.start < _CELL
    return block.table > 0 and short and "，" not in text and "。" not in text


def count_outside(document: Document, body: list[Block]) -> int:
    """Runs of digits of the blocks that are none of the body."""
    inside = {block.start for block in body}
    return sum(
        len(_DIGITS.findall(document.clean, block.start, block.end))
        for block in document.blocks
        if block.start not in inside
    )


def find_body(document: Document) -> list[Block]:
    """The release's blocks, in order; all blocks where the source is no web page."""
    blocks = [block for block in document.blocks if document.clean[block.start : block.end].strip()]
    if not document.web or not blocks:
        return blocks
    scores = [_score_block(document, block) for block in blocks]
    best = (0.0, 0, len(blocks) - 1)
    total, begin = 0.0, 0
    for index, score in enumerate(scores):
        if total <= 0:
            total, begin = 0.0, index
        total += score
        if total > best[0]:
            best = (total, begin, index)
    last = best[2]
    prose = {blocks[index].table for index in range(best[1], last + 1)}
    while (
        last + 1 < len(blocks)
        and blocks[last + 1].table not in {0, *prose}
        and scores[last + 1] > -5
    ):
        last += 1  # a table that ends the release
    chosen = []
    for index in range(best[1], last + 1):
        block = blocks[index]
        if block.links * 2 <= block.end - block.start or scores[index] > 0:
            chosen.append(block)
    return chosen
