#!/usr/bin/env bash
# kills.sh - one process of a run, the case process or either end of a row, gets SIGKILL, SIGINT, or SIGSTOP and a while later
# SIGCONT, at a random moment, TIMES (60) times each; the supervisor only the last (the rest is in signals.sh)
#
# The run must end by itself in DEADLINE s (60). A cell that is measured has the same value as ever, only one row has
# another answer; no process and no name is left. Of ENOUGH (50) hits with SIGKILL one at least hurts a row, or they hit
# nothing. Some 10 minutes on two cores; at most LIMIT seconds (1800).
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
enclose "$0" "$@"
prepare

TIMES=${TIMES:-60} LIMIT=${LIMIT:-1800} DEADLINE=${DEADLINE:-60} ENOUGH=${ENOUGH:-50}
rows=(malloc mmap_shared pipe shm_open sysv_shm fifo unix_stream posix_mq)
started=$(ms) deviations=0 total=0

deviation()
{
	echo "kills: $*"
	deviations=$((deviations + 1))
}

# Not to let something happen first: the moment is to be a random one.
pause_ms()
{
	local whole=$(($1 / 1000)) part

	printf -v part '%d.%03d' $whole $(($1 % 1000))
	read -r -t "$part" <>/tmp/t/never || true
}

# find_target SEAT: sets target; false where the run was over before there was one. It does not fork, or it would come too
# late: an end lives for some ms.
find_target()
{
	local depth i child _

	case $1 in supervisor) depth=1 ;; case) depth=2 ;; owner) depth=3 ;; peer) depth=4 ;; esac
	while [ -e "/proc/$pid/task/$pid/children" ]; do
		target=$pid
		for ((i = 0; i < depth && target != 0; i++)); do
			child=0
			read -r child _ <"/proc/$target/task/$target/children" || : # without a newline
			target=${child:-0}
		done
		[ "$target" -eq 0 ] || return 0
	done 2>/dev/null
	return 1
}

# has_ended PID: it has ended, and only its parent has not looked yet. Such a one takes any signal, which hits nothing.
has_ended()
{
	local stat

	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	[[ ${stat##*) } == [ZX]* ]]
}

send()
{
	! has_ended "$target" && kill "-$1" "$target" 2>/dev/null || return
	[ "$1" = STOP ] || return 0
	pause_ms $((RANDOM % 300))
	kill -CONT "$target" 2>/dev/null
	return 0
}

# hit SEAT SIGNAL: one run; sets hit to 1 if the signal was sent, and status, which is 137 if the run did not end.
hit()
{
	local pid

	hit=0
	timeout --foreground -s KILL "$DEADLINE" "$IPCKIT" run --format=csv "${rows[@]}" >/tmp/t/out 2>/tmp/t/err &
	pid=$!
	pause_ms $((RANDOM % length))
	if find_target "$1" && send "$2"; then
		hit=1
	fi
	wait $pid 2>/dev/null
	status=$?
}

# Measured cells that have another value, and rows that have another answer.
judge()
{
	local lies rows

	answers </tmp/t/out >/tmp/t/answers
	lies=$(grep ',measured,' /tmp/t/answers | grep -vxFf /tmp/t/expected)
	rows=$(grep -vxFf /tmp/t/expected /tmp/t/answers | cut -d , -f 1 | sort -u)
	[ -z "$lies" ] || deviation "$1: lied: $lies"
	[ "$(wc -w <<<"$rows")" -le 1 ] || deviation "$1: more than one row was hurt: $(xargs <<<"$rows")"
	[ "$(wc -l </tmp/t/answers)" -eq "$(wc -l </tmp/t/expected)" ] || deviation "$1: cells are missing"
	[ "$status" -eq 0 ] || [ "$status" -eq 1 ] || deviation "$1: status $status"
	[ -z "$rows" ] || hurt=$((hurt + 1))
}

look_for_leftovers()
{
	if [ "$(alive "")" ]; then
		deviation "$1: survived: $(ps -eo pid,ppid,stat,args)"
		kill -KILL -1
	fi
	if [ "$(names)" ]; then
		deviation "$1: left behind: $(names | xargs): $(cat /tmp/t/err)"
		find /dev/shm /tmp/mqueue /tmp -maxdepth 1 -name '*ipckit*' -delete
		ipcrm -a
	fi
}

series()
{
	local hits=0 hurt=0 tries=0

	while [ $hits -lt "$TIMES" ] && [ $((tries++)) -lt $((6 * TIMES)) ] && [ $(($(ms) - started)) -lt $((LIMIT * 1000)) ]; do
		hit "$1" "$2"
		hits=$((hits + hit))
		if [ $status -eq 137 ]; then
			deviation "SIG$2 to the $1: hung: $(tail -n 1 /tmp/t/out)"
		else
			judge "SIG$2 to the $1"
		fi
		look_for_leftovers "SIG$2 to the $1"
	done
	total=$((total + hits))
	echo "kills: SIG$2 to the $1: $hits hits, $hurt times a row could not be measured for it"
	[ $hits -eq "$TIMES" ] || deviation "SIG$2 to the $1: only $hits of $TIMES"
	[ "$2" != KILL ] || [ $hits -lt "$ENOUGH" ] || [ $hurt -gt 0 ] || deviation "SIG$2 to the $1: none of $hits hits hurt a row"
}

mkfifo /tmp/t/never
before=$(ms)
"$IPCKIT" run --format=csv "${rows[@]}" 2>/tmp/t/err | answers >/tmp/t/expected
length=$(($(ms) - before))
[ -s /tmp/t/expected ] || deviation 'an undisturbed run prints nothing'
series supervisor STOP
for seat in case owner peer; do
	for signal in KILL INT STOP; do
		series $seat $signal
	done
done
echo "kills: $total hits in $((($(ms) - started) / 1000)) s; $deviations deviations"
[ $deviations -eq 0 ]
