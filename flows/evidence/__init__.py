"""One rulebook: what speaks for a printed number, and what against it.

    identities   what must hold between figures, from ``expectations/identities.csv``
    bounds       what is possible and what is usual, from ``expectations/bounds.csv``
    lost_point   which numbers may have lost their point
    misprint     what a damaged number may have been
    weigh        which of the candidates the evidence decides for, if any

Reader, gate and checker ask it; it knows catalogue and model alone.
"""
