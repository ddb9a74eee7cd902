#!/usr/bin/env bash
# valgrind.sh PROGRAM - memcheck over a run of every row that is not meant to crash, in all its processes; some 3 minutes
#
# No error in any process, and no descriptor of its own left open by the supervisor. The row ptrace is left out: valgrind
# does not let one of its processes trace another.
set -u

program=$1
log=$(mktemp -d /var/tmp/torture.XXXXXX) || exit
trap 'rm -rf "$log"' EXIT
rows=$("$program" list | awk '{ print $1 }' | grep -vx -e mmap_dontfork -e shm_no_size -e ptrace)
failed=0

for row in $rows; do
	timeout 120 valgrind --trace-children=yes --track-fds=yes --error-exitcode=99 --log-file="$log/$row.%p" \
		"$program" run "$row" >"$log/out" 2>&1
	status=$?
	if [ $status -ne 0 ] || ! grep -q ' 0 could not run' "$log/out"; then
		echo "not ok: $row: status $status"
		failed=1
	fi
	if grep -hE 'ERROR SUMMARY: [1-9]|definitely lost: [1-9]' "$log/$row".*; then
		echo "not ok: $row"
		failed=1
	fi
	# The first process is the supervisor: what it has open besides what it was given has a place where it was opened.
	first=$(find "$log" -name "$row.*" | sort -t . -k 3 -n | head -n 1)
	if awk '/Open file descriptor/ { line = $0; getline; if (!/inherited/ && line !~ /:$|<inherited/) print line, $0 }' "$first" |
		grep -v "$log"; then
		echo "not ok: $row: a descriptor was left open"
		failed=1
	fi
	rm -f "$log/$row".*
done
[ $failed -eq 0 ] && echo "ok: $(wc -w <<<"$rows") rows under valgrind, without an error; not there: mmap_dontfork, shm_no_size, ptrace"
exit $failed
