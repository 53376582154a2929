"""One run of the pipeline, without Prefect."""

from flows.run.opening import open_pipeline
from flows.run.pipeline import Pipeline

__all__ = ["Pipeline", "open_pipeline"]
