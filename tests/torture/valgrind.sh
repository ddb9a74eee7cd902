#!/usr/bin/env bash
# valgrind.sh PROGRAM [ROW…] - memcheck over a run of every row that is not meant to crash, in all its processes; some 3 minutes
#
# No error in any process. And, in a run without it, no descriptor left open by the supervisors or by the owner of a link,
# whose teardown() has closed what its hooks have opened: left_open.c. What leaks.c leaks is seen, kind by kind. The row
# ptrace is left out: valgrind does not let one of its processes trace another. Exit status 77 without valgrind or a compiler.
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
	"${CC:-cc}" -D_GNU_SOURCE -shared -fPIC -o "$log/left_open.so" "$here/left_open.c" || exit
failed=0

not_ok()
{
	echo "not ok: $*"
	failed=1
}

# COMMAND…: its status; what it says is in $log/out, the log of each process in $log/memcheck.PID. Under this valgrind
# pidfd_open(2) fails, so descriptors are looked at in a run without it.
checked()
{
	rm -f "$log"/memcheck.* "$log/at_exit"
	LD_PRELOAD="$log/left_open.so" AT_EXIT="$log/at_exit" timeout 120 "$@" >/dev/null 2>&1
	timeout 120 valgrind --trace-children=yes --error-exitcode=99 --log-file="$log/memcheck.%p" "$@" >"$log/out" 2>&1
}

# What the last command leaked, line by line.
leaked()
{
	grep -hE 'ERROR SUMMARY: [1-9]|definitely lost: [1-9]' "$log"/memcheck.*
	cat "$log/at_exit" 2>/dev/null
}

kinds=(file pipe eventfd unix inet pidfd)
for kind in "${kinds[@]}" memory; do
	checked "$log/leaks" "$kind"
	[ "$(leaked)" ] || not_ok "a leak that was put in was not seen: $kind"
done
for kind in "${kinds[@]}"; do
	checked "$log/leaks" "$kind" owner
	[[ $(leaked) == 'process '*' left open: descriptor '* ]] || not_ok "a leak of an owner that was put in was not seen: $kind"
done
for owner in '' owner; do
	checked "$log/leaks" nothing ${owner:+owner} || not_ok 'a program that leaks nothing fails'
	[ -z "$(leaked)" ] || not_ok "a leak is seen where there is none: $(leaked)"
done

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
[ $failed -eq 0 ] && echo "ok: ${#rows[@]} rows under valgrind, without an error; $((2 * ${#kinds[@]} + 1)) leaks put in were seen; not there: mmap_dontfork, shm_no_size, ptrace"
exit $failed
