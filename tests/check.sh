#!/bin/sh
# check.sh BUILD TAGS UNIT… - runs the unit tests and then the command tests; the last line adds them up
#
# TAGS chooses the command tests: slow, or !slow for the others.
# The command tests find the programs in IPCKIT and IPCKIT_FIXTURES, and the folder of the build in BUILD.
set -u

build=$(cd "$1" && pwd) || exit
tags=$2
shift 2
log=$build/check.log
status=0
: >"$log"
if [ $# -eq 0 ] && [ "$tags" != slow ]; then
	echo 'check: no unit test in tests/unit' >&2
	exit 1
fi
if ! command -v bats >/dev/null; then
	# shellcheck disable=SC2016 # the quotes are for people
	echo 'check: not found: bats; `make deps` installs what is missing' >&2
	exit 1
fi

# A program that ends before its summary has failed, whatever its exit status.
for unit in "$@"; do
	echo "  TEST $unit"
	"$unit" >"$build/unit.log" 2>&1 </dev/null
	result=$?
	grep -q '^\[==========\] \(tests: \)*[1-9][0-9]* test(s) run' "$build/unit.log" || echo "not ok $unit: exit status $result" >>"$build/unit.log"
	cat "$build/unit.log"
	cat "$build/unit.log" >>"$log"
	[ $result -eq 0 ] || status=1
done

# One after the other: some tests look for what a run has left behind, and would find what another one has made.
export BUILD="$build" IPCKIT="$build/ipckit" IPCKIT_FIXTURES="$build/ipckit-fixtures"
export BATS_TEST_TIMEOUT="${BATS_TEST_TIMEOUT:-300}"
: >"$build/report.tap"
bats --timing --filter-tags "$tags" --print-output-on-failure --report-formatter tap --output "$build" tests </dev/null || status=1
grep -q '^1\.\.[1-9]' "$build/report.tap" || { echo 'check: no command test ran'; status=1; }
cat "$build/report.tap" >>"$log"

awk '
/^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
/^ [0-9]+ SKIPPED TEST/ { skipped += $1 }
/^ [0-9]+ FAILED TEST/ { failed += $1 }
/^1\.\.[0-9]/ { planned = substr($1, 4) }
/^(not )?ok [0-9]/ { planned-- }
/^not ok / { failed++ }
/^ok / { if (/ # skip/) skipped++; else passed++ }
END {
	failed += planned > 0 ? planned : 0 # what bats never came to
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0 || passed == 0
}
' "$log" || status=1
exit $status
