"""What a figure is of that names no indicator itself: what was named before it.

A part after 其中 is what its own clauses are about, and no more than that: from the next semicolon
or sentence on it is the whole again. What is only carried on like this can be right, and it is
never enough to call a figure wrong: ``Claim.inherited`` says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.read.prose.lexicon import lexicon

#: Before the parts of what was named; one of several things (其中之一) is no part
AMONG = re.compile("其中(?!之一|[一两三几]个)")


@dataclass(frozen=True, slots=True)
class Topic:
    """An indicator that figures after it may be of."""

    indicator: str | None = None
    phrase: str | None = None
    sure: bool = False  # nothing qualifies the name: it is the whole thing
    sentence: int = -1  # where the sentence that it stands in begins
    said: bool = False  # that sentence names it, and does not only carry it on


NOTHING = Topic()


@dataclass(slots=True)
class Topics:
    """The topics at one place of an article, which is read from its beginning to its end."""

    sentence: int = 0  # where the sentence that is read begins; a semicolon does not end it
    last: Topic = NOTHING
    amount: Topic = NOTHING  # the last one that is an amount in 亿元
    among: int | None = None  # where the sentence says 其中
    parted: bool = False  # what was read last ended in a part
    _whole: tuple[Topic, Topic] | None = None  # the last topic and amount before 其中

    @property
    def here(self) -> Topic:
        """The last topic, if it stands in the sentence that is read."""
        return self.last if self.last.sentence == self.sentence else NOTHING

    def begin(self, start: int) -> None:
        """A sentence begins."""
        self.sentence, self.among, self._whole = start, None, None

    def forget(self) -> None:
        """A paragraph begins: nothing is carried into it."""
        self.last, self.amount, self.parted = NOTHING, NOTHING, False

    def enter(self, among: int) -> None:
        """其中 is passed: what follows are parts of the topic so far, if there is one."""
        if self._whole is None and (self.last, self.amount) != (NOTHING, NOTHING):
            self.among, self._whole = among, (self.last, self.amount)

    def leave(self, start: int) -> None:
        """A semicolon or the sentence's end, of what began at ``start``: back to the whole."""
        self.parted = self._whole is not None
        if self._whole is None or self.among is None:
            return
        whole, _ = self._whole
        if self.among < start and self.last != whole and not _is_part(self.last, whole):
            self.among, self._whole, self.parted = None, None, False  # …；财政收入…: a new one
        else:
            self.last, self.amount = self._whole

    def is_inherited(self, topic: Topic) -> bool:
        """Does the sentence that is read not name this topic?"""
        return topic.sentence != self.sentence or not topic.said

    def is_resumed(self, start: int) -> bool:
        """Is nothing named since a semicolon, before ``start``, went from parts to the whole?"""
        among, whole = self.among, self._whole
        return among is not None and among < start and whole is not None and self.last is whole[0]

    def is_unclear(
        self, plain: str, names: list[tuple[int, int, str]], start: int, at: int, until: int
    ) -> bool:
        """Is a figure after 其中 of the part or of the whole? A name in its own clause decides."""
        if self.among is None or at < self.among:
            return False
        first = 1 + max(plain.rfind(comma, start, at) for comma in "，,")
        return not any(max(start, first) <= opens and closes <= until for opens, closes, _ in names)


def _is_part(topic: Topic, whole: Topic) -> bool:
    entry = lexicon().entries.get(topic.indicator or "")
    return entry is not None and whole.indicator in entry.under
