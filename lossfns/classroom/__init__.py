"""Course packs, grading, and what a whole class got wrong."""
