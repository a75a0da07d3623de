"""Tests of the explorers: their Python, their JavaScript, and both in a browser."""
