"""Bytes of any format to clean text, with the map from each character to its source."""
