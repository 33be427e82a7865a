"""The command line. No physics here: verbs read, ask the library, and show.

Each verb is stated once, as a function whose signature and docstring are its options and its help;
it imports what it needs when it runs, so that `pairlab --help` and typos cost nothing.
"""

from pairlab.cli.main import main

__all__ = ["main"]
