#!/usr/bin/env bash
# matrix.sh PROGRAM [RUNS [KILLS]] - the matrix again and again on a machine that is kept busy, and killed at any moment
#
# RUNS (50) complete runs: the same status and value in every cell. KILLS (100) runs that SIGKILL ended before they were
# done: no process stays, and the next run removes every name. Nothing may be left behind by any of them.
# Some 40 minutes on two cores; at most LIMIT seconds (5400).
set -u
# shellcheck source=tests/torture/clock.sh
. "$(dirname "$0")/clock.sh"

exec 9<"$1" || exit
program=/proc/self/fd/9 # where the path may be hidden, see below
runs=${2:-50}
kills=${3:-100}
until=$(($(ms) + ${LIMIT:-5400} * 1000))

# Numbers that the kernel decides anew each time, and why. All else must be the same.
varies()
{
	cat <<'END'
tcp,buffer how far the receive window grows while the sender fills it depends on when the packets are handled
pty,buffer a kernel thread moves bytes from the terminal's queue to the reader's 4 KiB, sooner or later
END
}

# With /dev/shm, /tmp and an ipc namespace of its own, so that nothing but this can have left what is there.
if [ "${ENCLOSED:-}" ]; then
	mount -t tmpfs none /dev/shm && mount -t tmpfs none /tmp && mkdir /tmp/mqueue &&
		mount -t mqueue none /tmp/mqueue || exit
elif unshare --mount --ipc true 2>/dev/null; then
	ENCLOSED=yes exec unshare --mount --ipc "$BASH" "$0" "$program" "$runs" "$kills"
fi

dir=$(mktemp -d /var/tmp/torture.XXXXXX) || exit
busy=()
failed=0
trap 'kill "${busy[@]}" 2>/dev/null; rm -rf "$dir"' EXIT

fail()
{
	echo "not ok: $*"
	failed=1
}

names()
{
	find /dev/shm /tmp -name 'ipckit.*' 2>/dev/null | sort
	cat /proc/sysvipc/*
}

# Processes that were started with our mark.
alive()
{
	grep -lszF "TORTURE=$dir" /proc/[0-9]*/environ
}

# Waits until there is none, for ten seconds at most.
all_gone()
{
	for _ in $(seq 100); do
		[ "$(alive)" ] || return 0
		sleep 0.1
	done
	return 1
}

# "ROW,COLUMN STATUS VALUE SAW ERRNO CALL SIGNAL" of each cell
answers()
{
	tr -d '\r' | cut -d, -f 1,3-6,10-12 | sed 's/^\([^,]*,[^,]*\),/\1 /' |
		awk 'NR == FNR { varies[$1] = 1; next } $1 in varies { sub(",[0-9]+,", ",a number,") } 1' <(varies) -
}

matrix()
{
	TORTURE=$dir "$program" matrix --format=csv
}

# kill_one LENGTH: a matrix that is killed at a moment of so many ms; $status is what it ended with.
kill_one()
{
	local victim moment=$(((RANDOM * 32768 + RANDOM) % $1))

	TORTURE=$dir "$program" matrix >/dev/null 2>&1 &
	victim=$!
	sleep "$(printf %d.%03d $((moment / 1000)) $((moment % 1000)))"
	kill -KILL "$victim" 2>/dev/null
	wait "$victim" 2>/dev/null
	status=$?
}

for _ in $(seq "$(nproc)"); do
	while :; do :; done &
	busy+=($!)
done

before=$(names)
done=0 killed=0
for run in $(seq "$runs"); do
	[ "$(ms)" -lt $until ] || break
	matrix 2>"$dir/errors" | answers >"$dir/run"
	status=${PIPESTATUS[0]}
	[ "$run" -gt 1 ] || cp "$dir/run" "$dir/first"
	[ "$status" -eq 0 ] || fail "run $run: status $status: $(cat "$dir/errors")"
	diff "$dir/first" "$dir/run" >"$dir/difference" || fail "run $run: $(cat "$dir/difference")"
	grep behind "$dir/errors" && fail "run $run left something behind"
	all_gone || fail "run $run: still there: $(alive | xargs)"
	[ "$(names)" = "$before" ] || fail "run $run: $(diff <(echo "$before") <(names))"
	done=$run
done
echo "$done of $runs runs of $(wc -l <"$dir/run") lines"

# How long one takes here and now, and the moments are within it; what is over by then was not killed, and is not counted.
length=$(ms)
matrix >/dev/null 2>&1 || fail "the run that is measured: status $?"
length=$(($(ms) - length))
kill=0 late=0
while [ $killed -lt "$kills" ] && [ "$(ms)" -lt $until ]; do
	kill=$((kill + 1))
	kill_one $length
	case $status in
	137) killed=$((killed + 1)) ;;
	0) late=$((late + 1)) ;;
	*) fail "kill $kill: status $status" ;;
	esac
	all_gone || fail "kill $kill: still there: $(alive | xargs)"
	"$program" run pipe >/dev/null || fail "kill $kill: the next run fails"
	[ "$(names)" = "$before" ] || fail "kill $kill: $(diff <(echo "$before") <(names))"
done
echo "$killed of $kills kills in a matrix of $length ms, $late more came too late"
if [ "$done" -ne "$runs" ] || [ "$killed" -ne "$kills" ]; then
	fail "not done in time"
fi

[ "$failed" -eq 0 ] && echo "ok: nothing left behind, and the same answers each time"
exit "$failed"
