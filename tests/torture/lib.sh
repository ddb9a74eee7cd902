# lib.sh - what the torture tests share; they run as pid 1 of namespaces of their own
#
# There every other process belongs to the run under test, and so does every name in /dev/shm, /tmp, the POSIX queues and
# the System V tables: nothing has to be told apart from what other programs do meanwhile.
# shellcheck shell=bash

set -u
# shellcheck source=tests/torture/clock.sh
. "$(dirname "${BASH_SOURCE[0]}")/clock.sh"
IPCKIT=${IPCKIT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/ipckit}
export LC_ALL=C
unset TMPDIR

# enclose "$0" "$@": runs the script again as pid 1 of its own namespaces, and ends with its status.
enclose()
{
	local spaces=(--mount --ipc --pid --fork --mount-proc --propagation private)

	[ "${ENCLOSED:-}" != yes ] || return 0
	unshare "${spaces[@]}" true 2>/dev/null || spaces+=(--user --map-root-user)
	if ! unshare "${spaces[@]}" true 2>/dev/null; then
		echo "$(basename "$1"): skipped: no namespaces to be had here"
		exit 77
	fi
	# Whoever starts this in the background has it ignore SIGINT, and a shell passes that on.
	ENCLOSED=yes IPCKIT="$IPCKIT" exec env --default-signal=INT unshare --kill-child "${spaces[@]}" bash "$@"
}

prepare()
{
	exec 9<"$IPCKIT" # its path may be in the /tmp that is hidden now
	IPCKIT=/proc/1/fd/9
	mount -t tmpfs none /tmp && mount -t tmpfs none /dev/shm || exit 1
	mkdir /tmp/mqueue /tmp/t
	mount -t mqueue none /tmp/mqueue 2>/dev/null || true
}

# alive [PID…]: the processes that there are, but for those named, this shell and its own, and what has ended already.
alive()
{
	local stat pid rest

	for stat in /proc/[0-9]*/stat; do
		{ read -r pid rest <"$stat"; } 2>/dev/null || continue
		# Not by its name, which a run of a descriptor's file does not have.
		[[ " 1 $BASHPID $* " == *" $pid "* || ${rest##*) } == [ZX]* ]] || echo "$pid"
	done
}

# What a run may leave behind: names, and System V ids.
names()
{
	find /dev/shm /tmp/mqueue /tmp -maxdepth 1 -name '*ipckit*' -printf '%p\n'
	awk 'FNR > 1 { print FILENAME, $2 }' /proc/sysvipc/{shm,msg,sem}
}

# The cells of a CSV, but for what differs from run to run: "variant,column,status,value,saw".
answers()
{
	tr -d '\r' | cut -d , -f 1,3-6
}
