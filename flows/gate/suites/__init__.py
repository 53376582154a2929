"""Great Expectations: the suites, and what they saw."""
