#!/usr/bin/env bash
# valgrind.sh PROGRAM [ROW…] - memcheck over a run of every row that is not meant to crash, in all its processes; some 3 minutes
#
# No error in any process, and no descriptor of its own left open by the supervisor; what leaks.c leaks is seen, kind by
# kind. The row ptrace is left out: valgrind does not let one of its processes trace another. Exit status 77 without
# valgrind or a compiler.
set -u

program=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
for tool in valgrind "${CC:-cc}"; do
	command -v "$tool" >/dev/null || { echo "not here: valgrind: no $tool"; exit 77; }
done
log=$(mktemp -d /var/tmp/torture.XXXXXX) || exit
trap 'rm -rf "$log"' EXIT
"${CC:-cc}" -g -D_GNU_SOURCE -o "$log/leaks" "$here/leaks.c" &&
	"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o "$log/pidfds_at_exit.so" "$here/pidfds_at_exit.c" || exit
failed=0

not_ok()
{
	echo "not ok: $*"
	failed=1
}

# COMMAND…: its status; what it says is in $log/out, the log of each process in $log/memcheck.PID. Under this valgrind
# pidfd_open(2) fails, so the pidfds are looked for in a run without it.
checked()
{
	rm -f "$log"/memcheck.* "$log/at_exit"
	LD_PRELOAD="$log/pidfds_at_exit.so" AT_EXIT="$log/at_exit" timeout 120 "$@" >/dev/null 2>&1
	timeout 120 valgrind --trace-children=yes --track-fds=yes --error-exitcode=99 --log-file="$log/memcheck.%p" \
		"$@" >"$log/out" 2>&1
}

# What the last command leaked, line by line. The first process is the supervisor: what it has open besides what it was
# given has a place where it was opened. Of a pipe, an eventfd or a memfd this valgrind has no name.
leaked()
{
	local first

	grep -hE 'ERROR SUMMARY: [1-9]|definitely lost: [1-9]' "$log"/memcheck.*
	first=$(find "$log" -name 'memcheck.*' | sort -t . -k 3 -n | head -n 1)
	awk '/Open (file descriptor|[A-Za-z0-9_-]+ socket) / { line = $0; getline; if (!/<inherited/) print line, $0 }' "${first:-/dev/null}" |
		grep -v "$log/memcheck"
	cat "$log/at_exit" 2>/dev/null
}

for kind in file pipe eventfd unix inet pidfd memory; do
	checked "$log/leaks" $kind
	[ "$(leaked)" ] || not_ok "a leak that was put in was not seen: $kind"
done
checked "$log/leaks" nothing || not_ok 'a program that leaks nothing fails'
[ -z "$(leaked)" ] || not_ok "a leak is seen where there is none: $(leaked)"

rows=("$@")
[ $# -gt 0 ] || mapfile -t rows < <("$program" list | awk '{ print $1 }' | grep -vx -e mmap_dontfork -e shm_no_size -e ptrace)
[ ${#rows[@]} -gt 0 ] || not_ok "$program lists no rows"
for row in "${rows[@]}"; do
	checked "$program" run "$row"
	status=$?
	if [ $status -ne 0 ] || ! grep -q ' 0 could not run' "$log/out"; then
		not_ok "$row: status $status"
	fi
	leaks=$(leaked)
	[ -z "$leaks" ] || not_ok "$row: $leaks"
done
[ $failed -eq 0 ] && echo "ok: ${#rows[@]} rows under valgrind, without an error; 7 leaks put in were seen; not there: mmap_dontfork, shm_no_size, ptrace"
exit $failed
