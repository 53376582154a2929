"""Three sentences about an area and a year, made from the models, each figure with its origin."""
