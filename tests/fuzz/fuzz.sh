#!/usr/bin/env bash
# fuzz.sh FOLDER SECONDS FUZZER… - feeds each parser with what nobody would write, SECONDS in all (at least 2 each), from
# the seeds in tests/fuzz/corpus; FOLDER keeps what was found on the way, and inputs that crash, hang or leak
#
# SECONDS and some 10 more. Each line tells how often the parser ran. A seed that is longer than others is fed whole. What
# the fuzzers need of files is in a folder of its own, which is removed.
set -u

folder=$1 seconds=$2
shift 2
each=$((seconds / $#))
[ $each -ge 2 ] || each=2
failed=0
private=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit
trap 'rm -rf "$private"' EXIT

for fuzzer; do
	name=${fuzzer##*/fuzz_}
	seeds=tests/fuzz/corpus/$name
	mkdir -p "$folder/$name" "$folder/found" "$private/$name" || exit
	longest=$({ echo 16384 && find "$seeds" -type f -printf '%s\n'; } | sort -n | tail -n 1)
	TMPDIR=$private/$name "$fuzzer" -max_total_time=$each -timeout=10 -rss_limit_mb=2048 -max_len="$longest" \
		-close_fd_mask=3 -print_final_stats=1 -artifact_prefix="$folder/found/$name-" "$folder/$name" "$seeds" \
		>"$folder/$name.log" 2>&1
	status=$?
	runs=$(sed -n 's/stat::number_of_executed_units: *//p' "$folder/$name.log")
	edges=$(sed -n 's/.*DONE *cov: \([0-9]*\).*/\1/p' "$folder/$name.log")
	if [ $status -eq 0 ] && [ "${runs:-0}" -gt 100 ]; then
		echo "ok: fuzz $name: $runs inputs in $each s, $edges edges of the code, $(find "$seeds" -type f | wc -l) seeds"
	else
		echo "not ok: fuzz $name: status $status after ${runs:-0} inputs: $(grep -m 1 -E 'ERROR|error:' "$folder/$name.log")" \
			"($folder/$name.log, $folder/found)"
		failed=1
	fi
done
exit $failed
