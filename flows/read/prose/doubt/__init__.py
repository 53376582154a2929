"""Doubt: which figures show signs of damage, which claims contradict each other, and why.

signs      what a damaged figure looks like     balance    identities between the claims
rivals     one claim a figure                   decide     which claims stand
unclaimed  signs at figures that no indicator claims
"""
