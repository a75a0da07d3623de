"""One entry: ``python -m sitebuild COMMAND``, each command with its own ``--help``."""

import sys

from sitebuild import drawings, notebooks, question_bank, site

COMMANDS = {
    "notebooks": notebooks,
    "site": site,
    "question-bank": question_bank,
    "drawings": drawings,
}


def main():
    name, *arguments = sys.argv[1:] or ["--help"]
    if name not in COMMANDS:
        print("python -m sitebuild COMMAND, one of:")
        for command, module in COMMANDS.items():
            print(f"  {command:14} {module.__doc__.splitlines()[0]}")
        return int(name not in ("-h", "--help"))
    return COMMANDS[name].main(arguments)


if __name__ == "__main__":
    sys.exit(main())
