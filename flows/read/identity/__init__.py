"""Who and when: which area and which period a document is about, and what that rests on.

Each place of a document that speaks of it is a witness: title, subtitle, heads of sections, press
head, day of publication, the body itself. They must agree. Where they contradict each other or
are silent the area or period is unknown, and what it may be is said; figures are then held.
"""
