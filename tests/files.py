"""What tests of files share."""


def identity(path):
    """What changes when a file is replaced or written, and not when it is only read."""
    found = path.lstat()
    return found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns
