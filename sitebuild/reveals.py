"""Where a notebook asks for a prediction, the output that has the answer is folded."""

import re

ASKS = re.compile(r'^predict\("[\w-]+"\)$', re.M)
# Where the page holds nothing back any more: a heading, or the next prediction.
ENDS = re.compile(r"^(#|> \*\*Predict\.)", re.M)


def fold_reveals(notebook):
    """Fold, as JupyterLab does, the first output after each prediction.

    A click or a run unfolds it; the site, GitHub and the tests of the outputs do not see it.
    """
    waiting = False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            waiting = waiting and not ENDS.search(cell.source)
        elif ASKS.search(cell.source):
            waiting = True
        elif waiting and cell.outputs:
            cell.metadata["jupyter"] = {"outputs_hidden": True}
            waiting = False
