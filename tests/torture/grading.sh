#!/usr/bin/env bash
# grading.sh - grades all of tests/grading once, then the references and the starters RUNS (50) times, every core kept busy
#
# References get full marks, starters stay within their points (tests/grading/verify.sh), and no run leaves a process or a
# file. Some 30 minutes on two cores; at most LIMIT seconds (3600).
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
enclose "$0" "$@"

RUNS=${RUNS:-50} LIMIT=${LIMIT:-3600}
export IPCKIT
root=$(cd "$(dirname "$0")/../.." && pwd) || exit
cd "$root" || exit
if [ ! -x "$(dirname "$IPCKIT")/grade/ipckit-warden" ]; then
	echo 'grading: skipped: no grader was built, libseccomp is missing'
	exit 77
fi
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
hogs=()
bad=0 failed=0 processes=0 done=0 slowest=0
references='L1:mmap_shared L2:pipe L3:shm_open L4:posix_mq L5:shm_sem L6:unix_stream'

# Each row as a submission, which says its level as those of tests/grading do.
make_references()
{
	local pair

	mkdir "$work/right" || exit
	for pair in $references; do
		{
			printf '/*\n * level: %s\n */\n' "${pair%:*}"
			sh tests/grading/amalgam.sh "${pair#*:}"
		} >"$work/right/${pair#*:}.c"
	done
}

# A process that is none of ours.
check_alive()
{
	local alive

	alive=$(alive "${hogs[@]}")
	[ -z "$alive" ] || { processes=$((processes + 1)); echo "$1 left processes: $alive"; }
}

# compiles: every submission, and without a warning where it is not about one
compiles()
{
	local file warnings gnu status=0

	for file in tests/grading/{wrong,right,forged}/*.c variants/exercise/L?.c; do
		[[ $file != */includes_a_terminal.c ]] || continue # it never ends
		gnu=-D_GNU_SOURCE
		! grep -qx '#define _GNU_SOURCE' "$file" || gnu+='=' # as it says itself, or it is "redefined"
		warnings=$("${CC:-cc}" "$gnu" -Icommon -std=gnu11 -Wall -Wextra -fsyntax-only "$file" 2>&1) || status=1
		[ -z "$warnings" ] || [[ $file == *warning* ]] || { echo "$file: $warnings"; status=1; }
	done
	return $status
}

# cards: malloc is ruled out of each card, by what it does not deliver
cards()
{
	tail -n +2 variants/exercise/cards.csv | sed 's/,.*/,malloc/; 1i id,row' >"$work/cards.csv"
	"$IPCKIT" grade --level L7 --format json "$work/cards.csv" >"$work/cards.json"
	[ "$(grep -c 'malloc: the cell delivers says no' "$work/cards.json")" -eq \
		"$(tail -n +2 variants/exercise/cards.csv | wc -l)" ]
}

make_references
compiles || bad=$((bad + 1))
cards || { bad=$((bad + 1)); echo 'L7: malloc is not ruled out of every card'; }
for file in tests/grading/{right,wrong,forged}/*.c; do
	sh tests/grading/verify.sh "$file" || bad=$((bad + 1))
	check_alive "$file"
done
echo "grading: $bad submissions were not graded as they should"

for ((i = $(nproc); i > 0; i--)); do
	sh -c 'while :; do :; done' hog &
	hogs+=($!)
done
started=$(ms)
for ((run = 1; run <= RUNS && $(ms) - started < LIMIT * 1000; run++)); do
	before=$(ms)
	sh tests/grading/verify.sh "$work"/right/*.c variants/exercise/L[1-6].c || failed=$((failed + 1))
	took=$(($(ms) - before))
	[ $took -le $slowest ] || slowest=$took
	check_alive "run $run"
	done=$run
done
kill "${hogs[@]}"
echo "grading: $done of $RUNS runs of 6 references and 6 starters in $((($(ms) - started) / 1000)) s, slowest $slowest ms:" \
	"$failed failed, $processes left a process"
[ "$done" -eq "$RUNS" ] && [ $((bad + failed + processes)) -eq 0 ]
