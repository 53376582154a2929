"""The reader of communiqué prose: every figure of a document, with its place.

reader    what the registry knows        reading   the path from bytes to rows
numbers   grammar of numbers and units   sentences phrase claims ratios   which indicator it is
doubt/    which claims stand, and why    rows      every number a row
metadata  what a document says of itself
lexicon/*.yaml   the words, for a statistician to extend
"""
