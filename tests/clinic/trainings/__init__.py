"""Trainings, sound and broken on purpose, whose logs the clinic's tests read.

`python -m tests.clinic.trainings` makes the files in `tests/clinic/logs/` anew. It needs PyTorch,
Keras, Lightning, Transformers, Accelerate and TensorBoard; the tests themselves need none of them.
"""
