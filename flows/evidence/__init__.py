"""One rulebook: what speaks for a printed number, and what against it."""
