"""Three sentences on an area and a year, in Chinese and English, from the model ``brief``."""
