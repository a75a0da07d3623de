import importlib
import inspect

import pytest

PUBLIC = [
    "lossfns",
    "lossfns.checks",
    "lossfns.course.datasets",
    "lossfns.explorers",
    "lossfns.figures",
    "lossfns.quiz",
]


def public_functions(module):
    names = importlib.import_module(module).__all__
    values = [getattr(importlib.import_module(module), name) for name in names]
    return [value for value in values if inspect.isfunction(value)]


@pytest.mark.parametrize("module", PUBLIC)
def test_an_editor_and_a_type_checker_know_every_public_function(module):
    untyped = {}
    for function in public_functions(module):
        signature = inspect.signature(function)
        named = [*signature.parameters.values()]
        missing = [one.name for one in named if one.annotation is one.empty]
        if signature.return_annotation is signature.empty:
            missing.append("return")
        if missing:
            untyped[function.__name__] = missing
    assert public_functions(module)
    assert untyped == {}
