"""``python -m soak [sample] [--only NAME] [--seed N] [--count N] [--item N]``."""

from __future__ import annotations

import argparse
import sys
import time

from soak import SOAKS, Options


def main() -> int:
    """Run the soaks one after the other; 1 where any found a fault."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("size", nargs="?", choices=("full", "sample"), default="full")
    parser.add_argument("--only", choices=[soak.name for soak in SOAKS], help="run this one alone")
    parser.add_argument("--seed", type=int, default=1, help="another seed breaks other things")
    parser.add_argument("--count", type=int, help="how many items, instead of the usual number")
    parser.add_argument("--item", type=int, help="run this one item, as a fault names it")
    chosen = parser.parse_args()
    options = Options(chosen.size == "sample", chosen.seed, chosen.count, chosen.item)
    faults = 0
    for soak in SOAKS:
        if chosen.only not in (None, soak.name):
            continue
        print(f"{soak.name}: {soak.summary}", flush=True)
        began = time.monotonic()
        verdict = soak.run(options)
        for line in (*verdict.lines, *(f"FAULT {fault}" for fault in verdict.faults)):
            print(f"  {line}")
        print(f"  {time.monotonic() - began:.1f} s, {len(verdict.faults)} faults", flush=True)
        faults += len(verdict.faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
