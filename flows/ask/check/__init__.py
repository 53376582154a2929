"""Checking an article: its claims are found, and judged against a publication.

``claims`` reads the article, ``verdicts`` weighs each claim; neither knows the other's work.
"""

from flows.ask.check.article import check_article

__all__ = ["check_article"]
