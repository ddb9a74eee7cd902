#!/bin/bash
# targets.sh - what the bench and the table must reach: prints each target with what was measured, of one run
#
# IPCKIT is the program. ROUNDS (default 15) and SECONDS_EACH (default 20) scale it. Every ratio is the median of the
# rounds, each round with all rows and limits in it. Nothing here fails: on a busy machine the ratios are those of a busy
# machine; the load, from the file LOADAVG, is printed with them, and above 0.5 there is a warning.
set -u

ipckit=${IPCKIT:-build/ipckit}
rounds=${ROUNDS:-15}
seconds=${SECONDS_EACH:-20}
loadavg=${LOADAVG:-/proc/loadavg}
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT

# VERDICT RATIO at-least|at-most LIMIT
verdict()
{
	awk -v r="$1" -v how="$2" -v limit="$3" 'BEGIN {
		if (r == "") print "not measured"
		else print (how == "at-most" ? r <= limit : r >= limit) ? "reached" : "MISSED" }'
}

say()
{
	printf '%-62s %8s  %-8s %-5s  %s\n' "$1" "${2:-}" "$3" "$4" "$(verdict "${2:-}" "$3" "$4")"
}

# FILE VARIANT EXTRA SIZE COLUMN: one figure of the CSV
figure()
{
	awk -F, -v v="$2" -v e="$3" -v s="$4" -v task="$5" -v column="$6" '
		{ sub(/\r$/, "") }
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i; next }
		$1 == v && $2 == e && $4 == s && $5 == task { print $at; exit }' "$1"
}

# The ratio of two rows, as the median over the rounds of the ratio within each: rows and rounds are in the JSON.
# TASK SIZE ONE TWO, each as "variant extra"
rows_ratio()
{
	jq -r --arg task "$1" --argjson size "$2" --arg one "$3" --arg two "$4" '
		def median: sort | if length == 0 then empty else (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2 end;
		def times($name): .rows[] | select(.variant + (if .extra == "" then "" else " " + .extra end) == $name
			and .size == $size) | [.[$task].rounds[]? | if . and .messages > 0 then .ns / .messages else null end];
		[[times($one), times($two)] | transpose[] | select(.[0] and .[1]) | .[1] / .[0]] | median
		| . * 1000 | round / 1000' "$work/all.json"
}

# The mean of single round trips over that of batches: of the row in the middle, or of the one where they differ most.
each_to_batch()
{
	jq -r "[.rows[].round_trip.each_to_batch? | select(.rounds? > 0) | .median] | sort | $1 | . * 1000 | round / 1000" "$work/all.json"
}

# perf's figure in ns for one operation, which is a round trip.
perf_pipe()
{
	taskset -c "$cpu" perf bench -f simple sched pipe -l 20000 2>/dev/null | awk 'NR == 1 { print $1 * 1e9 / 20000 }'
}

our_pipe()
{
	taskset -c "$cpu" "$ipckit" bench pipe --sizes=8 --cpu=same --rounds=1 --time=1.5 --format=csv >"$work/pipe.csv" 2>/dev/null
	figure "$work/pipe.csv" pipe '' 8 round_trip median_ns
}

# One after the other on the same CPU, in every round.
against_perf()
{
	local round theirs ours

	for ((round = 0; round < rounds; round++)); do
		theirs=$(perf_pipe)
		ours=$(our_pipe)
		awk -v a="$ours" -v b="$theirs" 'BEGIN { if (a > 0 && b > 0) print a / b }'
	done | sort -n | awk '{ v[NR] = $1 } END { if (NR) printf "%.3f\n", (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# seconds COMMAND…: of wall time
seconds()
{
	local start

	start=$(date +%s%N)
	"$@" >"$work/said" 2>&1
	awk -v ns=$(($(date +%s%N) - start)) 'BEGIN { printf "%.2f", ns / 1e9 }'
}

median_seconds()
{
	for _ in 1 2 3; do
		seconds "$@"
		echo
	done | sort -n | sed -n 2p
}

ten=(malloc global mmap_private mmap_shared shm_open memfd pipe fifo socketpair process_vm)
cpu=$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')
read -r load others <"$loadavg"
echo "load before: $load ${others% * *}, $(nproc) CPUs, $(uname -r)"
awk -v load="$load" 'BEGIN { exit !(load > 0.5) }' &&
	echo "the machine is busy (load $load): these are no figures to go by" >&2
"$ipckit" bench mmap_shared shm_futex shm_ring pipe pipe_vmsplice --sizes=56,64,64K,256K --rounds="$rounds" \
	--time="$seconds" --format=json --output="$work/all.json"
"$ipckit" bench --from="$work/all.json" --format=csv >"$work/all.csv"

printf '%-62s %8s  %-8s %-5s\n' target measured '' limit
say 'mmap_shared +spin, 56 B round trip / cache line' \
	"$(figure "$work/all.csv" mmap_shared spin 56 round_trip x_line)" at-most 1.15
say 'mmap_shared +spin, 64 B round trip / cache line' \
	"$(figure "$work/all.csv" mmap_shared spin 64 round_trip x_line)" at-most 1.5
say 'mmap_shared +futex, 56 B round trip / futex' \
	"$(figure "$work/all.csv" mmap_shared futex 56 round_trip x_futex)" at-most 1.1
say 'shm_futex, 56 B round trip / futex' "$(figure "$work/all.csv" shm_futex '' 56 round_trip x_futex)" at-most 1.1
if command -v perf >/dev/null; then
	ratio=$(against_perf)
	say 'pipe, 8 B round trip on one CPU / perf bench sched pipe' "$ratio" at-most 1.05
	say 'the same' "$ratio" at-least 0.95
else
	echo 'perf is not here (linux-perf), so pipe is not compared with perf bench sched pipe'
fi
say 'shm_ring, 64 KiB one way: bytes/s / bare ring' "$(rows_ratio throughput 65536 shm_ring 'bare ring')" at-least 0.9
say 'shm_ring, 64 B one way: messages/s / pipe' "$(rows_ratio throughput 64 shm_ring pipe)" at-least 20
say 'the same of a bare ring, which spins and wakes nobody' "$(rows_ratio throughput 64 'bare ring' pipe)" at-least 20
say 'pipe with 1 MiB buffer, 64 KiB one way / default buffer' "$(rows_ratio throughput 65536 'pipe +1M' pipe)" at-least 1.5
say 'pipe_vmsplice, 256 KiB one way / pipe with 1 MiB buffer' \
	"$(rows_ratio throughput 262144 pipe_vmsplice 'pipe +1M')" at-least 2.5
say 'the same with 64 KiB' "$(rows_ratio throughput 65536 pipe_vmsplice 'pipe +1M')" at-least 2.5
ratio=$(each_to_batch '.[length / 2 | floor]')
say 'round trips timed one by one / in batches, the middle row' "$ratio" at-most 1.03
say 'the same' "$ratio" at-least 0.97
ratio=$(each_to_batch 'max_by(. - 1 | fabs)')
say 'the same, the worst row' "$ratio" at-most 1.03
say 'the same' "$ratio" at-least 0.97
say 'the whole default bench, s' "$(seconds "$ipckit" bench --output="$work/default")" at-most 60
say 'run, ten rows, s' "$(median_seconds "$ipckit" run "${ten[@]}")" at-most 1
say 'run, all rows, s' "$(median_seconds "$ipckit" run)" at-most 2
say 'matrix, s' "$(median_seconds "$ipckit" matrix)" at-most 12
echo "load after: $(cut -d ' ' -f 1-3 /proc/loadavg)"
"$ipckit" bench --from="$work/all.json" | sed -n '/^The machine itself changed/p'
