#!/usr/bin/env python3
"""Draws a session of `attend listen` as an animated SVG: what a terminal showed, when it showed it.

    scripts/record_captions.py OUT.svg RECORDING… [--program build/release/bin/attend] [--columns 72] [--rows 8] [-- OPTION…]

The recordings are played into the program in real time through a pipe; its output goes to a pseudo-terminal. Needs sox.
"""
import argparse
import fcntl
import html
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time

RATE = 16000
CELL, LINE, MARGIN = 8.43, 19, 14  # pixels: width of a character at 14 px, height of a row
CODE = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])")
HOLD = 3.0  # seconds that the last picture stays before the session begins anew


class Screen:
    """A terminal as far as captions use one. A cell is a character and whether it is dim."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.cells = [[(" ", False)] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.dim = False

    def write(self, text):
        while text:
            code = CODE.match(text)
            if code:
                self.obey(code[1], code[2])
                text = text[code.end():]
                continue
            character, text = text[0], text[1:]
            if character == "\r":
                self.column = 0
            elif character == "\n":
                self.feed()
            else:
                if self.column == self.columns:
                    self.column = 0
                    self.feed()
                self.cells[self.row][self.column] = (character, self.dim)
                self.column += 1

    def feed(self):
        self.row += 1
        if self.row == self.rows:
            self.cells = [*self.cells[1:], [(" ", False)] * self.columns]
            self.row -= 1

    def obey(self, argument, letter):
        if letter == "A":
            self.row = max(0, self.row - int(argument or 1))
        elif letter == "J":
            self.cells[self.row][self.column:] = [(" ", False)] * (self.columns - self.column)
            for row in range(self.row + 1, self.rows):
                self.cells[row] = [(" ", False)] * self.columns
        elif letter == "K":
            self.cells[self.row][self.column:] = [(" ", False)] * (self.columns - self.column)
        elif letter == "m":
            self.dim = argument == "2"

    def lines(self):
        """Each row as runs of equal style, blanks at the end left out."""
        found = []
        for row in self.cells:
            runs = []
            for character, dim in row:
                if runs and runs[-1][1] == dim:
                    runs[-1] = (runs[-1][0] + character, dim)
                else:
                    runs.append((character, dim))
            while runs and not runs[-1][0].strip():
                runs.pop()
            if runs:
                runs[-1] = (runs[-1][0].rstrip(), runs[-1][1])
            found.append(tuple(runs))
        return found


def play(recordings, pipe):
    sound = subprocess.run(["sox", "-D", *recordings, "-t", "raw", "-r", str(RATE), "-c", "1", "-e", "signed", "-b", "16", "-"],
                           check=True, capture_output=True).stdout + bytes(2 * RATE * 3 // 2)
    began = time.monotonic()
    block = RATE // 20 * 2
    for at in range(0, len(sound), block):
        time.sleep(max(0, began + at / 2 / RATE - time.monotonic()))
        pipe.write(sound[at:at + block])
        pipe.flush()
    pipe.close()


def record(options, listens):
    """The session: (seconds, lines) whenever the screen changed."""
    terminal, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", options.rows, options.columns, 0, 0))
    process = subprocess.Popen([options.program, "listen", "--from", "-", *listens], stdin=subprocess.PIPE, stdout=side,
                               env={**os.environ, "TERM": "xterm-256color"})
    os.close(side)
    threading.Thread(target=play, args=(options.recordings, process.stdin), daemon=True).start()
    screen, moments, rest, began = Screen(options.columns, options.rows), [], b"", None
    while True:
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:  # the program has closed its side
            break
        rest += data
        text = rest.decode(errors="ignore")
        rest = b"" if text.encode() == rest else rest
        if rest:
            continue
        screen.write(text)
        began = began or time.monotonic()
        moments.append((time.monotonic() - began, screen.lines()))
    if process.wait() != 0:
        raise SystemExit(f"{options.program} ended with {process.returncode}.")
    return moments


def spans(moments, end):
    """What each row showed, and from when to when: {(row, runs): [(from, to), …]}."""
    shown = {}
    rows = len(moments[0][1])
    for row in range(rows):
        since, runs = 0.0, ()
        for when, lines in [*moments, (end, [None] * rows)]:
            if lines[row] != runs:
                if runs and when - since > 0.02:
                    shown.setdefault((row, runs), []).append((since, when))
                since, runs = when, lines[row]
    return shown


def draw(moments, options):
    end = moments[-1][0] + HOLD
    width, height = MARGIN * 2 + options.columns * CELL, MARGIN * 2 + options.rows * LINE
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
             'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" fill="#e6e6e6" xml:space="preserve">',
             '<rect width="100%" height="100%" rx="8" fill="#1c1f26"/>']
    for (row, runs), times in spans(moments, end).items():
        values, keys = ["hidden"], [0.0]
        for begin, stop in times:
            values += ["visible", "hidden"]
            keys += [begin / end, stop / end]
        text, column = "", 0
        for run, dim in runs:
            style = ' fill="#868c98"' if dim else ""
            # The width is stated, so that every font keeps the columns.
            text += (f'<tspan x="{MARGIN + column * CELL:.1f}" textLength="{len(run) * CELL:.1f}"{style}>{html.escape(run, False)}</tspan>')
            column += len(run)
        parts.append(f'<text y="{MARGIN + (row + 0.8) * LINE:.0f}" visibility="hidden">{text}<animate attributeName="visibility" '
                     f'calcMode="discrete" dur="{end:.2f}s" repeatCount="indefinite" values="{";".join(values)}" '
                     f'keyTimes="{";".join(f"{min(key, 1):.4f}" for key in keys)}"/></text>')
    return "\n".join([*parts, "</svg>", ""])


def main():
    mine, listens = sys.argv[1:], []
    if "--" in mine:
        mine, listens = mine[:mine.index("--")], mine[mine.index("--") + 1:]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("recordings", nargs="+")
    parser.add_argument("--program", default="build/release/bin/attend")
    parser.add_argument("--columns", type=int, default=72)
    parser.add_argument("--rows", type=int, default=8)
    options = parser.parse_args(mine)
    with open(options.out, "w", encoding="utf-8") as file:
        file.write(draw(record(options, listens), options))


if __name__ == "__main__":
    main()
