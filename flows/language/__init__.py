"""Language: what Chinese words say about who and when, for everyone who reads them.

    spelling   one spelling: full-width characters, traditional script, blanks
    periods    years, quarters and months as printed
    places     areas as printed, and what only looks like one
    kinds      which kind of release a title names
    titles     a title's kind, area and period, each with the words that say so

It knows no release and no article; discovery, the readers and the checker stand on it.
"""
