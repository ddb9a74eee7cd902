#!/usr/bin/env bash
# repeat.sh [ROW…] - RUNS (200) runs in a row with every core kept busy by something else
#
# Every table must be the same in status and value, and no run may leave a process or a name behind. Some 3 minutes on
# two cores; at most LIMIT seconds (900).
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
enclose "$0" "$@"
prepare

RUNS=${RUNS:-200} LIMIT=${LIMIT:-900}
rows=("$@")
[ $# -gt 0 ] || rows=(malloc global mmap_private mmap_shared shm_open memfd pipe fifo socketpair process_vm)
hogs=()
different=0 failed=0 processes=0 left=0 done=0 slowest=0

for ((i = $(nproc); i > 0; i--)); do
	sh -c 'while :; do :; done' hog &
	hogs+=($!)
done

started=$(ms)
for ((run = 1; run <= RUNS && $(ms) - started < LIMIT * 1000; run++)); do
	before=$(ms)
	"$IPCKIT" run --format=csv "${rows[@]}" >/tmp/t/out 2>/tmp/t/err || { failed=$((failed + 1)); cat /tmp/t/err; }
	took=$(($(ms) - before))
	[ $took -le $slowest ] || slowest=$took
	answers </tmp/t/out >/tmp/t/answers
	[ -e /tmp/t/first ] || cp /tmp/t/answers /tmp/t/first
	if ! diff /tmp/t/first /tmp/t/answers; then
		different=$((different + 1))
		grep -Ff <(diff /tmp/t/first /tmp/t/answers | sed -n 's/^> \([^,]*\),.*/\1,/p') /tmp/t/out | grep -v ,measured,
	fi
	alive=$(alive "${hogs[@]}")
	[ -z "$alive" ] || { processes=$((processes + 1)); echo "run $run left processes: $alive"; }
	names=$(names)
	[ -z "$names" ] || { left=$((left + 1)); echo "run $run left: $names"; }
	done=$run
done

kill "${hogs[@]}"
echo "repeat: $done of $RUNS runs of ${#rows[@]} rows in $((($(ms) - started) / 1000)) s, slowest $slowest ms:" \
	"$failed failed, $different different, $processes left a process, $left left a name"
[ "$done" -eq "$RUNS" ] && [ $((different + failed + processes + left)) -eq 0 ] && [ -s /tmp/t/first ]
