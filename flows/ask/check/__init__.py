"""Checking an article: its claims are found, resolved and judged against a publication.

``claims.find`` reads the article, ``judge.Judge`` weighs each claim; neither knows the other.
"""
