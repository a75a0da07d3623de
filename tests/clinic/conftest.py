"""What pytest leaves alone here: the trainings need libraries that no test does."""

collect_ignore = ["trainings"]
