"""The recall quiz: a bank of questions, with a reason for every answer.

The bank lies in plain files, one per chapter. `Quiz` asks some of its questions, on the site
without a kernel and in a notebook; `lossfns.quiz.exports` writes the bank for other systems.
`predict` asks for a guess before a page goes on; what is guessed is no question of the bank.
"""

from lossfns._extras import needs

with needs("course"):
    from lossfns.quiz._bank import (
        BANK,
        PREDICTIONS,
        load_bank,
        load_predictions,
        read_bank,
        read_predictions,
    )
    from lossfns.quiz._html import question_script, questions_html, review_html
    from lossfns.quiz._schema import BankError
    from lossfns.quiz._widget import (
        Prediction,
        Quiz,
        mixed,
        predict,
        recall,
        review_script,
        site_script,
        stylesheet,
    )

__all__ = [
    "BANK",
    "PREDICTIONS",
    "BankError",
    "Prediction",
    "Quiz",
    "load_bank",
    "load_predictions",
    "mixed",
    "predict",
    "question_script",
    "questions_html",
    "read_bank",
    "read_predictions",
    "recall",
    "review_html",
    "review_script",
    "site_script",
    "stylesheet",
]
