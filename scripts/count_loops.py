#!/usr/bin/env python3
"""Counts repetition loops, the classic failure of attention decoders, in what `attend eval --texts FILE` wrote.

    scripts/count_loops.py FILE…

A loop is a phrase of up to eight words that comes four times or more in a row, and more often than in the reference.
Ends with 1 if there are any.
"""

import sys
from pathlib import Path

from check_robustness import loops
from measuring import read_lines


def main() -> int:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    total = 0
    for path in map(Path, sys.argv[1:]):
        rows = read_lines(path)
        heard = [row for row in rows if "hypothesis" in row]
        found = [(row["id"], loop) for row in heard for loop in loops(row["hypothesis"], row["reference"])]
        print(f"{path}: {len(found)} loops in {len(heard)} recordings", *(f"    {name}: {loop}" for name, loop in found), sep="\n")
        total += len(found)
    return int(total > 0)


if __name__ == "__main__":
    sys.exit(main())
