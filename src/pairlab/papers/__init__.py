"""What papers printed, and the ledger that recomputes it.

A paper is two files of one name: `<key>.toml`, what was printed where, and `<key>.py`, the
functions that recompute it (`COMPUTED`) and the data of its figures (`figure_data`).
"""
