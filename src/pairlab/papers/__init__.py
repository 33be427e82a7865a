"""What papers printed, and the ledger that recomputes it.

A paper is a folder: `ledger.toml`, what was printed where and how it is recomputed; `compute.py`,
the functions that its entries name (`COMPUTED`, `MECHANISMS`, `REDUCTIONS`); `figures.py`, the data
of its figures (`figure_data`). Where nothing needs a function or a figure, the ledger is enough.
"""
