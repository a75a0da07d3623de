"""Notebooks as a class hands them in."""

import json

START = "import numpy as np\n\nfrom lossfns.checks import check, hint, progress, question, solution"
VALUE = """def mean_squared_error(predictions, targets):
    {body}


check("mse.value", mean_squared_error)"""
RIGHT = VALUE.format(body="return np.mean((predictions - targets) ** 2)")
SUM = VALUE.format(body="return np.sum((predictions - targets) ** 2)")
STUB = VALUE.format(body="...")


def notebook(*cells):
    """The bytes of a notebook with these cells of code after the usual first one."""
    made = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        for source in (START, *cells)
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}).encode()


def hand_in(folder, **students):
    """Write each student's notebook into a folder of their own; return the whole folder."""
    for student, content in students.items():
        (folder / student).mkdir(parents=True)
        (folder / student / "ex01.ipynb").write_bytes(content)
    return folder
