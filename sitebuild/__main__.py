"""One entry: ``python -m sitebuild COMMAND``, each command with its own ``--help``."""

import sys

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


def main():
    name, *arguments = sys.argv[1:] or ["--help"]
    if name not in COMMANDS:
        print(f"python -m sitebuild COMMAND, one of: {', '.join(COMMANDS)}")
        return int(name not in ("-h", "--help"))
    try:
        # What a command needs takes seconds to import, and may not be there.
        module = __import__(f"sitebuild.{name.replace('-', '_')}", fromlist=["main"])
        return module.main(arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
