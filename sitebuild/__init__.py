"""What turns `book/` into notebooks, the site and the question bank: ``python -m sitebuild``."""

import sys

# A grammar of addresses in other scripts, which jsonschema loads if it can: more than a second in
# every process that reads a notebook, for a check that no notebook asks for.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
