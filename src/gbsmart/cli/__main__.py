"""``python -m gbsmart.cli``: the same as ``gbsmart``."""

from gbsmart.cli import main

main()
