#!/bin/sh
# check.sh BUILD TAGS UNIT… - runs the unit tests and the command tests; the last line adds them up
#
# TAGS chooses the command tests: slow, or !slow for the others. As many test files run at a time as there are CPUs, each
# in namespaces of its own, since some look for what a run has left behind; where there are none, one after the other.
# The command tests find the programs in IPCKIT and IPCKIT_FIXTURES, and the folder of the build in BUILD.
set -u

build=$(cd "$1" && pwd) || exit
export TAGS="$2" LOGS="$build/check"
shift 2
if [ $# -eq 0 ] && [ "$TAGS" != slow ]; then
	echo 'check: no unit test in tests/unit' >&2
	exit 1
fi
if ! command -v bats >/dev/null; then
	# shellcheck disable=SC2016 # the quotes are for people
	echo 'check: not found: bats; `make deps` installs what is missing' >&2
	exit 1
fi

export BUILD="$build" IPCKIT="$build/ipckit" IPCKIT_FIXTURES="$build/ipckit-fixtures"
export BATS_TEST_TIMEOUT="${BATS_TEST_TIMEOUT:-300}"
rm -rf "$LOGS"
mkdir "$LOGS" || exit
lanes=$(getconf _NPROCESSORS_ONLN)
own='unshare --mount --ipc --pid --fork --mount-proc --propagation private --kill-child'
$own mount -t tmpfs none /dev/shm 2>/dev/null || { own='' lanes=1; }
# What a script starts in the background has SIGINT ignored, and would pass that on to the tests.
! env --default-signal=INT true 2>/dev/null || own="env --default-signal=INT $own"
status=0
# shellcheck disable=SC2086 # a command of several words, or of none
printf '%s\0' tests/*.bats "$@" | xargs -0 -n 1 -P "$lanes" $own sh tests/check_one.sh || status=1

for file in tests/*.bats "$@"; do
	cat "$LOGS/$(basename "$file")" || echo "not ok $file was not run"
done >"$LOGS/all" 2>&1
grep -q '^1\.\.[1-9]' "$LOGS/all" || { echo 'check: no command test ran'; status=1; }
awk '
/^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
/^ [0-9]+ SKIPPED TEST/ { skipped += $1 }
/^ [0-9]+ FAILED TEST/ { failed += $1 }
/^1\.\.[0-9]/ { planned += substr($1, 4) }
/^(not )?ok [0-9]/ { planned-- }
/^not ok / { failed++ }
/^ok / { if (/ # skip/) skipped++; else passed++ }
END {
	failed += planned > 0 ? planned : 0 # what bats never came to
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0 || passed == 0
}
' "$LOGS/all" || status=1
exit $status
