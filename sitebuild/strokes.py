"""Write an SVG path in fewer bytes: steps instead of places, to a hundredth of a unit."""

import re

PRECISION = 100
TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
POINTS = {"M": 1, "L": 1, "C": 3, "Q": 2}


def number(hundredths):
    """A number of hundredths as SVG reads it, without a zero that says nothing."""
    text = f"{hundredths / PRECISION:.2f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", text)


def row(values):
    """Numbers side by side; a minus separates as well as a space does."""
    return re.sub(r" (?=-)", "", " ".join(map(number, values)))


def shorter(path):
    """The path with the same corners, each within half a hundredth of its place.

    It knows what Matplotlib draws: M, L, C, Q and z, in absolute places. Any other path comes back
    as it is.
    """
    tokens = TOKEN.findall(path)
    written, here, start, place = [], (0, 0), (0, 0), 0
    while place < len(tokens):
        command = tokens[place]
        place += 1
        if command in "zZ":
            written.append("z")
            here = start
            continue
        if command not in POINTS:
            return path
        while place < len(tokens) and not tokens[place].isalpha():
            count = 2 * POINTS[command]
            values = [round(float(token) * PRECISION) for token in tokens[place : place + count]]
            place += count
            steps = [value - here[i % 2] for i, value in enumerate(values)]
            here = (values[-2], values[-1])
            if command == "M":
                start = here
                written.append("M" + row(values))
                command = "L"
            elif command == "L" and 0 in steps:
                across, down = steps
                written.append("v" + number(down) if down else "h" + number(across))
            else:
                letter = command.lower()
                joined = row(steps)
                if written and written[-1].startswith(letter):
                    written[-1] += joined if joined.startswith("-") else f" {joined}"
                else:
                    written.append(letter + joined)
    return "".join(written)
