"""The recall quiz: a bank of questions, with a reason for every answer.

The bank lies in plain files, one per chapter. `Quiz` asks some of its questions, on the site
without a kernel and in a notebook; `lossfns.quiz.exports` writes the bank for other systems.
"""

from lossfns._extras import needs

with needs("course"):
    from lossfns.quiz._bank import BANK, load_bank, read_bank
    from lossfns.quiz._html import review_html
    from lossfns.quiz._schema import BankError
    from lossfns.quiz._widget import Quiz, mixed, recall, review_script, site_script, stylesheet

__all__ = [
    "BANK",
    "BankError",
    "Quiz",
    "load_bank",
    "mixed",
    "read_bank",
    "recall",
    "review_html",
    "review_script",
    "site_script",
    "stylesheet",
]
