"""The shared nouns: what every layer may import."""
