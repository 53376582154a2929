"""One run without Prefect: its plan, its stages, its account."""
