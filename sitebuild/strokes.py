"""Write a drawing of Matplotlib's in fewer bytes and elements, as it looked."""

import math
import re
from itertools import groupby

FINE = 100  # parts of a unit to which a path is written
COARSE = 10  # of boxes: nobody sees a twentieth of a unit there, but a curve would ripple
TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
POINTS = {"M": 1, "L": 1, "C": 3, "Q": 2}
GROUP = re.compile(r"(</?g\b[^>]*>)")
STYLE = r'(?: style="([^"]*)")?/>'
SHAPE = re.compile(rf'<path id="([^"]+)" d="([^"]*)"{STYLE}')
MARK = re.compile(rf'<use xlink:href="#([^"]+)" x="([^"]+)" y="([^"]+)"{STYLE}')


def bare(svg):
    """The drawing without names that nothing in it calls, groups that had nothing or nothing but a
    name, and the file's own lines.

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
            written.append(part if part.strip() and part != "<g/>" else "")
    # Between the pieces of one text a space is drawn.
    return re.sub(r">\s+(?=<(?!/?tspan))", ">", "".join(written))


def number(parts, precision):
    """A number of parts of a unit as SVG reads it, without a zero that says nothing."""
    text = f"{parts / precision:.2f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", text)


def row(values, precision):
    """Numbers one after another; a minus separates as well as a space does."""
    return re.sub(r" (?=-)", "", " ".join(number(value, precision) for value in values))


def shorter(path):
    """The path with the same corners, each within half a hundredth, a box's half a tenth.

    It knows what Matplotlib draws: M, L, C, Q and z, in absolute places. Any other path comes back
    as it is.
    """
    if found := circle(path):
        (x, y), radius = found
        half = f"a{row([radius, radius], FINE)} 0 1 0 "
        ways = (row([way * 2 * radius, 0], FINE) for way in (1, -1))
        return "M" + row([x - radius, y], FINE) + "".join(half + way for way in ways) + "z"
    fine = steps(path, FINE)
    boxes = re.fullmatch(r"([Mm][-\d. ]+([hv][-\d.]+){3}z)+", fine)
    return steps(path, COARSE) if boxes else fine


def circle(path):
    """Middle and radius, in parts of a unit, of the circle that Matplotlib draws in eight curves.

    >>> circle("M 0 0 L 1 1") is None
    True
    """
    tokens = TOKEN.findall(path)
    if "".join(filter(str.isalpha, tokens)) != "MCCCCCCCCz":
        return None
    numbers = [float(token) * FINE for token in tokens if not token.isalpha()]
    corners = list(zip(numbers[0:-2:6], numbers[1:-2:6], strict=True))
    middle = [sum(values) / len(corners) for values in zip(*corners, strict=True)]
    radii = [math.dist(middle, corner) for corner in corners]
    # Its corners may have been rounded before.
    same = max(radii) - min(radii) < 1.5
    return ([round(value) for value in middle], round(max(radii))) if same else None


def steps(path, precision):
    """The path as steps from place to place."""
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
                written.append(
                    "m" + row(moves, precision) if written else "M" + row(values, precision)
                )
                command = "L"
            elif command == "L" and 0 in moves:
                across, down = moves
                letter, step = ("v", down) if down else ("h", across)
                written.append(letter + row([step], precision))
            else:
                letter = command.lower()
                joined = row(moves, precision)
                if written and written[-1].startswith(letter):
                    written[-1] += joined if joined.startswith("-") else f" {joined}"
                else:
                    written.append(letter + joined)
    return "".join(written)


def in_place(svg):
    """The drawing with each mark where it stands, not as a use of one drawn aside: a browser keeps
    a document of its own for every use.

    Its paths are those that `shorter` gives. Neighbours that look alike become one path, where
    that looks the same.

    >>> in_place('<defs><path id="m" d="M-1 0h2" style="fill: red"/></defs>'
    ...          '<use xlink:href="#m" x="3" y="4"/><use xlink:href="#m" x="6" y="4"/>')
    '<path d="M2 4h2M5 4h2" style="fill: red"/>'
    """
    shapes = {name: (path, look) for name, path, look in SHAPE.findall(svg)}

    def drawn(run):
        marks = []
        for name, across, down, look in MARK.findall(run[0]):
            path, own = shapes[name]
            marks.append((looks(look, own), moved(path, float(across), float(down))))
        written = []
        for look, alike in groupby(marks, key=lambda mark: mark[0]):
            paths = [path for _, path in alike]
            colours = {look.get("fill", "black"), look.get("stroke", "none")} - {"none"}
            if len(colours) < 2 and not any("opacity" in name for name in look):
                paths = ["".join(paths)]
            style = "; ".join(f"{name}: {value}" for name, value in look.items())
            written += [f'<path d="{path}" style="{style}"/>' for path in paths]
        return "".join(written)

    svg = re.sub(rf"({MARK.pattern})+", drawn, svg)
    called = set(re.findall(r'href="#([^"]+)', svg))
    svg = SHAPE.sub(lambda shape: shape[0] if shape[1] in called else "", svg)
    return svg.replace("<defs></defs>", "")


def looks(*styles):
    """What the styles say together, a later one over an earlier one."""
    return dict(part.split(": ") for style in styles for part in style.split("; ") if part)


def moved(path, across, down):
    """A path that `shorter` gives, in another place."""
    _, x, y = TOKEN.findall(path)[:3]
    corner = (round((float(x) + across) * FINE), round((float(y) + down) * FINE))
    rest = re.sub(r"^M[-\d. ]+", "", path)
    return "M" + row(corner, FINE) + rest
