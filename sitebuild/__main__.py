"""One entry: ``python -m sitebuild COMMAND``, each command with its own ``--help``."""

import errno
import sys
from contextlib import nullcontext

from sitebuild.alone import alone
from sitebuild.paths import ROOT

COMMANDS = (
    "notebooks",
    "site",
    "offline",
    "lab",
    "question-bank",
    "code-cells",
    "drawings",
    "minutes",
)
# The disk's or its owner's will, no fault of ours: full, read-only, not allowed.
OUTSIDE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
WRITE_THE_SAME = ("notebooks", "site", "offline", "question-bank")


def main():
    name, *arguments = sys.argv[1:] or ["--help"]
    if name not in COMMANDS:
        print(f"python -m sitebuild COMMAND, one of: {', '.join(COMMANDS)}")
        return int(name not in ("-h", "--help"))
    try:
        # What a command needs takes seconds to import, and may not be there.
        module = __import__(f"sitebuild.{name.replace('-', '_')}", fromlist=["main"])
        with alone(name) if name in WRITE_THE_SAME else nullcontext():
            return module.main(arguments)
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.errno not in OUTSIDE:
            raise
        print(f"{name}: {error.strerror or error}: {error.filename or ROOT}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
