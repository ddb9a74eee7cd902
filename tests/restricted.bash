# restricted.bash - places where something is missing or forbidden, each made for one command; restricted*.bats test in
# them, and places.sh tells what works where
# shellcheck shell=bash

# as_user COMMAND…: an ordinary user that has no other process and no capability.
as_user()
{
	local uid=$((60000 + RANDOM % 5000))

	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=$uid --regid=$uid --clear-groups --inh-caps=-all "$@"
	else
		"$@"
	fi
}

# no_capabilities COMMAND…: the same user without any, and no way to get one back.
no_capabilities()
{
	setpriv --bounding-set=-all --inh-caps=-all "$@"
}

# can_mount: sets enclose to the command that gives mounts of its own to another one; false where there are none.
can_mount()
{
	enclose=(unshare --mount --propagation private)
	"${enclose[@]}" true 2>/dev/null || enclose+=(--user --map-root-user)
	"${enclose[@]}" true 2>/dev/null
}

# with_mounts SETUP COMMAND…: with mounts of its own, which SETUP has changed, and limit (60) seconds. After can_mount.
with_mounts()
{
	# shellcheck disable=SC2016 # the inner shell's
	timeout --kill-after=5 "${limit:-60}" "${enclose[@]}" bash -c 'eval "$1" || exit 99; shift; exec "$@" 3>&-' - "$@"
}

# no_more_namespaces COMMAND…: root of a user namespace, as in a rootless container, where no more may be made
no_more_namespaces()
{
	# shellcheck disable=SC2016 # the inner shell's
	unshare --user --map-root-user sh -c '
		for most in /proc/sys/user/max_*_namespaces; do echo 0 >"$most" || exit; done; exec "$@"' - "$@"
}

# no_dev FOLDER [NAME…]: the SETUP of a /dev that has null and these, and nothing else, not even shm.
no_dev()
{
	local folder=$1 name

	shift
	echo "mkdir -p $folder && mount -t tmpfs none $folder || exit 99"
	for name in null "$@"; do
		echo "{ [ ! -d /dev/$name ] && touch $folder/$name || mkdir $folder/$name; } && mount --rbind /dev/$name $folder/$name || exit 99"
	done
	echo "mount --rbind $folder /dev"
}

# build_seccomp_deny FOLDER: the program behind without_calls.
build_seccomp_deny()
{
	seccomp_deny=$1/seccomp_deny
	"${CC:-cc}" -D_GNU_SOURCE -o "$seccomp_deny" "$(dirname "${BASH_SOURCE[0]}")/seccomp_deny.c"
}

# without_calls ERRNO CALL,… COMMAND…: where the kernel returns ERRNO from these calls. After build_seccomp_deny.
without_calls()
{
	"$seccomp_deny" "$@"
}

# as_pid_1 COMMAND…: the first process of a pid namespace, as in a container; it gets SIGTERM as soon as it has a child.
as_pid_1()
{
	local pid=

	unshare --pid --fork --kill-child --mount-proc "$@" 3>&- &
	until pid=$(pgrep -P $!) && pgrep -P "$pid" >/dev/null; do
		kill -0 $! 2>/dev/null || break
	done
	kill -TERM "$pid"
	wait $!
}

# injected FAULT ARGUMENT…: `$IPCKIT_PROGRAM ARGUMENT…` as bats runs it, with a call that goes wrong as strace has it.
injected()
{
	strace -f -o /dev/null true 2>/dev/null || skip 'nothing may be traced here'
	run --separate-stderr strace -f -o /dev/null -e inject="$1" "$IPCKIT_PROGRAM" "${@:2}"
}

# in_cgroup BYTES COMMAND…: as bats runs it, where a cgroup leaves no more memory than that; no process stays there.
in_cgroup()
{
	local cgroup=/sys/fs/cgroup limit=memory.max

	[ ! -d $cgroup/memory ] || { cgroup=$cgroup/memory limit=memory.limit_in_bytes; }
	cgroup=$cgroup/ipckit-test-$$
	mkdir $cgroup 2>/dev/null || skip 'no cgroup can be made here'
	(echo "$1" >$cgroup/$limit) 2>/dev/null || { rmdir $cgroup && skip 'no cgroup has a memory limit here'; }
	shift
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' $cgroup "$@"
	# Where the kernel has killed the first of them, the others may still be clearing up.
	# shellcheck disable=SC2016 # the inner shell's
	timeout 20 sh -c 'until rmdir "$0"; do :; done 2>/dev/null' $cgroup
}
