#!/usr/bin/env python3
"""Holds every include of every room against what the room may know (docs/house.md). Prints what is wrong; exit status 1 if anything is.

The build enforces the order among rooms already (cmake/Rooms.cmake); this also watches relative includes and outside libraries.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# room: (rooms it may include, beginnings of outside headers that belong to this room)
ROOMS = {
    "base": ([], ["tl/"]),
    "frontend": (["base"], ["sndfile.h", "soxr.h", "kiss_fft", "kissfft/"]),
    "engine": (["base"], ["dnnl", "oneapi/dnnl", "omp.h", "nlohmann/"]),
    "decoder": (["base"], []),
    "language": (["base", "decoder"], ["zlib.h"]),
    "sdk": (["base", "frontend", "engine", "decoder", "language", "attend"], ["sentencepiece"]),
    "capture": (["base"], ["portaudio.h", "alsa/", "jack/", "boost/lockfree/"]),
    "tools/attend": (["attend", "capture", "base"], ["CLI/", "nlohmann/", "boost/", "openssl/", "utf8proc.h"]),
    "examples": (["attend"], []),
}
OWNED = sorted({prefix for _, prefixes in ROOMS.values() for prefix in prefixes})
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def complaints(room: str, file: pathlib.Path) -> list[str]:
    rooms, libraries = ROOMS[room]
    found = []
    for number, line in enumerate(file.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        header = match[2]
        place = f"{file.relative_to(ROOT)}:{number}"
        first = header.split("/")[0]
        if header.startswith("."):
            found.append(f"{place}: relative include {header}; write it as room/header")
        elif first in ROOMS or first == "attend":
            if first != room and first not in rooms:
                found.append(f"{place}: {room} must not know {header}")
        elif any(header.startswith(prefix) for prefix in OWNED) and not any(header.startswith(p) for p in libraries):
            found.append(f"{place}: {header} is not this room's business")
    return found


def main() -> int:
    found = []
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*")):
            if file.suffix in (".hpp", ".cpp", ".h", ".c"):
                found += complaints(room, file)
    print("\n".join(found) if found else "rooms: every include stays within its room")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
