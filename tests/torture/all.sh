#!/usr/bin/env bash
# all.sh [PART…] - all that takes long, one part after the other: a part that fails or is not possible here ends no other
#
# How long a part takes, and after how many seconds it stops, is in the header of its script; goals of make without one are
# ended after the time in the list below. A part that ends with 77 is "not here". Exit status 1 if one has failed.
set -u

IPCKIT=$(realpath "${IPCKIT:-build/ipckit}") || exit
export IPCKIT
MAKE=${MAKE:-make} folder=${B:-build}

# part|command
parts()
{
	cat <<LIST
repeat|bash tests/torture/repeat.sh
signals|bash tests/torture/signals.sh
kills|bash tests/torture/kills.sh
grade_kills|bash tests/torture/grade_kills.sh
together|bash tests/torture/together.sh
matrix|bash tests/torture/matrix.sh $IPCKIT
faults|bash tests/torture/faults.sh $IPCKIT ${EVERY:-7}
valgrind|bash tests/torture/valgrind.sh $IPCKIT
grading|bash tests/torture/grading.sh
class|bash tests/torture/class.sh
handout|timeout --kill-after=10 900 $MAKE --no-print-directory handout-check
stress|bash tests/stress/stress.sh $folder/stress
models|bash tests/models/models.sh $folder/models
analyze|timeout --kill-after=10 900 $MAKE --no-print-directory analyze
fuzz|timeout --kill-after=10 1800 $MAKE --no-print-directory fuzz
portability|bash tests/portability.sh $folder/portability
LIST
}

# COMMAND…: a script that this tree does not have is not here.
run()
{
	[ "$1" != bash ] || [ -e "$2" ] || return 77
	"$@" </dev/null
}

[ $# -gt 0 ] || mapfile -t all < <(parts | cut -d '|' -f 1)
[ $# -gt 0 ] || set -- "${all[@]}"
passed='' failed='' absent=''
for part; do
	command=$(parts | sed -n "s/^$part|//p")
	[ -n "$command" ] || { echo "torture: no part is called $part" >&2; exit 2; }
	started=$SECONDS
	# shellcheck disable=SC2086 # a command of several words
	run $command
	status=$?
	case $status in
	0) passed+=" $part" ;;
	77) absent+=" $part" ;;
	*) failed+=" $part" ;;
	esac
	echo "torture: $part: status $status in $((SECONDS - started)) s"
done
echo "torture: passed:${passed:- none}; failed:${failed:- none}; not here:${absent:- none}"
[ -z "$failed" ]
