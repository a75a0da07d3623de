#!/usr/bin/env bash
# Starts a student's server, as the student and in their home: bounds, then the teacher's folder.
set -euo pipefail

# Many a machine lets everybody read every home, answers and all.
umask 077
chmod go= .

# A cell that asks for all memory gets a MemoryError, and nobody else notices.
ulimit -d "$COURSE_KIBIBYTES"
# Counted for each account, so only where each student has one.
if [ -n "${COURSE_PROCESSES:-}" ]; then ulimit -u "$COURSE_PROCESSES"; fi

# Whatever a student has under that name stays.
if [ ! -e shared ] && [ ! -L shared ]; then ln -s "$COURSE_SHARED" shared; fi

exec "$@"
