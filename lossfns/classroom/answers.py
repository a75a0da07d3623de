"""Write the answer key: for teachers, and in no pack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lossfns.checks import find, question, solution_source
from lossfns.classroom.notebook import plain
from lossfns.classroom.roster import Student


def answer_key(ids: Iterable[str], students: Sequence[Student] = ()) -> str:
    """Return the answers to exercises as Markdown: our code, and everybody's numbers.

    Parameters
    ----------
    ids : iterable of str
        Exercises, without seeds.
    students : sequence of Student, optional
        Who gets numbers of their own.

    Examples
    --------
    >>> print(answer_key(["mse.value"]))
    # Answer key
    <BLANKLINE>
    For teachers: keep it from the packs.
    <BLANKLINE>
    ## `mse.value`
    <BLANKLINE>
    Turn predictions and targets into one mean squared error.
    <BLANKLINE>
    ```python
    def mean_squared_error(predictions, targets):
        return np.mean((predictions - targets) ** 2)
    ```
    <BLANKLINE>
    """
    parts = ["# Answer key\n\nFor teachers: keep it from the packs.\n"]
    for name in ids:
        aim = find(name).objective
        aim = aim[0].upper() + aim[1:]
        code = solution_source(name)
        parts.append(f"## `{name}`\n\n{aim}.\n\n```python\n{code}\n```\n")
        if find(name).draw:
            parts.append(_numbers(name, students))
    return "\n".join(part for part in parts if part)


def _numbers(name: str, students: Sequence[Student]) -> str:
    rows = [("the page's", name), *((plain(s.name), f"{name}@{s.seed}") for s in students)]
    lines = ["| whose numbers | question | answer |", "|---|---|---|"]
    for whose, own in rows:
        asked = question(own).details[0][1].replace("|", r"\|")
        lines.append(f"| {whose} | {asked} | {find(own).written} |")
    return "\n".join(lines) + "\n"
