#!/bin/sh
# check_one.sh FILE - runs one file of tests for check.sh, and prints what it says in one piece
set -u

file=$1 log=$LOGS/$(basename "$1")
# As pid 1 it is in namespaces of its own, but for the folder in which POSIX keeps shared memory.
[ $$ -ne 1 ] || mount -t tmpfs none /dev/shm || exit
case $file in
*.bats) set -- bats --formatter tap --timing --filter-tags "$TAGS" --print-output-on-failure "$file" ;;
esac
"$@" >"$log" 2>&1 </dev/null
status=$?
# A program that ends before its summary has failed, whatever its exit status.
grep -qE '^1\.\.[0-9]|^\[==========\] (tests: )?[1-9][0-9]* test\(s\) run' "$log" || echo "not ok $file: exit status $status" >>"$log"
grep -q '^1\.\.0$' "$log" || flock "$LOGS" sed "1i\\  TEST $file" "$log"
exit $status
