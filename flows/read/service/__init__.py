"""Answers of statistical services, by the queries that the catalogue declares, into figures.

    json_text    JSON with every number as its printed digits; a JSON pointer leads back to them
    csv_text     CSV with a place for each value
    cells        what an answer says, whatever its dialect: one cell a value
    nbs easyquery worldbank jsonstat sdmx_csv    a dialect each: bytes to cells
    periods      the services' period codes
    figures      cells beside the declared series: read, missing, held or unmapped

An answer that is none (an error, a page of several, a web page) is a ReadError that begins with its
cause (``cells.Cause``), never an answer without figures.
"""
