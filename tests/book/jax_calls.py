"""Run calls of Keras, Optax and JAX in a process of its own, for `test_what_to_call`.

Keras reads its backend at import, and JAX's threads do not go with what other tests start.
"""

import os
import pickle
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax.losses

jax.config.update("jax_enable_x64", True)


def f32(*values):
    return jnp.array(values, dtype=jnp.float32)


def fitted_loss(weights):
    """What `fit` reports for four examples of loss log 2, three of class 0 and one of class 1."""
    outputs = keras.layers.Dense(2, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((1,)), outputs])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(loss=loss, optimizer=keras.optimizers.SGD(0.0))
    inputs, labels = np.ones((4, 1), np.float32), np.array([0, 0, 0, 1])
    history = model.fit(inputs, labels, class_weight=weights, batch_size=4, verbose=0)
    return history.history["loss"][0]


LIBRARIES = {"Keras": vars(keras.losses), "Optax": vars(optax.losses), "JAX": {}}
HELPERS = {
    "jax": jax,
    "jnp": jnp,
    "np": np,
    "keras": keras,
    "optax": optax.losses,
    "f32": f32,
    "fitted_loss": fitted_loss,
}


def result(library, call, names, floats):
    """The value of a call, or the error's text."""
    keras.config.set_floatx(floats)
    try:
        return np.asarray(eval(call, HELPERS | LIBRARIES[library] | names))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    asked, answered = map(Path, sys.argv[1:])
    calls = pickle.loads(asked.read_bytes())
    answered.write_bytes(pickle.dumps([result(*call) for call in calls]))
