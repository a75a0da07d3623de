"""Run the command as `python -m lossfns`."""

from lossfns.command import main

raise SystemExit(main())
