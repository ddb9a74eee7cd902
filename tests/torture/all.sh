#!/usr/bin/env bash
# all.sh [PART…] - all that takes long, one part after the other: a part that fails or is not possible here ends no other
#
# How long a part takes, and after how many seconds it stops, is in the header of its script; goals of make without one are
# ended after the time below. A part that ends with 77 is "not here". Exit status 1 if one has failed, 77 if none was possible.
set -u

IPCKIT=$(realpath "${IPCKIT:-build/ipckit}") || exit
export IPCKIT
folder=${B:-build}
parts=(bugs repeat signals kills grade_kills together matrix faults valgrind grading class handout stress models analyze fuzz portability slow
	places fresh)

# SCRIPT ARGUMENT…: one that this tree does not have is not here.
script()
{
	[ -e "$1" ] || return 77
	bash "$@" </dev/null
}

# SECONDS GOAL [TOOL]: a goal of make; without the tool that it needs it is not here.
goal()
{
	[ $# -lt 3 ] || command -v "$3" >/dev/null || { echo "not here: $2: no $3"; return 77; }
	timeout --kill-after=10 "$1" "${MAKE:-make}" --no-print-directory "$2" </dev/null
}

# Debian 12 and 13; some 30 minutes. Not here where neither is, failed where one has.
fresh()
{
	local release status result=77

	for release in bookworm trixie; do
		script tests/fresh.sh "$folder/fresh" $release run-all check
		status=$?
		[ $status -eq 77 ] || [ $((result % 77)) -ne 0 ] || result=$status
	done
	return $result
}

part()
{
	case $1 in
	bugs | repeat | signals | kills | grade_kills | together | grading | class) script "tests/torture/$1.sh" ;;
	matrix | valgrind) script "tests/torture/$1.sh" "$IPCKIT" ;;
	faults) script tests/torture/faults.sh "$IPCKIT" 1 ;;
	stress | models) script "tests/$1/$1.sh" "$folder/$1" ;;
	portability) script tests/portability.sh "$folder/portability" ;;
	places) script tests/places.sh "$IPCKIT" ;;
	handout) goal 900 handout-check ;;
	analyze) goal 900 analyze gcc ;;
	fuzz) goal 1800 fuzz clang ;;
	slow) goal 1800 check-slow bats ;; # some 4 minutes
	fresh) fresh ;;
	esac
}

[ $# -gt 0 ] || set -- "${parts[@]}"
for part; do
	[[ " ${parts[*]} " == *" $part "* ]] || { echo "torture: no part is called $part" >&2; exit 2; }
done
passed='' failed='' absent=''
for part; do
	started=$SECONDS
	part "$part"
	status=$?
	case $status in
	0) passed+=" $part" ;;
	77) absent+=" $part" ;;
	*) failed+=" $part" ;;
	esac
	echo "torture: $part: status $status in $((SECONDS - started)) s"
done
echo "torture: passed:${passed:- none}; failed:${failed:- none}; not here:${absent:- none}"
[ -z "$failed" ] || exit 1
[ "$passed" ] || exit 77
