#!/usr/bin/env bash
# valgrind.sh PROGRAM [ROW…] - memcheck over a run of every row that is not meant to crash, in all its processes, and over the
# other commands and every column; some 5 minutes
#
# With ROW only these runs. No error in any process. And, in a run without it, no descriptor left open by the supervisors or by
# the owner of a link, whose teardown() has closed what its hooks have opened: left_open.c. What leaks.c leaks is seen, kind by
# kind. The row ptrace is left out: valgrind does not let one of its processes trace another. Of grade what it forks is looked
# at, but not what these execute: the warden asks for a process that nobody has changed. Exit status 77 without valgrind or a
# compiler.
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
	[ $? -lt 124 ] || not_ok "$*: did not end well without valgrind"
	timeout 240 valgrind --trace-children="${children:-yes}" --error-exitcode=99 --log-file="$log/memcheck.%p" "$@" >"$log/out" 2>&1
}

# What was wrong in the last command, line by line; not what $by_design matches. Who is killed says no summary.
wrong()
{
	{
		grep -hE 'ERROR SUMMARY: [1-9]|definitely lost: [1-9]|==[0-9]+== (Invalid |Conditional jump|Use of uninit|Syscall param|Jump to)' \
			"$log"/memcheck.*
		cat "$log/at_exit" 2>/dev/null
	} | grep -vE -e "${by_design:-^$}"
}

kinds=(file pipe eventfd unix inet pidfd)
for kind in "${kinds[@]}" memory; do
	checked "$log/leaks" "$kind"
	[ "$(wrong)" ] || not_ok "a leak that was put in was not seen: $kind"
done
for kind in "${kinds[@]}"; do
	checked "$log/leaks" "$kind" owner
	[[ $(wrong) == 'process '*' left open: descriptor '* ]] || not_ok "a leak of an owner that was put in was not seen: $kind"
done
for owner in '' owner; do
	checked "$log/leaks" nothing ${owner:+owner} || not_ok 'a program that leaks nothing fails'
	[ -z "$(wrong)" ] || not_ok "a leak is seen where there is none: $(wrong)"
done

# STATUS PATTERN ARGUMENT…: how it ends, and what it prints
clean()
{
	local expected=$1 pattern=$2 status

	shift 2
	checked "$program" "$@"
	status=$?
	[ $status -eq "$expected" ] || not_ok "$*: status $status"
	[ ! "$pattern" ] || grep -qE -e "$pattern" "$log/out" || not_ok "$*: not said: $pattern"
	[ -z "$(wrong)" ] || not_ok "$*: $(wrong)"
	looked_at=$((looked_at + 1))
}

# Every column over a row of each kind. Who leaves without a teardown, as broken and persists have it, leaves its pipe open.
columns()
{
	local column by_design rows=(mmap_shared pipe shm_open)

	for column in $("$program" matrix --question | awk '{ print $1 }'); do
		by_design=''
		case $column in
		exec | unprivileged) clean 1 FAILED matrix --columns="$column" "${rows[@]}" ;; # what they execute would be valgrind
		broken | persists) by_design='left open' clean 0 shm_open matrix --columns="$column" "${rows[@]}" ;;
		*) clean 0 shm_open matrix --columns="$column" "${rows[@]}" ;;
		esac
	done
}

# A child that the grader forks has a copy of all that its parent has yet to free.
grading()
{
	local by_design='definitely lost' children=no

	[ -x "$(dirname "$program")/grade/ipckit-warden" ] || { echo 'valgrind: grade is left out: no grader was built'; return; }
	(cd "$here/../.." && sh tests/grading/amalgam.sh pipe) >"$log/L2.c"
	clean 0 'score: 100 of 100' grade --level L2 "$log/L2.c"
}

others()
{
	local bench=(bench --rounds=1 --time=0.1 --sizes=64)

	clean 0 '^pipe ' list
	clean 0 'pipe - an unnamed byte stream' explain pipe
	clean 0 'one address, two page frames' demo malloc
	clean 0 'one address, one page frame' demo mmap_shared
	by_design='left open' clean 1 '^  pipe ' pick --need=blocks pipe malloc # two columns fail, as below
	clean 0 '' run --format=json --output="$log/record" pipe
	clean 0 '^malloc,' run --format=csv malloc
	clean 0 '\| pipe \|' run --format=markdown pipe
	clean 0 '64K' cow --sizes=64K
	clean 0 '' "${bench[@]}" --format=json --output="$log/before" pipe
	clean 0 'pipe' "${bench[@]}" --compare="$log/before" pipe
	columns
	grading
}

looked_at=0
rows=("$@")
[ $# -gt 0 ] || mapfile -t rows < <("$program" list | awk '{ print $1 }' | grep -vx -e mmap_dontfork -e shm_no_size -e ptrace)
[ ${#rows[@]} -gt 0 ] || not_ok "$program lists no rows"
for row in "${rows[@]}"; do
	clean 0 ' 0 could not run' run "$row"
done
[ $# -gt 0 ] || others
[ $failed -eq 0 ] && echo "ok: ${#rows[@]} rows and $((looked_at - ${#rows[@]})) other commands under valgrind, without an error; $((2 * ${#kinds[@]} + 1)) leaks put in were seen; not there: mmap_dontfork, shm_no_size, ptrace"
exit $failed
