#!/usr/bin/env bats
# shellcheck disable=SC2016 # the names with a dollar are those of jq
# What a bench promises whatever the machine is doing: nothing hangs, nothing stays, everything is said. No time is judged.

bats_require_minimum_version 1.5.0

# shellcheck source=tests/restricted.bash
. "$BATS_TEST_DIRNAME/restricted.bash"

IPCKIT=${IPCKIT:-$BATS_TEST_DIRNAME/../build/ipckit}
IPCKIT_FIXTURES=${IPCKIT_FIXTURES:-$BATS_TEST_DIRNAME/../build/ipckit-fixtures}
export BATS_TEST_TIMEOUT=${BENCH_TEST_TIMEOUT:-600}

setup()
{
	unset COLUMNS
	export LC_ALL=C
	cd "$BATS_TEST_TMPDIR" || return
}

# FILE FILTER: what is said of the record is true.
holds()
{
	jq -e "$2" "$1" >/dev/null
}

# A row's task in a CSV: its status, and nothing where there is none.
status_of()
{
	awk -F, -v v="$2" -v e="$3" -v s="$4" -v t="$5" '$1 == v && $2 == e && $4 == s && $5 == t { print $6 }' "$1"
}

# Processes of a program that was copied here under a name of its own.
alive()
{
	ps -eo stat,args | awk -v name="$1" '$1 !~ /^Z/ && index($2, name)' | grep -v awk
}

every_row_ends()
{
	"$IPCKIT" bench --sizes="$1" --rounds=1 --time="$2" --format=csv >all.csv 2>err
	[ ! -s err ]
	# eventfd adds up what it is sent, ptrace may be too slow; all others that deliver are measured, both ways.
	grep -Ev '^(eventfd|mmap_dontfork|shm_no_size),' all.csv >rest.csv
	run ! grep -E ',(failed|crashed|hung),' rest.csv
	[ "$(grep -c ',measured,true,[0-9]' all.csv)" -ge 60 ]
}

# bats test_tags=slow
@test "every row ends at 1 byte" {
	every_row_ends 1 3
}

# bats test_tags=slow
@test "every row ends at 64 KiB" {
	every_row_ends 64K 3
}

# bats test_tags=slow
@test "every row ends at 1 MiB" {
	every_row_ends 1M 3
}

# bats test_tags=slow
@test "64 MiB through streams, rings and memory, with their short reads" {
	"$IPCKIT" bench pipe unix_stream tcp shm_ring mmap_shared pipe_vmsplice --sizes=64M --rounds=1 --time=2 \
		--format=csv >big.csv
	for row in pipe unix_stream tcp shm_ring pipe_vmsplice; do
		[ "$(status_of big.csv $row '' 67108864 throughput)" = measured ]
		[ "$(status_of big.csv $row '' 67108864 round_trip)" = measured ]
	done
	[ "$(status_of big.csv mmap_shared futex 67108864 throughput)" = measured ]
}

@test "the record has every round, and every limit in each" {
	"$IPCKIT" bench pipe mmap_shared --sizes=56 --rounds=4 --time=3 --format=json >r.json
	holds r.json '.schema == 1 and .view == "bench" and .rounds == 4 and (.interrupted | not)
		and all(.limits[]; (.rounds | length) == 4 and all(.rounds[]; . > 0))'
	holds r.json '[.rows[] | .variant + .extra] | contains(["pipe", "pipe+1M", "mmap_shared+futex"])'
	holds r.json '[.rows[] | .round_trip, .throughput | select(.status != "not_applicable")] | length > 4
		and all(.[]; (.rounds | length) == 4 and all(.rounds[]; .messages > 0 and .ns > 0) and .limits != {})'
}

@test "system calls are counted, and the table says how" {
	strace -f -o /dev/null -e trace=none true 2>/dev/null || skip 'nothing may be traced here'
	"$IPCKIT" bench pipe mmap_shared --sizes=56 --rounds=1 --time=1 --format=json >r.json
	holds r.json '[.rows[] | select(.variant == "pipe" and .extra == "").syscalls] == [2]'
	holds r.json '[.rows[] | select(.variant == "mmap_shared" and .extra == "+spin").syscalls] | all(. == 0)'
	"$IPCKIT" bench --from=r.json | grep -q '^CALLS are counted under a tracer,'
	jq '.rows[].syscalls = null' r.json >none.json
	"$IPCKIT" bench --from=none.json >out
	run ! grep -q '^CALLS' out
}

@test "a size that a row cannot carry is clipped, and that is said" {
	"$IPCKIT" bench posix_mq signal pipe --sizes=64K --rounds=1 --time=1 >out
	grep -qx 'posix_mq carries 8K at most, not 64K.' out
	grep -qx 'signal carries 8 at most, not 64K.' out
	run ! grep -q 'pipe carries' out
}

@test "rows that do not deliver are named, and nothing waits for them" {
	"$IPCKIT" bench malloc mmap_private pointer_pipe mmap_dontfork --sizes=56 --rounds=1 --time=1 >out
	grep -qx 'does not deliver: malloc, mmap_private, pointer_pipe' out
	grep -q 'died of signal 11 in delivery: mmap_dontfork' out
}

@test "what is lost is counted, and the calls of a row that loses messages are" {
	run -0 "$IPCKIT_FIXTURES" bench loses_tenth --sizes=40 --rounds=3 --time=3 --format=json
	jq -e '.rows[0].throughput | .status == "measured" and .lost > 0 and .lost <= 0.1 and
		all(.rounds[]; .lost >= ((.messages + .lost - 64) / 10 | floor))' <<<"$output"
	! command -v strace >/dev/null || jq -e '.rows[0].syscalls == 2' <<<"$output"
}

@test "a bench is not bound by the soft limit of descriptors" {
	ulimit -Sn 40
	"$IPCKIT" bench pipe --sizes=1,2,4,8,16,32,64,128 --rounds=1 --time=0.1 --format=csv >many.csv
	run ! grep -q ',failed,' many.csv
}

@test "a buffer that may not be made larger is told" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can become somebody to whom it is refused'
	[ "$(cat /proc/sys/fs/pipe-user-pages-soft)" -eq 16384 ] || skip 'another limit of pipes than usual'
	setpriv --reuid 65534 --regid 65534 --clear-groups "$IPCKIT" bench pipe fifo pipe_vmsplice --rounds=1 --time=0.1 \
		--sizes=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16 --format=csv >many.csv
	grep -q ',1M,.*,round_trip,refused,.*F_SETPIPE_SZ: Operation not permitted' many.csv
	grep -q ',1M,.*,round_trip,measured,' many.csv
}

# bats test_tags=slow
@test "udp reports what it lost, and ends" {
	"$IPCKIT" bench udp --sizes=8,1024 --rounds=3 --time=2 --format=json >udp.json
	holds udp.json '[.rows[] | select(.variant == "udp") | .throughput] | length == 2
		and all(.[]; .status == "measured"
			and ([.rounds[].messages] | add) as $came | ([.rounds[].lost] | add) as $lost | $came > 0
			and (.lost - $lost / ($came + $lost) | fabs) < 1e-6)'
}

@test "on a single CPU nothing spins" {
	taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')" \
		"$IPCKIT" bench mmap_shared --sizes=56 --rounds=1 --time=1 --format=csv >one.csv 2>err
	[ "$(status_of one.csv mmap_shared spin 56 round_trip)" = not_applicable ]
	[ "$(status_of one.csv mmap_shared futex 56 round_trip)" = measured ]
	grep -q 'one CPU only' err
}

@test "both ends on the same CPU: nothing spins either" {
	"$IPCKIT" bench mmap_shared --cpu=same --sizes=56 --rounds=1 --time=1 >out
	grep -q '^not on one CPU: .*mmap_shared' out
}

@test "a bench that is interrupted prints what it has and leaves no process" {
	cp "$IPCKIT" ./interrupted
	env --default-signal=INT ./interrupted bench --sizes=56 --time=60 >out 2>err &
	pid=$!
	sleep 2
	kill -INT $pid
	status=0
	wait $pid || status=$?
	[ $status -eq 130 ]
	grep -q '^Interrupted' out
	[ -z "$(alive ./interrupted)" ]
	[ ! -s err ]
}

# bats test_tags=slow
@test "a bench that ends, or is interrupted, leaves no name" {
	unshare --mount --ipc true 2>/dev/null || skip 'no namespaces here'
	cat >in_namespace <<'END'
mount -t tmpfs none /mnt
cp "$1" /mnt/left
mount -t tmpfs none /dev/shm
mount -t tmpfs none /tmp
cd /mnt
./left bench --sizes=56 --rounds=1 --time=1 >/dev/null
./left bench --sizes=56 --time=60 >/dev/null &
sleep 4
kill -INT $!
wait $!
ls -A /dev/shm /tmp
ipcs -mqs | grep ^0x
END
	run unshare --mount --ipc sh in_namespace "$IPCKIT"
	[ "$(tr -d '[:space:]' <<<"$output")" = /dev/shm:/tmp: ]
}

# bats test_tags=slow
@test "a bench that is killed leaves no process" {
	cp "$IPCKIT" ./killed
	./killed bench mmap_shared pipe --sizes=56 --time=60 >out 2>err &
	pid=$!
	sleep 2
	kill -KILL $pid
	wait $pid || true
	for _ in $(seq 50); do
		[ -n "$(alive ./killed)" ] || break
		sleep 0.1
	done
	[ -z "$(alive ./killed)" ]
}

# bats test_tags=slow
@test "a broken row is shown with its status, and the others go on" {
	run -1 "$IPCKIT_FIXTURES" bench recv_segfaults recv_sleeps wrong_bytes kills_parent kills_group setup_aborts leaves_name \
		closes_all --sizes=56 --rounds=1 --time=1
	[[ $output == *'died of signal 11 in delivery: recv_segfaults'* ]]
	[[ $output == *'nothing moved any more in delivery: recv_sleeps'* ]]
	[[ $output == *'does not deliver: wrong_bytes'* ]]
	[[ $output == *'died of signal 9 in setup(): kills_parent'* ]]
	[[ $output == *'died of signal 6 in setup(): setup_aborts'* ]]
	[[ $output == *'leaves_name +futex '* ]]
	[[ $output == *'closes_all +futex '* ]]
}

@test "a message that is not copied, or in part, is noticed, even a short one" {
	run -1 "$IPCKIT_FIXTURES" bench copies_once copies_start --sizes=1,7,56 --rounds=1 --time=1 --format=csv
	run ! grep -E "^copies_(once|start),.*,56,.*,measured,|^copies_once,.*,measured," <<<"$output"
}

@test "a record is compared with itself and nothing has moved; an edited one has" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=3 --time=1 --format=json >r.json
	jq ".rows[][].limits?[]?.rounds = 7" r.json >old.json # on a busy machine a row may have had one
	"$IPCKIT" bench --from=old.json --compare=old.json >same
	run ! grep -Eq "slower|faster| few\$" same
	jq '.rows[].round_trip.limits.futex |= with_entries(if .key == "rounds" then . else .value *= 1e6 end)' \
		old.json >new.json
	run -1 "$IPCKIT" bench --from=new.json --compare=old.json
	[[ $output == *slower* ]]
	run -0 "$IPCKIT" bench --from=old.json --compare=new.json
	[[ $output == *faster* ]]
	jq '.rows |= map(select(.extra != "+1M"))' old.json >without.json
	run -1 "$IPCKIT" bench --from=without.json --compare=old.json
	[[ $output == *gone* ]]
	run -0 "$IPCKIT" bench --from=old.json --compare=without.json
	[[ $output == *new* ]]
}

@test "a record that is printed is not destroyed, nor an output where nothing is" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=1 --format=json >r.json
	cp r.json bak.json
	"$IPCKIT" bench --from=bak.json --output=bak.json --format=json
	cmp r.json bak.json
	"$IPCKIT" bench --from=bak.json --compare=bak.json --output=bak.json --format=json
	holds bak.json '.view == "compare"'
	for wrong in --from=nothing.json --compare=nothing.json --rounds=x nosuchrow; do
		run -2 "$IPCKIT" bench "$wrong" --output=new
		[ ! -e new ]
	done
}

@test "with a record to be printed, what says how to measure is refused" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=1 --format=json >r.json
	for option in pipe nosuchrow --sizes=56 --rounds=99 --time=1 --cpu=free; do
		run -2 --separate-stderr "$IPCKIT" bench --from=r.json "$option"
		[ -z "$output" ]
		[ "$stderr" = 'ipckit: bench: --from measures nothing: no ROW, --sizes, --rounds, --time or --cpu goes with it' ]
	done
}

@test "a comparison tells what the machine did meanwhile, and where there is too little to go by" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=1 --format=json >old.json
	jq ".drifted = [\"line\", \"fork\"]" old.json >moved.json
	run -0 --separate-stderr "$IPCKIT" bench --from=old.json --compare=moved.json
	[[ $output == *"changed by more than 20 % while the old one ran: line, fork."* ]]
	[[ $output != *"while the new one ran"* ]]
	[[ $output == *" few"* ]]
	[ "$stderr" = "ipckit: bench: a record has less than 7 rounds: it cannot be told what moved" ]
	"$IPCKIT" bench --from=moved.json --compare=old.json --format=json 2>err >c.json
	holds c.json ".drifted.now == [\"line\", \"fork\"] and (.comparison | length > 0 and all(.[]; .verdict == \"few\"))"
}

@test "every format" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=1 --format=json >r.json
	"$IPCKIT" bench --from=r.json --format=csv | grep -q $'^pipe,,56,56,round_trip,measured,'
	"$IPCKIT" bench --from=r.json --format=markdown | grep -q '^| pipe | 56 |'
	"$IPCKIT" bench --from=r.json | grep -q '^ROUND TRIP, us'
	"$IPCKIT" bench --from=r.json --format=json >again.json
	cmp r.json again.json
}

# bats test_tags=slow
@test "plots are what gnuplot takes" {
	command -v gnuplot >/dev/null || skip 'no gnuplot'
	"$IPCKIT" bench pipe mmap_shared --sizes=8,56,4K --rounds=1 --time=1 --plots=plots >out
	"$IPCKIT" cow --sizes=1M,4M --plots=plots >out
	cd plots
	for plot in latency throughput cow; do
		gnuplot $plot.gp
		[ -s $plot.svg ]
		[ -s $plot.png ]
	done
}

@test "wrong usage is refused before anything runs" {
	for options in --sizes=0 --sizes=65M --sizes=x --rounds=0 --rounds=x --rounds=' 3' --rounds=+3 --rounds=3.0 --time=0 \
		--time=x --time=nan --time=0x1p0 --time=' 1' --time=+1 --time=1.2.3 --time=-1 --cpu=left --plots= \
		--compare=nothing.json --from=nothing.json nosuchrow; do
		run -2 --separate-stderr "$IPCKIT" bench "$options"
		[ -n "$stderr" ]
		[ -z "$output" ]
	done
	echo '{}' >empty.json
	run -2 "$IPCKIT" bench --from=empty.json
	run -2 "$IPCKIT" cow pipe
	for sizes in '56,' ',56' '' '56,,8'; do
		run -2 --separate-stderr "$IPCKIT" bench --sizes="$sizes"
		[[ $stderr == "ipckit: --sizes: '"*"' lacks one: sizes of 1 to 64M bytes, as in 8,56,4K,1M" ]]
	done
}

@test "a folder for plots is looked at before anything is measured" {
	local command

	touch file
	for command in bench cow; do
		run -2 --separate-stderr timeout 10 "$IPCKIT" $command --plots=file --output=out
		[ "$stderr" = 'ipckit: file: Not a directory' ]
		run -2 --separate-stderr timeout 10 "$IPCKIT" $command --plots=no/such --output=out
		[ "$stderr" = 'ipckit: no/such: No such file or directory' ]
		run -2 --separate-stderr timeout 10 "$IPCKIT" $command --plots= --output=out
		[ "$stderr" = 'ipckit: --plots: the name of a folder is missing' ]
	done
	[ ! -e out ]
	run -2 "$IPCKIT" bench nosuchrow --plots=plots
	[ ! -e plots ]
}

@test "a record that cannot be read is told by the error" {
	for option in --compare --from; do
		run -2 --separate-stderr "$IPCKIT" bench $option=/
		[ "$stderr" = 'ipckit: /: Is a directory' ]
		run -2 --separate-stderr "$IPCKIT" bench $option=nothing.json
		[ "$stderr" = 'ipckit: nothing.json: No such file or directory' ]
	done
}

@test "progress goes to a terminal only" {
	"$IPCKIT" bench pipe --sizes=8 --rounds=1 --time=1 >out 2>err
	[ ! -s err ]
}

@test "cow: private memory is copied, shared memory is not" {
	"$IPCKIT" cow --sizes=1M,16M --format=json >cow.json
	holds cow.json '.cases | length == 6 and all(.[]; .measured and .pages > 0 and .fork_ns.median > 0
		and .vfork_ns > 0 and (.forks_ns | length) == 5)'
	holds cow.json 'all(.cases[]; .child_copied != null)' || skip 'the kernel does not show page frames here'
	holds cow.json 'all(.cases[]; (if .heap == "shared" then 0 else .pages end) as $n
		| .child_copied == $n and .parent_copied == $n)'
}

@test "cow: what is copied is told without privileges too, and by what" {
	local nobody=()

	[ "$(id -u)" -ne 0 ] || nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	"${nobody[@]}" "$IPCKIT" list >/dev/null || skip 'another user cannot run what is built here'
	"${nobody[@]}" "$IPCKIT" run malloc --format=csv | grep -q 'bits 56/61' || skip 'the kernel does not tell of pages here'
	"${nobody[@]}" "$IPCKIT" cow --sizes=1M,16M --format=json >cow.json
	holds cow.json 'all(.cases[]; .copied_source == "bits 56/61")'
	holds cow.json 'all(.cases[]; (if .heap == "shared" then 0 else .pages end) as $n
		| .child_copied == $n and .parent_copied == $n)'
	"${nobody[@]}" "$IPCKIT" cow --sizes=1M >out
	grep -q '^Page frames take CAP_SYS_ADMIN' out
	run ! grep -q unknown out
}

@test "cow: where nothing tells what is copied, that is said" {
	! grep -q __asan_init "$IPCKIT" || skip "a sanitizer makes calls, and needs memory and /proc, of its own"
	unshare -m mount -t tmpfs none /proc 2>/dev/null || skip 'nothing can be mounted here'
	run --separate-stderr unshare -m sh -c 'mount -t tmpfs none /proc && exec "$0" cow --sizes=1M' "$IPCKIT"
	[ "$status" -eq 0 ]
	[[ $output == *unknown*$'\nunknown: it takes /proc/PID/pagemap'* ]]
}

@test "cow: what does not fit is left out and said so; where nothing does, nothing could be run" {
	run -77 --separate-stderr "$IPCKIT" cow --sizes=63G
	[[ $stderr == *'63G is left out'* ]]
	run -0 --separate-stderr "$IPCKIT" cow --sizes=1M,63G
	[[ $stderr == *'63G is left out'* ]]
}

@test "cow: what does not fit into the cgroup is left out and said so" {
	in_cgroup 96M "$IPCKIT" cow --sizes=1M,64M --format=json
	[ "$status" -eq 0 ]
	[[ $stderr == 'ipckit: cow: 64M is left out: '* ]]
	jq -e '[.cases[].size] == [1048576, 1048576, 1048576]' <<<"$output"
}

# CALL:INJECTION ARGUMENT…: a run in which a call goes wrong, as strace has it.
run_with()
{
	local injection=$1

	command -v strace >/dev/null || skip 'no strace'
	strace -f -o /dev/null -e trace=none true 2>/dev/null || skip 'nothing may be traced here'
	! grep -q __asan_init "$IPCKIT" || skip 'a sanitizer makes calls of its own'
	shift
	run --separate-stderr strace -f -o trace -e trace="${injection%%:*}" -e inject="$injection" "$IPCKIT" "$@"
}

@test "limits that cannot be measured are said, and are no success" {
	run_with madvise:error=EINVAL bench pipe --rounds=2 --time=1 --sizes=56
	[ "$status" -eq 1 ]
	[ "$stderr" = 'ipckit: bench: a limit of the machine was not measured: start: madvise: Invalid argument' ]
	[[ $output == *'ROUND TRIP'* ]]
}

@test "a fork that fails is no fast fork" {
	run_with vfork:error=EAGAIN cow --sizes=1M
	[ "$status" -eq 1 ]
	[[ $output == *'not measured: vfork: Resource temporarily unavailable'* ]]
	run_with clone:error=EAGAIN:when=2 cow --sizes=1M
	[ "$status" -eq 1 ]
	[[ $output == *'private 1M: not measured: fork: Resource temporarily unavailable'* ]]
}

@test "cow: where no process may be made nothing could be run" {
	run_with vfork:error=EPERM cow --sizes=1M
	[ "$status" -eq 77 ]
	[[ $output == *'private 1M: not measured: vfork: Operation not permitted'* ]]
}

# Names with units in the first line; then numbers without, each alone in its cell.
is_a_csv_of_cow()
{
	head -1 "$1" | grep -q '^heap,size_bytes,measured,error,.*,fork_median_ns,.*_pages'
	[ "$(tail -n +2 "$1" | wc -l)" -eq "$2" ]
	run ! grep -vE $'^[a-z]+,[0-9]+,(true|false),[^,]*(,[0-9]*(\\.[0-9]+)?){12},[a-z0-9/ ]*\r$' <(tail -n +2 "$1")
}

@test "cow: a CSV has the headings always, and numbers alone in their cells" {
	"$IPCKIT" cow --sizes=1M,4M --format=csv >cow.csv
	is_a_csv_of_cow cow.csv 6
	[ "$(grep -cE '^[a-z]+,[0-9]+,true,,[0-9]+,[0-9]+,' cow.csv)" -eq 6 ]
	run -77 "$IPCKIT" cow --sizes=63G --format=csv --output=none.csv
	is_a_csv_of_cow none.csv 0
	run_with vfork:error=EAGAIN cow --sizes=1M --format=csv --output=failed.csv
	is_a_csv_of_cow failed.csv 3
	[ "$(grep -c ',1048576,false,vfork: Resource temporarily unavailable,,' failed.csv)" -eq 3 ]
}

@test "cow: gnuplot takes a plot without figures" {
	run -77 "$IPCKIT" cow --sizes=63G --plots=none
	run_with vfork:error=EAGAIN cow --sizes=1M --plots=failed
	[ "$(grep -l "nothing was measured" none/cow.gp failed/cow.gp | wc -l)" -eq 2 ]
	command -v gnuplot >/dev/null || skip 'no gnuplot'
	for folder in none failed; do
		(cd $folder && gnuplot cow.gp)
		[ -s $folder/cow.svg ]
		[ -s $folder/cow.png ]
	done
}

@test "cow: a size that is no whole pages is said to be another, and is measured once" {
	local page two

	page=$(getconf PAGESIZE)
	two=$((2 * page))
	run -0 --separate-stderr "$IPCKIT" cow --sizes=1,2,$((page + 1)),$two,$((2 * two)) --format=json
	jq -e "[.cases[].size] | unique == [$two, $((2 * two))]" <<<"$output"
	jq -e '.cases | length == 6' <<<"$output"
	[ "$(grep -c "^ipckit: cow: .* is taken as $((two / 1024))K: " <<<"$stderr")" -eq 3 ]
	[ "$(wc -l <<<"$stderr")" -eq 3 ]
}

@test "cow: a process that is killed is said to be" {
	run_with madvise:signal=KILL cow --sizes=1M
	[ "$status" -eq 1 ]
	[[ $output == *'private 1M: not measured: killed by signal 9 (Killed)'* ]]
}

# bats test_tags=slow
@test "cow: a touch is one page, not what the kernel does at once" {
	run_with madvise:delay_enter=1s cow --sizes=4M --format=json
	[ "$status" -eq 0 ]
	jq -e 'all(.cases[]; .fill_page_ns * 1024 < 1e9)' <<<"$output"
}

# bats test_tags=slow
@test "cow: what is written to after the fork was written to before" {
	run_with madvise:retval=0 cow --sizes=16M --format=json
	[ "$status" -eq 0 ]
	jq -e 'all(.cases[]; .child_copied != null)' <<<"$output" || {
		"$IPCKIT" cow --sizes=1M --format=json >cow.json
		holds cow.json 'any(.cases[]; .child_copied == null)'
		skip 'the kernel does not show page frames here'
	}
	jq -e 'all(.cases[]; (if .heap == "shared" then 0 else .pages end) as $n
		| .child_copied == $n and .parent_copied == $n)' <<<"$output"
}

@test "what a record says is printed, not obeyed" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=1 --format=json >r.json
	jq '.rows[0].variant = "a'"'"' ; system(\"touch obeyed\") #" | .rows[1].variant = "=1+1\u001b[2J\nsystem(\"touch obeyed\")"
		| .rows[2].throughput.detail = "\u001b]0;x\u0007\u007f" | .machine.processor = "x\nsystem(\"touch obeyed\")"' r.json >hostile.json
	for format in table csv markdown json; do
		"$IPCKIT" bench --from=hostile.json --format=$format >out.$format
		run ! grep -q $'[\x01-\x08\x0e-\x1f\x7f]' out.$format
	done
	grep -q "^\"'=1+1" out.csv
	grep -q '\\x1b' out.table
	"$IPCKIT" bench --from=hostile.json --plots=plots >out
	grep -q "title 'a'' ; system" plots/latency.gp
	run ! grep -q '^system' plots/latency.gp
	if command -v gnuplot >/dev/null; then
		(cd plots && gnuplot latency.gp && gnuplot throughput.gp)
		[ ! -e plots/obeyed ]
	fi
}

@test "the legend says that single round trips have the clock in them" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=0.1 >out
	grep -q "a look at the clock in each" out
}

@test "the time that is printed is the time that went by" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=0.001 --format=json >r.json
	holds r.json '.elapsed_s > .settings.time_s'
	jq '.elapsed_s = 12.3' r.json >edited.json
	"$IPCKIT" bench --from=edited.json | grep -q '^1 round in 12.3 s,'
}

# bats test_tags=slow
@test "a row that is too slow for all rounds says how many it had" {
	"$IPCKIT" bench ptrace --sizes=64K --rounds=4 --time=0.01 --format=json >slow.json
	holds slow.json '.rows[1].extra == "+futex"'
	holds slow.json '.rows[1].round_trip.ns.rounds > 0' || skip 'nothing may be traced here'
	line='ptrace +futex 64K: [123] of 4 rounds, too slow for its share.'
	"$IPCKIT" bench --from=slow.json >out
	grep -qx "$line" out
	jq '.rows[1].throughput |= {status: "failed", detail: "broken"}' slow.json >edited.json
	"$IPCKIT" bench --from=edited.json >out
	grep -qx "$line" out
	for edit in '.interrupted = true' '.rows[1][].ns?.rounds? = 4'; do
		jq "$edit" slow.json >edited.json
		"$IPCKIT" bench --from=edited.json >out
		run ! grep -qx "$line" out
	done
}

@test "progress is shown on a terminal" {
	command -v script >/dev/null || skip 'no script here'
	script -qec "TERM=xterm '$IPCKIT' bench pipe --sizes=8 --rounds=2 --time=1 >out" terminal </dev/null >/dev/null
	grep -aq $'\rround [0-2] of 2: pipe 8, [0-9]* s left' <(sed $'s/\033\\[K//g' terminal)
	head -1 out | grep -q '^LIMIT'
}

@test "progress keeps to one line of a narrow terminal, and to none of a dumb one" {
	command -v script >/dev/null || skip 'no script here'
	script -qec "stty cols 20; TERM=xterm '$IPCKIT' bench pipe --sizes=8 --rounds=2 --time=1 >out" terminal </dev/null >/dev/null
	grep -aq $'\rround [0-2] of 2: pipe \r' <(sed $'s/\033\\[K//g' terminal)
	script -qec "TERM=dumb '$IPCKIT' bench pipe --sizes=8 --rounds=2 --time=1 >out" terminal </dev/null >/dev/null
	run ! grep -aq 'round [0-2] of' terminal
}

@test "nothing could be run: 77, and nothing is drawn" {
	run -77 --separate-stderr "$IPCKIT_FIXTURES" bench unsupported --sizes=56 --rounds=1 --time=0.1 --format=json
	jq '.rows |= map(select(.group != "limit"))' <<<"$output" >without_ring.json
	run -77 --separate-stderr "$IPCKIT" bench --from=without_ring.json --plots=plots
	[[ $stderr == *'bench: latency.gp draws nothing: no row has a figure'* ]]
	run ! grep -q plot plots/latency.gp
	jq '.rows[0].throughput.status = "measured"' without_ring.json >part.json
	run -0 "$IPCKIT" bench --from=part.json
}

@test "a record of another schema, of no rows, or with a row twice, is refused; one round tells no drift" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=0.1 --format=json >r.json
	holds r.json 'all(.limits[]; .drift == null)'
	grep -qx 'One round does not tell whether the machine itself changed meanwhile.' <("$IPCKIT" bench --from=r.json)
	jq '.schema = 99' r.json >edited.json
	run -2 --separate-stderr "$IPCKIT" bench --from=edited.json
	[[ $stderr == *'another schema' ]]
	for edit in '.rows = [1]' '.rounds = -4'; do
		jq "$edit" r.json >edited.json
		run -2 --separate-stderr "$IPCKIT" bench --compare=edited.json
		[[ $stderr == *'not what'* ]]
	done
	jq '.rows += [.rows[0] | .size += 0.0 | .throughput = null]' r.json >edited.json
	for option in --from --compare; do
		run -2 --separate-stderr "$IPCKIT" bench $option=edited.json
		[ "$stderr" = 'ipckit: edited.json: a row is in it twice, with the same size' ]
	done
	jq '.rows += [.rows[0] | .size += 1]' r.json >edited.json
	run -0 "$IPCKIT" bench --from=edited.json
}

@test "the CSV of a comparison has a figure in each cell" {
	"$IPCKIT" bench pipe --sizes=1024 --rounds=1 --time=0.1 --format=json >r.json
	"$IPCKIT" bench --from=r.json --compare=r.json --format=csv 2>err | tr -d '\r' >out.csv
	[ "$(head -1 out.csv)" = "variant,extra,size_bytes,task,limit,then_low,then_median,then_high,then_rounds,now_low,now_median,now_high,now_rounds,verdict" ]
	grep -Eq '^pipe,1M,1024,round_trip,futex,([0-9.]+,){8}few$' out.csv
}

@test "a row that does not deliver says so in every format" {
	"$IPCKIT" bench malloc pipe --sizes=56 --rounds=1 --time=0.1 --format=json >r.json
	holds r.json '[.rows[] | select(.variant == "malloc") | .round_trip.delivers] | all(. == false)'
	holds r.json '[.rows[] | select(.variant == "pipe") | .throughput.delivers] | all(. == true)'
	"$IPCKIT" bench --from=r.json --format=csv | tr -d "\r" >out.csv
	grep -Eq '^malloc,spin,56,56,round_trip,measured,false,,.*,does not deliver$' out.csv
	grep -Eq '^pipe,,56,56,throughput,measured,true,[0-9].*,$' out.csv
}

@test "the table says in how many parts the rows were measured, and what moved meanwhile" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=0.1 --format=json >r.json
	holds r.json '.parts == 1'
	run ! grep -q "parts, one after the other" <("$IPCKIT" bench --from=r.json)
	jq '.parts = 3 | .drifted = ["futex", "fork"]' r.json >edited.json
	"$IPCKIT" bench --from=edited.json >out
	grep -qx 'For want of memory the rows took their rounds in 3 parts, one after the other.' out
	grep -qx 'The machine itself changed by more than 20 % while this ran: futex, fork.' out
}

@test "a record that is read is written again, to the file that was named" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=0.1 --format=json --output=r.json >out
	[ ! -s out ]
	"$IPCKIT" bench --from=r.json --format=json --output=copy.json >out
	[ ! -s out ]
	cmp r.json copy.json
}

@test "the limits in a plot can be told apart" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=0.1 --format=json >r.json
	jq ".limits |= [{limit: \"line\", size: null, ns: {rounds: 1, median: 9}}, {limit: \"futex\", size: null, ns: {rounds: 1, median: 99}}]" r.json >both.json
	"$IPCKIT" bench --from=both.json --plots=plots >out
	[ "$(grep -o "limit: .* dashtype [0-9]" plots/latency.gp | awk "{ print \$NF }" | sort -u | wc -l)" -eq 2 ]
}

@test "without rounds there is no table of limits" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=1 --time=1 --format=json >r.json
	jq '.rounds = 0 | .rows = [] | .limits[].ns.rounds = 0' r.json >none.json
	"$IPCKIT" bench --from=none.json >out
	run ! grep -q '^LIMIT' out
}

@test "a comparison tells what else was different, and refuses what has nothing in common" {
	"$IPCKIT" bench pipe --sizes=56 --rounds=7 --time=1 --format=json >old.json
	"$IPCKIT" bench --from=old.json --compare=old.json --format=json >same.json 2>err
	[ ! -s err ]
	holds same.json '.schema == 1 and .view == "compare" and (.program | startswith("ipckit ")) and (.comparison | length > 0)'
	jq '.settings.cpu = "other" | .machine.kernel = "0" | .machine.cpus += 1' old.json >moved.json
	run -0 --separate-stderr "$IPCKIT" bench --from=moved.json --compare=old.json
	[ "$stderr" = 'ipckit: bench: the records are not of the same placing of the ends, cpus, kernel: ratios may have moved for that' ]
	jq '.rows |= map(if .group == "limit" then . else .variant = "fifo" end)' old.json >others.json
	run -2 --separate-stderr "$IPCKIT" bench --from=others.json --compare=old.json
	[ -z "$output" ]
	[ "$stderr" = 'ipckit: bench: old.json: no row in common, so nothing is compared' ]
}

@test "CPUs that cannot be told are not one CPU" {
	run_with sched_getaffinity:error=EINVAL bench pipe --sizes=56 --rounds=1 --time=1
	[[ $stderr == *'the CPUs of this process cannot be told'* ]]
	[[ $stderr != *'one CPU only'* ]]
	[[ $output == *'ends placed: free'* ]]
}

# LOAD RATIO…: what the targets say of rows with such each_to_batch, from a record that is not measured for it.
targets()
{
	local load=$1 ratios

	shift
	ratios=$(jq -n --args '$ARGS.positional | to_entries | map({variant: "x\(.key)", extra: "", size: 56,
		round_trip: {each_to_batch: {rounds: 1, median: (.value | tonumber)}}})' "$@")
	echo "{\"schema\": 1, \"view\": \"bench\", \"rows\": $ratios}" >all.json
	cat >stub <<'END'
#!/bin/sh
case $* in
*--from=*) exec "$REAL_IPCKIT" "$@" ;;
*/all.json) cp all.json "${*##*--output=}" ;;
esac
END
	chmod +x stub
	echo "$load 0.10 0.10 1/99 12345" >loadavg
	export REAL_IPCKIT=$IPCKIT
	IPCKIT=./stub LOADAVG=loadavg ROUNDS=1 SECONDS_EACH=1 \
		bash "$BATS_TEST_DIRNAME/bench/targets.sh" >targets 2>said
}

# bats test_tags=slow
@test "targets: the worst row is judged on both sides, and a busy machine is told" {
	targets 0.10 0.99 0.70 1.01
	[ ! -s said ]
	grep -q '^load before: 0.10 0.10 0.10, ' targets
	[ "$(grep -A1 'the worst row' targets | awk '{ print $NF }' | paste -sd ' ')" = 'reached MISSED' ]
	targets 0.60 0.99 1.30
	grep -qx 'the machine is busy (load 0.60): these are no figures to go by' said
	[ "$(grep -A1 'the worst row' targets | awk '{ print $NF }' | paste -sd ' ')" = 'MISSED reached' ]
}

@test "a bench has the status of a run: 1 where a row surprises, in a record that is read, too" {
	"$IPCKIT" bench pipe --rounds=2 --time=1 --sizes=56 --format=json >good.json
	holds good.json '[.rows[].surprise] | any | not'
	jq '.rows[0].surprise = true' good.json >surprise.json
	run -1 "$IPCKIT" bench --from=surprise.json
	run -0 "$IPCKIT" bench --from=good.json
}
