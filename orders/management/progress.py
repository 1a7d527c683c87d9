"""A line that says how far a long command is."""

import sys


def show(what: str, count: int) -> None:
    """Overwrite the line on a terminal; anywhere else nothing is written."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{what} {count}\033[K\r")
        sys.stderr.flush()
