#!/usr/bin/env bats
# No capability stays effective outside the one call that needs it: as /proc tells the hooks of a row, of their own process
# and of those above it; and as the trace of all system calls of all processes tells.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

setup()
{
	build=$BATS_TEST_DIRNAME/../build
	export LC_ALL=C
}

teardown()
{
	[ -z "${grader:-}" ] || { kill "$grader" && wait "$grader"; } || true
	[ -z "${folder:-}" ] || rm -rf "$folder"
}

# strays FILE: from a trace of all calls, "CAPABILITIES CALL" of what was called while they were effective, and is none of
# those that need them. All is effective until the first process has lowered it, at its start. A child that is made while
# one is effective would have it: clone is none of those.
strays()
{
	awk '
	NR == 1 { first = $1 }
	BEGIN {
		may["1<<CAP_KILL"] = "kill"
		may["1<<CAP_SETGID"] = "setgroups setresgid"
		may["1<<CAP_SETUID"] = "setresuid"
		may["1<<CAP_SETPCAP"] = "prctl"
		may["1<<CAP_SYS_ADMIN"] = "openat shmctl msgctl semctl unshare mount"
	}
	$2 ~ /^(<|\+|-)/ { next }
	/ capset\(/ {
		lowered[$1] += /\{effective=0,/
		match($0, /effective=[^,]*/)
		effective[$1] = substr($0, RSTART + 10, RLENGTH - 10)
		next
	}
	(lowered[$1] || $1 != first) && effective[$1] != 0 {
		call = $2
		sub(/\(.*/, "", call)
		if (call == "capget" || call == "capset")
			next
		if (index(" " may[effective[$1]] " ", " " call " ") == 0 || call == "openat" && !/\/pagemap"/)
			print effective[$1], call
		# Who becomes another user loses all of them by that (capabilities(7)).
		if (call == "setresuid")
			effective[$1] = 0
	}' "$1" | sort | uniq -c
}

# traced FILE ARGUMENT…: all calls of all processes of a run.
traced()
{
	local file=$1

	shift
	strace -f -o "$file" "${IPCKIT:-$build/ipckit}" "$@" >/dev/null
}

# COMMAND: the fixture whose hooks look at /proc finds nothing, in none of its cells.
finds_none()
{
	run --separate-stderr "${IPCKIT_FIXTURES:-$build/ipckit-fixtures}" "$1" --format=csv seeks_capabilities
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(grep -c '^seeks_capabilities,' <<<"$output")" -eq "$2" ]
	! grep -E 'no_new_privs|watchers|capability:|,(crashed|hung|failed|refused|unsupported),' <<<"$output"
}

@test "no hook has a capability, nor have those who watch it meanwhile: run" {
	finds_none run 5
}

@test "no hook has a capability, nor have those who watch it meanwhile: every column" {
	[ "$(id -u)" -eq 0 ] || skip 'not root'
	finds_none matrix 20
}

@test "a capability is effective for the one call that needs it" {
	[ "$(id -u)" -eq 0 ] || skip 'not root'
	! grep -q __asan_init "${IPCKIT:-$build/ipckit}" || skip 'a sanitizer makes calls of its own'
	traced "$BATS_TEST_TMPDIR/trace" matrix --columns=delivers,frame,exec,container,unprivileged,intruder malloc sysv_shm pipe
	run strays "$BATS_TEST_TMPDIR/trace"
	echo "$output"
	[ -z "$output" ]
	# Each of them was raised.
	for capability in KILL SETGID SETUID SYS_ADMIN; do
		grep -q "capset(.*effective=[^,]*CAP_${capability}[,|]" "$BATS_TEST_TMPDIR/trace"
	done
}

@test "so it is in the commands that show, choose and measure time" {
	[ "$(id -u)" -eq 0 ] || skip 'not root'
	! grep -q __asan_init "${IPCKIT:-$build/ipckit}" || skip 'a sanitizer makes calls of its own'
	for arguments in 'demo malloc' 'pick --need=eof pipe malloc' 'bench --time=0.1 --sizes=64 pipe malloc' 'cow --sizes=1M'; do
		read -ra arguments <<<"$arguments"
		traced "$BATS_TEST_TMPDIR/trace" "${arguments[@]}"
		run strays "$BATS_TEST_TMPDIR/trace"
		echo "${arguments[*]}: $output"
		[ -z "$output" ]
		grep -q 'capset(.*effective=0' "$BATS_TEST_TMPDIR/trace"
	done
}

# Each of the first calls that read the capabilities in turn, in every process: what was dropped for that is not "not ours".
@test "capabilities that were lost are told by the call that failed" {
	! grep -q __asan_init "$IPCKIT" || skip "a sanitizer makes calls, and needs memory and /proc, of its own"
	local n told=

	[ "$(id -u)" -eq 0 ] || skip "only root can become two other users"
	for n in {9..12}; do
		run --separate-stderr strace -f -o /dev/null -e inject=capget:error=EINVAL:when="$n" "${IPCKIT:-$build/ipckit}" \
			matrix --columns=intruder mmap_shared pipe
		[[ $stderr != *"Operation not permitted"* ]]
		[ "$status" -eq 0 ] || told=$stderr
	done
	[[ $told == *"cap_get_proc: Invalid argument"* ]]
}

@test "one that stays effective is noticed" {
	run strays - <<'TRACE'
10 capset({version=3, pid=0}, {effective=1<<CAP_CHOWN, permitted=1<<CAP_CHOWN, inheritable=0}) = 0
10 close(3) = 0
10 capset({version=3, pid=0}, {effective=0, permitted=1<<CAP_KILL, inheritable=0}) = 0
10 clone(child_stack=NULL, flags=SIGCHLD) = 11
11 capset({version=3, pid=0}, {effective=1<<CAP_SYS_ADMIN, permitted=1<<CAP_SYS_ADMIN, inheritable=0}) = 0
11 openat(AT_FDCWD, "/proc/12/pagemap", O_RDONLY) = 3
11 openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = 3
11 capset({version=3, pid=0}, {effective=0, permitted=1<<CAP_SYS_ADMIN, inheritable=0}) = 0
11 close(3) = 0
10 capset({version=3, pid=0}, {effective=1<<CAP_KILL, permitted=1<<CAP_KILL, inheritable=0} <unfinished ...>
11 read(3, "", 1) = 0
10 <... capset resumed>) = 0
10 clone(child_stack=NULL, flags=SIGCHLD) = 13
TRACE
	[ "$(awk '{ print $1, $2, $3 }' <<<"$output")" = $'1 1<<CAP_KILL clone\n1 1<<CAP_SYS_ADMIN openat' ]
}

# waits FILE: "CAPABILITIES CALL" of what a grader called with any effective that needs none: it waits, hears what foreign
# programs say, or makes a process. Of the programs that it starts the trace has nothing.
waits()
{
	awk '
	NR == 1 { first = $1 }
	$2 ~ /^(<|\+|-)/ { next }
	/ capset\(/ {
		lowered[$1] += /\{effective=0,/
		match($0, /effective=[^,]*/)
		effective[$1] = substr($0, RSTART + 10, RLENGTH - 10)
		next
	}
	(lowered[$1] || $1 != first) && effective[$1] != 0 && $2 ~ /^(read|poll|ppoll|wait4|waitid|clone3?|v?fork)\(/ {
		sub(/\(.*/, "", $2)
		print effective[$1], $2
	}' "$1" | sort | uniq -c
}

# can_grade: sets answer, a right one of L1
can_grade()
{
	[ "$(id -u)" -eq 0 ] || skip 'not root'
	[ -x "$(dirname "${IPCKIT:-$build/ipckit}")/grade/ipckit-warden" ] || skip 'the warden was not built: no libseccomp'
	! grep -q __asan_init "${IPCKIT:-$build/ipckit}" || skip 'a sanitizer makes calls of its own'
	answer=$BATS_TEST_TMPDIR/a.c
	(cd "$BATS_TEST_DIRNAME/.." && sh tests/grading/amalgam.sh mmap_shared) >"$answer"
}

@test "a grader has none effective while it waits" {
	can_grade
	for isolation in namespaces limits; do
		strace -f -b execve -o "$BATS_TEST_TMPDIR/trace" "${IPCKIT:-$build/ipckit}" grade --isolation $isolation "$answer"
		run waits "$BATS_TEST_TMPDIR/trace"
		echo "$output"
		[ -z "$output" ]
		grep -q 'capset(.*effective=[^,]*CAP_CHOWN[,|]' "$BATS_TEST_TMPDIR/trace"
	done
	mkdir "$BATS_TEST_TMPDIR/class"
	cp "$answer" "$BATS_TEST_TMPDIR/class"
	strace -f -b execve -o "$BATS_TEST_TMPDIR/trace" "${IPCKIT:-$build/ipckit}" grade --batch "$BATS_TEST_TMPDIR/class" \
		--out "$BATS_TEST_TMPDIR/out"
	run waits "$BATS_TEST_TMPDIR/trace"
	[[ $output != *poll* && $output != *wait* ]]
	grep -q 'poll(' "$BATS_TEST_TMPDIR/trace"
}

# effective PID
effective()
{
	sed -n 's/^CapEff:[[:space:]]*0*//p' "/proc/$1/status"
}

@test "of a grader, its warden and the answer only the warden holds some, the few that it needs" {
	can_grade
	sed -i '1i #include <unistd.h>
		/_setup(struct link/,/^{/s/^{/{\n\tfor (;;)\n\t\tpause();/' "$answer"
	folder=$(mktemp -d /tmp/caps-XXXXXX) # its name has to be shorter than those that bats gives
	chmod 711 "$folder"
	TMPDIR=$folder "${IPCKIT:-$build/ipckit}" grade --isolation limits "$answer" >/dev/null 3>&- &
	grader=$!
	until runner=$(pgrep -o -f "^$folder/ipckit-grade\.[^/]*/out/runner") && [ "$runner" ]; do kill -0 $grader; done
	warden=$(ps -o ppid= -p "$runner" | xargs)
	# The grader may be at one of its calls in one look, and is not in the next.
	for ((look = 0; look < 50; look++)); do
		found="$(effective "$runner"),$(effective "$warden"),$(effective $grader)"
		[ "$found" != ,801e2, ] || break
	done
	[ -e "/proc/$runner" ]
	kill -TERM $grader
	wait $grader || true
	grader=
	rmdir "$folder"
	# CAP_DAC_OVERRIDE, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SETPCAP, CAP_SYS_PTRACE
	[ "$found" = ,801e2, ]
}

@test "files that only root may reach can be graded, and written" {
	can_grade
	mkdir -m 700 "$BATS_TEST_TMPDIR/theirs"{,/class}
	install -m 600 "$answer" "$BATS_TEST_TMPDIR/theirs/class/a.c"
	chown -R 1000:1000 "$BATS_TEST_TMPDIR/theirs"
	"${IPCKIT:-$build/ipckit}" grade --output "$BATS_TEST_TMPDIR/theirs/result.txt" "$BATS_TEST_TMPDIR/theirs/class/a.c"
	[ -s "$BATS_TEST_TMPDIR/theirs/result.txt" ]
	"${IPCKIT:-$build/ipckit}" grade --batch "$BATS_TEST_TMPDIR/theirs/class" --out "$BATS_TEST_TMPDIR/theirs/out"
	[ -s "$BATS_TEST_TMPDIR/theirs/out/a.json" ]
}
