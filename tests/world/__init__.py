"""A year of publishing as one test: a made-up world of bureaus, and a checker that knows its script.

    script      what happens in a world, as values: documents and dated events
    year        a script from a seed: who publishes what and when, and every cruelty of the year
    state       the world at a moment: the events so far, folded
    pages       how each family of sites prints its listing and its pages
    server      the world over HTTP on the loopback interface, below true addresses
    operator    the catalogue of a day: what a person declares, and mends when a site has changed
    clock       the time that the product is told
    judge       what must be known, published and said on each day, from the script alone
    run         one world, day by day

``python -m tests.world --worlds 30 --seed 1`` runs thirty of them.
"""
