#!/usr/bin/env bash
# faults.sh PROGRAM [EVERY [PATTERN]] - each system call that the program makes after main() has begun fails once
#
# For every command below, every call that it makes and the 1st … 10th time that a process makes it: one run in which
# strace lets that one fail, with an error that the call's man page lists. EVERY (1): only every so-many-th such run. PATTERN: only of
# commands that match. Afterwards: the run has ended in time and did not crash; no cell holds another value than without the
# fault; a cell that could not be measured names the error; no process, name or System V object is left. The last line has
# the counts.
set -u

program=$1
every=${2:-1}
pattern=${3:-.}
here=$(cd "$(dirname "$0")" && pwd)
limit=60 # seconds until a run counts as hung
most=10  # occurrences

# call|errors that it may fail with, tried in turn. Not of those that remove something: what they cannot remove is left.
errors()
{
	cat <<'LIST'
accept4|EMFILE EINTR
bind|EADDRINUSE ENOMEM
capset|EPERM
clone|EAGAIN ENOMEM
clone3|EAGAIN ENOMEM
close_range|EINVAL
connect|EAGAIN ECONNREFUSED
dup2|EMFILE
eventfd2|EMFILE ENOMEM
execve|ENOMEM EACCES
fallocate|ENOSPC EINTR
fchmod|EPERM
fcntl|EINVAL ENOMEM
flock|EINTR ENOLCK
ftruncate|EINTR ENOSPC
getdents64|ENOENT
getrandom|ENOSYS EINTR
getsockname|ENOBUFS
getsockopt|ENOBUFS
ioctl|EIO EPERM
listen|EADDRINUSE
lseek|EINVAL
madvise|ENOMEM EAGAIN
memfd_create|EMFILE ENOSYS
mknodat|ENOSPC EPERM
mmap|ENOMEM
mount|EPERM
mprotect|ENOMEM
mq_open|EMFILE ENOSYS ENOSPC
mq_timedreceive|EINTR
mq_timedsend|EINTR
msgget|ENOSPC ENOSYS
msgrcv|EINTR
msgsnd|EINTR
openat|EMFILE ENOMEM EINTR
pidfd_open|EMFILE ENOSYS
pipe2|EMFILE ENFILE
poll|EINTR ENOMEM
ppoll|EINTR ENOMEM
prctl|EPERM EINVAL
pread64|EINTR EIO
process_vm_readv|EPERM ENOSYS
process_vm_writev|EPERM ENOMEM
pwrite64|EINTR ENOSPC
read|EINTR EIO
recvfrom|EINTR ENOMEM
recvmsg|EINTR ENOMEM
sendmsg|EINTR ENOBUFS
sendto|EINTR ENOBUFS
setgroups|EPERM
setpgid|EPERM
setresgid|EAGAIN
setresuid|EAGAIN
setsockopt|ENOBUFS
shmat|ENOMEM
shmget|ENOSPC ENOMEM
socket|EMFILE EAFNOSUPPORT
socketpair|EMFILE
unshare|EPERM ENOSPC
vmsplice|EINTR ENOMEM
wait4|EINTR
waitid|EINTR
write|EINTR ENOSPC EIO
LIST
}

# What is run: the rows one by one, the columns one by one over rows of each kind, and the other commands. The row that
# traces cannot be traced itself.
cases()
{
	local row column

	for row in $("$program" list | awk '$1 != "ptrace" { print $1 }'); do
		echo "run --format=json $row"
	done
	for column in $("$program" matrix --question | awk '{ print $1 }'); do
		echo "matrix --format=json --columns=$column mmap_shared shm_open sysv_shm pipe posix_mq"
	done
	echo 'demo malloc'
	echo 'demo mmap_shared'
	echo 'pick --format=json --need=blocks pipe malloc'
}

# In namespaces of its own: whatever is found there was left by the run before.
enclose()
{
	mount -t tmpfs none /dev/shm && mount -t tmpfs none /tmp && mkdir /tmp/mqueue &&
		mount -t mqueue none /tmp/mqueue || exit
}

# T: stopped, and so waiting for us to have attached.
state_of()
{
	sed -n 's/^State:.\(.\).*/\1/p' "/proc/$1/status"
}

# STRACE-ARGUMENT… -- ARGUMENT…: one run, traced from main() on. Leaves out, err and trace; sets status, -1 = hung.
traced()
{
	local tracing=() pid

	while [ "$1" != -- ]; do
		tracing+=("$1")
		shift
	done
	shift
	LD_PRELOAD=$dir/stop_before_main.so "$program" "$@" >"$dir/out" 2>"$dir/err" </dev/null &
	pid=$!
	while kill -0 $pid && [ "$(state_of $pid)" != T ]; do :; done 2>/dev/null
	timeout -s KILL $limit strace -f -qq -o "$dir/trace" -p $pid "${tracing[@]}" 2>"$dir/strace.err" &
	tracer=$!
	while kill -0 $tracer && ! grep -q '^TracerPid:.[1-9]' /proc/$pid/status; do :; done 2>/dev/null
	kill -CONT $pid
	wait $tracer
	if [ $? -eq 137 ]; then
		status=-1
		kill -KILL $pid
		wait $pid
	else
		wait $pid
		status=$?
	fi 2>/dev/null
}

# "row column status value" of every cell; where there are none, nothing.
cells()
{
	jq -r '.rows[]? | .variant as $v | .cells? // {} | to_entries[]
		| "\($v) \(.key) \(.value.status) \(.value.value)"' "$1" 2>/dev/null
}

left()
{
	find /dev/shm /tmp -mindepth 1 ! -path /tmp/mqueue ! -path "$dir*" 2>/dev/null
	awk 'FNR > 1' /proc/sysvipc/*
	find /proc/[0-9]*/exe -lname "$program" 2>/dev/null
}

remove_left()
{
	find /dev/shm /tmp -mindepth 1 ! -path /tmp/mqueue ! -path "$dir*" -delete
	ipcrm -a
}

# A measured cell with another value than without the fault. How far a buffer grows may vary.
lies()
{
	cells "$dir/out" | grep ' measured ' | grep -v ' buffer ' | while read -r cell; do
		grep -qxF "$cell" "$dir/cells" || echo "$cell"
	done
}

# All is as without the fault, or the error is named. What a program that was just executed cannot load, its loader does
# not tell as an error: then it is its status that is named.
told()
{
	{ [ $status -eq "$expected" ] && cmp -s <(cells "$dir/out") "$dir/cells"; } ||
		grep -qF -e "$(errno_text)" "$dir/out" "$dir/err" ||
		grep -q 'exited with status 127 in start' "$dir/out"
}

# What strace calls the error that it made.
errno_text()
{
	sed -nE 's/.* = -1 [A-Z0-9]+ \((.*)\) \(INJECTED\).*/\1/p' "$dir/trace" | head -n 1
}

count()
{
	echo "$1" >>"$results"
	[ "$1" = injected ] || [ "$1" = survived ] || echo "not ok: $1: $2" >&2
}

# CALL ERROR N ARGUMENT…: one run with one fault, unless no process comes so far.
try()
{
	local call=$1 error=$2 nth=$3 what

	shift 3
	what="$call #$nth $error: $*"
	: >"$dir/trace"
	traced -e "trace=$call" -e "inject=$call:error=$error:when=$nth" -- "$@"
	grep -q INJECTED "$dir/trace" || return 1
	count injected
	if [ $status -eq -1 ]; then
		count hung "$what"
	elif [ $status -gt 128 ]; then
		count crashed "$what: signal $((status - 128))"
	elif [ "$(lies)" ]; then
		count lied "$what: $(lies | tr '\n' ';')"
	elif ! told; then
		count unnamed "$what: status $status: $(head -c 200 "$dir/err")"
	else
		count survived
	fi
	if [ "$(left)" ]; then
		count leaked "$what: $(left | tr '\n' ';')"
		remove_left
	fi
}

# ARGUMENT…: all calls of one command.
sweep()
{
	local call list nth n=0

	traced -e trace=none -e signal=none -- "$@"
	expected=$status
	cells "$dir/out" >"$dir/cells"
	traced -e signal=none -- "$@"
	sed -nE 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/p' "$dir/trace" | sort -u >"$dir/calls"
	while IFS='|' read -r call list; do
		grep -qx "$call" "$dir/calls" || continue
		read -ra list <<<"$list"
		for ((nth = 1; nth <= most; nth++)); do
			((n++ % every == RANDOM % every)) || continue
			try "$call" "${list[nth % ${#list[@]}]}" $nth "$@" || break
		done
	done < <(errors)
}

# One of several: takes every so-many-th of the cases.
work_off()
{
	local case n=0

	dir=$(mktemp -d "$work/worker.XXXXXX") || exit
	cp "$work/stop_before_main.so" "$dir"
	while read -ra case; do
		((n++ % workers == worker)) && sweep "${case[@]}"
	done <"$work/cases"
}

if [ "${ENCLOSED:-}" ]; then
	enclose
	results=$work/results
	work_off
	exit
fi

work=$(mktemp -d /var/tmp/torture.XXXXXX) || exit
trap 'rm -rf "$work"' EXIT
cp "$program" "$work/ipckit" || exit # /tmp is hidden below
program=$work/ipckit
workers=$(nproc)
export work workers worker
"${CC:-cc}" -shared -fPIC -o "$work/stop_before_main.so" "$here/stop_before_main.c" || exit
cases | grep -e "$pattern" >"$work/cases"
for ((worker = 0; worker < workers; worker++)); do
	ENCLOSED=yes unshare --mount --ipc --pid --fork --mount-proc "$BASH" "$0" "$program" "$every" &
done
wait
for what in injected survived crashed unnamed hung leaked lied; do
	printf '%s %d, ' "$what" "$(grep -cx "$what" "$work/results")"
done | sed 's/, $/\n/'
! grep -qvx -e injected -e survived "$work/results"
