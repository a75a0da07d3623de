"""The explorers' traits: bounds, errors, observing, linking."""

import json

import ipywidgets
import numpy as np
import pytest
import traitlets

from lossfns.explorers import EXPLORERS, FloatsExplorer, LossExplorer
from tests.node import node


def component_params(name):
    """The rules by which a component's controls and address read its traits."""
    code = f'import("./lossfns/explorers/static/{name}.mjs")'
    code += f".then((module) => console.log(JSON.stringify(module.{name}.params)))"
    return json.loads(node("--eval", code))


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_python_and_javascript_keep_the_same_bounds(explorer):
    """A value that Python accepts can be shown and linked, and the reverse."""
    traits = explorer.class_traits(state=True)
    del traits["revealed"]
    params = component_params(explorer.component)
    assert sorted(params) == sorted(traits)
    for name, rule in params.items():
        trait = traits[name]
        if "options" in rule:
            assert tuple(rule["options"]) == trait.options
        else:
            assert (rule["min"], rule["max"]) == (trait.low, trait.high), name
            assert rule.get("whole", False) == trait.whole
        assert tuple(rule.get("size", ())) == getattr(trait, "sizes", ())


def test_what_the_browser_changes_together_python_sees_together():
    explorer, seen = FloatsExplorer(), []
    explorer.observe(lambda change: seen.append(repr(explorer)), ["logit", "label", "dtype"])
    explorer.set_state({"logit": 8, "label": 0, "dtype": "float16"})
    assert set(seen) == {repr(FloatsExplorer(logit=8, label=0, dtype="float16"))}


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_every_trait_refuses_what_is_out_of_range_by_name(explorer):
    for name, trait in explorer.class_traits(state=True).items():
        if hasattr(trait, "options"):
            wrong = ["nonsense", None, 17, np.array([0, 1]), [0]]
        else:
            wrong = [
                trait.low - 1,
                trait.high + 1,
                float("nan"),
                float("inf"),
                10**400,
                "1",
                None,
                True,
            ]
            if hasattr(trait, "sizes"):
                item = trait.low
                fewest, most = trait.sizes
                wrong = [[value] * fewest for value in wrong] + [[item] * (most + 1), [], 1.0]
        for value in wrong:
            with pytest.raises(traitlets.TraitError, match=rf"{explorer.__name__}\.{name} must be"):
                explorer(**{name: value})


def test_numbers_from_numpy_are_taken():
    explorer = LossExplorer(probability=np.float32(0.25), label=np.int64(0), revealed=np.True_)
    assert (explorer.probability, explorer.label, explorer.revealed) == (0.25, 0, True)


def test_an_error_names_the_trait_and_the_range():
    with pytest.raises(traitlets.TraitError) as caught:
        LossExplorer(probability=2)
    assert str(caught.value) == (
        "LossExplorer.probability must be a number from 0.00001 to 0.99999, got 2"
    )
    with pytest.raises(traitlets.TraitError) as caught:
        LossExplorer(label=True)
    assert str(caught.value) == "LossExplorer.label must be one of 0, 1, got True"


def test_a_refused_value_leaves_the_old_one():
    explorer = LossExplorer(probability=0.3)
    with pytest.raises(traitlets.TraitError):
        explorer.probability = 0.0
    assert explorer.probability == 0.3


def test_traits_are_observed_and_linked_from_python():
    explorer = LossExplorer()
    slider = ipywidgets.FloatSlider(min=0.1, max=0.9, value=0.5)
    link = traitlets.link((slider, "value"), (explorer, "probability"))
    seen = []
    explorer.observe(lambda change: seen.append(change["new"]), "probability")
    slider.value = 0.7
    explorer.probability = 0.2
    assert seen == [0.7, 0.2]
    assert slider.value == 0.2
    link.unlink()


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda cls: cls.component)
def test_state_is_synced_with_the_browser(explorer):
    keys = set(explorer().keys)
    assert set(explorer.class_trait_names(state=True)) <= keys
    assert {"_esm", "_css"} <= keys
