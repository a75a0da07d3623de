"""What a page holds back: on the site in one element, in a notebook one folded output."""

import nbformat.v4
from lxml import html

from sitebuild import notebooks
from sitebuild import site as builder
from sitebuild.reveals import fold_reveals
from tests.sitebuild.test_build import small_book, write_chapter

__all__ = ["small_book"]

CHAPTER = """# A

```{code-cell} python
from IPython.display import HTML


def predict(name):
    asked = f'<form data-question="{name}">Guess.</form>'
    return HTML(f'<div data-quiz="prediction">{asked}</div>')
```

> **Predict.** What is it?

```{code-cell} python
:tags: [hide-input]

predict("one-guess")
```

The answer.

```{code-cell} python
print("it is", 6 * 7)
```

> **Predict.** And then?

```{code-cell} python
predict("two-guess")
```

More.

### A heading

Free.

## Another

> **Predict.** The last?

```{code-cell} python
predict("three-guess")
```
"""


def test_a_page_holds_back_what_follows_up_to_the_next_heading_or_prediction(small_book):
    notebooks.update(write_chapter(small_book, CHAPTER))
    assert builder.main() == 0
    page = html.parse(builder.HTML / "01_a.html").getroot()
    held = {
        name: page.get_element_by_id(f"held-{name}-guess").text_content().split()
        for name in ("one", "two", "three")
    }
    assert held["one"][:2] == ["The", "answer."]
    assert held["one"][-3:] == ["it", "is", "42"]
    assert held["two"] == ["More."]
    assert held["three"] == []
    # The code that asks is no part of the lesson, whatever tags it has.
    text = page.text_content()
    assert 'predict("' not in text
    assert text.count("Guess.") == 3


def folded(*sources):
    """Which cells of a notebook are folded; what is no text of a page prints, unless it sets."""
    cells = [
        nbformat.v4.new_markdown_cell(source)
        if source[0] in "#>T"
        else nbformat.v4.new_code_cell(
            source, outputs=[] if "=" in source else [nbformat.v4.new_output("stream", text="42")]
        )
        for source in sources
    ]
    fold_reveals(nbformat.v4.new_notebook(cells=cells))
    return [cell.source for cell in cells if "jupyter" in cell.metadata]


def test_the_first_output_after_a_prediction_is_folded():
    asked = 'from lossfns.quiz import predict\n\npredict("a-guess")'
    assert folded("print(0)", asked, "Text.", "x = 1", "print(x)", "print(2)") == ["print(x)"]
    assert folded(asked, "print(1)", asked, "print(2)") == ["print(1)", "print(2)"]


def test_no_output_is_folded_that_is_not_the_answer():
    asked = 'predict("a-guess")'
    assert folded(asked, "Text.\n\n## Next", "print(1)") == []
    assert folded(asked, "> **Predict.** And now?", "print(1)") == []
    assert folded(asked, "> **Checked.** No.", "print(1)") == ["print(1)"]
    assert folded("print(1)", "predict(rows)", "print(2)") == []
