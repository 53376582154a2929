"""Tables by declared layout: workbooks, CSV and HTML tables into figures."""
