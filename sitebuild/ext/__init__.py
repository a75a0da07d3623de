"""Sphinx extensions of the course's site."""
