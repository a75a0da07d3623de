"""Write a drawing of Matplotlib's in fewer bytes and elements, as it looked."""

import re

FINE = 100  # parts of a unit to which a path is written
COARSE = 10  # of boxes: nobody sees a twentieth of a unit there, but a curve would ripple
TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
POINTS = {"M": 1, "L": 1, "C": 3, "Q": 2}
GROUP = re.compile(r"(</?g\b[^>]*>)")


def bare(svg):
    """The drawing without names that nothing in it calls, groups that had nothing but a name, and
    the file's own lines.

    >>> bare('<g id="axes"> <g id="line" clip-path="url(#box)"> <path d=""/></g></g>')
    '<g clip-path="url(#box)"><path d=""/></g>'
    """
    called = set(re.findall(r'(?:url\(|href=")#([^")]+)', svg))
    svg = re.sub(r' id="([^"]+)"', lambda name: name[0] if name[1] in called else "", svg)
    svg = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", svg)
    written, kept = [], []  # of each group that is open: whether it is kept
    for part in GROUP.split(svg):
        if part == "</g>":
            written.append(part if kept.pop() else "")
        elif GROUP.fullmatch(part) and not part.endswith("/>"):
            kept.append(part != "<g>")
            written.append(part if kept[-1] else "")
        else:
            written.append(part if part.strip() else "")
    # Between the pieces of one text a space is drawn.
    return re.sub(r">\s+(?=<(?!/?tspan))", ">", "".join(written))


def number(parts, precision):
    """A number of parts of a unit as SVG reads it, without a zero that says nothing."""
    text = f"{parts / precision:.2f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", text)


def shorter(path):
    """The path with the same corners, each within half a hundredth, a box's half a tenth.

    It knows what Matplotlib draws: M, L, C, Q and z, in absolute places. Any other path comes back
    as it is.
    """
    fine = steps(path, FINE)
    return steps(path, COARSE) if re.fullmatch(r"(M[-\d. ]+([hv][-\d.]+){3}z)+", fine) else fine


def steps(path, precision):
    """The path as steps from place to place."""

    def row(values):
        # A minus separates as well as a space does.
        return re.sub(r" (?=-)", "", " ".join(number(value, precision) for value in values))

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
            values = [round(float(token) * precision) for token in tokens[place : place + count]]
            place += count
            moves = [value - here[i % 2] for i, value in enumerate(values)]
            here = (values[-2], values[-1])
            if command == "M":
                start = here
                written.append("M" + row(values))
                command = "L"
            elif command == "L" and 0 in moves:
                across, down = moves
                letter, step = ("v", down) if down else ("h", across)
                written.append(letter + row([step]))
            else:
                letter = command.lower()
                joined = row(moves)
                if written and written[-1].startswith(letter):
                    written[-1] += joined if joined.startswith("-") else f" {joined}"
                else:
                    written.append(letter + joined)
    return "".join(written)
