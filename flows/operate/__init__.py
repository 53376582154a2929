"""Prefect's surroundings: the embedded server, the standing one, artifacts."""
