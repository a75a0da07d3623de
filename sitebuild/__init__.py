"""What turns `book/` into notebooks, the site and the question bank: ``python -m sitebuild``."""
