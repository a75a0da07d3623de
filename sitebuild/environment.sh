#!/usr/bin/env bash
# Makes .venv with the tested versions, lossfns itself, and the site's Node packages.
set -euo pipefail

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=""
for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11 python; do
  if fits "$candidate"; then python=$candidate && break; fi
done
if [ -z "$python" ]; then
  echo "Python 3.11 or newer is needed; python3 here is: $(python3 --version 2>&1 || true)." >&2
  echo "Install one, or name it: make book PYTHON=/path/to/python" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "$("$python" --version) has no venv module: install it (on Debian: python3-venv)." >&2
  exit 1
fi

# Of two at once the second waits, and finds the work done. The lock ends with whoever holds it.
mkdir -p _build
exec 9>_build/environment.lock
"$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' 2>/dev/null || true
if [ .venv/ready -nt requirements.lock ] && [ .venv/ready -nt pyproject.toml ] &&
  [ .venv/ready -nt package-lock.json ]; then exit 0; fi

"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --no-deps --editable .
PATH="$PWD/.venv/bin:$PATH" npm ci --loglevel=error --no-progress >/dev/null
touch .venv/ready
