"""Three sentences on an area and a year, in Chinese and English, from the model ``brief``."""

from flows.ask.brief.briefs import write_briefs

__all__ = ["write_briefs"]
