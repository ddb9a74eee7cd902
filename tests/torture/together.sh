#!/usr/bin/env bash
# together.sh - INSTANCES (20) of `run` with every row at once, then of `matrix` with a row of each kind, in the same /tmp and
# /dev/shm; none may give another answer than alone, disturb another one, or leave a process or a name
#
# Some 5 minutes on two cores; each instance is ended after LIMIT seconds (900).
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
enclose "$0" "$@"
prepare

INSTANCES=${INSTANCES:-20} LIMIT=${LIMIT:-900}
kinds=(malloc shm_open sysv_shm shm_sem fifo unix_stream posix_mq sysv_msg process_vm file)
deviations=0

deviation()
{
	echo "together: $*"
	deviations=$((deviations + 1))
}

# How far a buffer grows is the kernel's to decide, each time anew.
comparable()
{
	answers | grep -v ',buffer,'
}

# instances COMMAND…: all at the same time
instances()
{
	local i pids=() failed=0 different=0 before

	timeout "$LIMIT" "$IPCKIT" "$@" --format=csv 2>/dev/null | comparable >/tmp/t/alone
	[ -s /tmp/t/alone ] || deviation "$1: nothing is printed"
	before=$(ms)
	for ((i = 0; i < INSTANCES; i++)); do
		timeout "$LIMIT" "$IPCKIT" "$@" --format=csv >/tmp/t/out.$i 2>/tmp/t/err.$i &
		pids+=($!)
	done
	for ((i = 0; i < INSTANCES; i++)); do
		wait "${pids[i]}" || { failed=$((failed + 1)); deviation "$1: instance $i: status $?: $(head -c 300 /tmp/t/err.$i)"; }
		comparable </tmp/t/out.$i | diff /tmp/t/alone - >/tmp/t/diff ||
			{ different=$((different + 1)); deviation "$1: instance $i: $(head -c 600 /tmp/t/diff)"; }
	done
	echo "together: $INSTANCES times $1 at once in $((($(ms) - before) / 1000)) s: $failed failed, $different different"
	[ -z "$(alive "")" ] || deviation "$1: still there: $(ps -eo pid,ppid,stat,args)"
	[ -z "$(names)" ] || deviation "$1: left: $(names)"
}

instances run
instances matrix "${kinds[@]}"
[ $deviations -eq 0 ]
