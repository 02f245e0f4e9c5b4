"""Shot lists in other people's formats: CSV, TSV, Excel, YAML and JSON, in the words of the trade.

A table comes in as rows whose cells are understood or named, all of them at once; it goes out so
that coming back changes nothing.
"""
