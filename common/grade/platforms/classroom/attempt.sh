#!/bin/sh
# attempt.sh FILE - prints which attempt at FILE this is; by it the hints get clearer
#
# GitHub Classroom counts none, so it is how many commits have changed FILE. Those of whoever made the first commit do not
# count: that is the starter. What lay between two pushes was not graded, so it is never more than the runs of the workflow.
# The history has to be there (fetch-depth: 0); where it is not, this is the first attempt.
set -u

cd "$(dirname "$1")" || exit
file=./$(basename "$1")
starter=$(git log --max-parents=0 --format=%ae 2>/dev/null | tail -n 1)
attempt=$(git log --format=%ae -- "$file" 2>/dev/null | grep -cvxF -e "$starter")
runs=${GITHUB_RUN_NUMBER:-$attempt}
[ "$attempt" -le "$runs" ] || attempt=$runs
[ "$attempt" -ge 1 ] || attempt=1
echo "$attempt"
