"""Numbers that are read many at once are those that Python reads, to the last bit."""

import numpy as np
import pytest

from lossfns.clinic._figures import figures, read_figures


def read(*lines):
    """The numbers of some lines, each with its text, and what is none."""
    data = np.frombuffer("".join(f"{line}\n" for line in lines).encode(), np.uint8)
    found = figures(data, np.flatnonzero(data == ord("\n")))
    values, wrong = read_figures(data, found.starts, found.ends)
    texts = [data[a:b].tobytes().decode() for a, b in zip(found.starts, found.ends, strict=True)]
    return texts, values, wrong


@pytest.mark.parametrize(
    "form", ["{:.4f}", "{!r}", "{:.3e}", "{:+.6f}", "{:g}", "{:.0f}", "{:.17g}"]
)
def test_a_number_is_read_to_the_last_bit_however_it_is_written(form):
    generator = np.random.default_rng(0)
    values = generator.normal(size=300) * 10.0 ** generator.integers(-12, 12, 300)
    texts = [form.format(float(value)) for value in values]
    found, numbers, wrong = read(*texts)
    assert found == texts
    assert not wrong.any()
    np.testing.assert_array_equal(numbers, list(map(float, texts)))


ODD = {
    "5.": (["5."], [5.0]),
    ".5 -.5": ([".5", "-.5"], [0.5, -0.5]),
    "1e400 1e-400 -1e400": (["1e400", "1e-400", "-1e400"], [np.inf, 0.0, -np.inf]),
    "top5 acc@1 layer-2 v1.2": ([], []),
    "38/40 - 5s ... --": (["38", "40", "5"], [38, 40, 5]),
    "2026-01-01T12:30": (["2026-01-01", "12", "30"], None),
    "1e5e5 0.5.1 1-2 +-3": (["1e5e5", "0.5.1", "1-2", "-3"], None),
    "9" * 40: (["9" * 40], [1e40]),
    "1e" + "0" * 30 + "5": (["1e" + "0" * 30 + "5"], [1e5]),
}


@pytest.mark.parametrize("line", ODD)
def test_what_is_no_number_is_none(line):
    texts, values = ODD[line]
    found, numbers, wrong = read(line)
    assert found == texts
    if values is not None:
        assert numbers.tolist() == values
        assert not wrong.any()
    else:
        kept = [text for text, none in zip(found, wrong, strict=True) if not none]
        assert list(map(float, kept)) == numbers[~wrong].tolist()
        assert wrong.any()
