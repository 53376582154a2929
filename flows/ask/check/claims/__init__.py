"""Finding the claims of an article; nothing here knows what is true."""

from flows.ask.check.claims.sentences import find_claims

__all__ = ["find_claims"]
