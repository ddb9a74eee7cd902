#!/usr/bin/env bats
# Rows that are broken in every way (tests/fixtures): each gets the right answer, every time, and the run goes on.

bats_require_minimum_version 1.5.0

setup_file()
{
	load_program
	enclosed "$BATS_FILE_TMPDIR/all" --format=csv
}

setup()
{
	load_program
	all=$BATS_FILE_TMPDIR/all
	cd "$BATS_TEST_TMPDIR" || return
}

load_program()
{
	program=${IPCKIT_FIXTURES:-$BATS_TEST_DIRNAME/../build/ipckit-fixtures}
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:handle_segv=0:handle_abort=0:detect_leaks=0
}

# enclosed FILE ARG…: `run ARG…` with /dev/shm and /tmp of its own where the system allows it, so that nothing but this
# run can have left what is there afterwards. Makes FILE.out, .err, .status, .left and .alive.
enclosed()
{
	local file=$1 enclose=()

	shift
	unshare --mount --ipc true 2>/dev/null && enclose=(unshare --mount --ipc)
	mkdir "$file.tmp"
	# shellcheck disable=SC2016 # for the inner shell
	MARK="$file" TMPDIR="$file.tmp" "${enclose[@]}" sh -c '
		if [ "$1" ]; then
			mount -t tmpfs none /dev/shm
			mount -t tmpfs none /tmp
		fi
		names() { find /dev/shm /tmp /dev/mqueue -name "*ipckit.*" 2>/dev/null; ls "$TMPDIR"; cat /proc/sysvipc/*; }
		shift
		before=$(names)
		/proc/self/fd/9 run "$@" 2>&8
		echo $? >&7
		[ "$(names)" = "$before" ] || names >&6' \
		sh "${enclose[*]}" "$@" >"$file.out" 6>"$file.left" 7>"$file.status" 8>"$file.err" 9<"$program"
	grep -lszxF "MARK=$file" /proc/[0-9]*/environ >"$file.alive" || true
}

# answers FILE: one line for each cell of a CSV file, "ROW COLUMN STATUS VALUE SAW ERROR CALL SIGNAL DETAIL".
answers()
{
	awk '
	function split_record(record, i, c, n, quoted)
	{
		split("", f)
		n = 1
		for (i = 1; i <= length(record); i++) {
			c = substr(record, i, 1)
			if (c == "\"")
				quoted = !quoted
			else if (c == "," && !quoted)
				n++
			else
				f[n] = f[n] c
		}
	}
	function word(text)
	{
		return text == "" ? "-" : text
	}
	{
		sub(/\r$/, "")
		split_record($0)
		# Who spins is told by its CPU time: on a busy machine the deadline may come first.
		if (NR > 1 && f[at["detail"]] ~ /spins in/)
			sub(/, at the deadline$/, "", f[at["detail"]])
		if (NR == 1)
			for (i in f)
				at[f[i]] = i
		else
			print f[at["variant"]], f[at["column"]], f[at["status"]], word(f[at["value"]]), \
				word(f[at["saw"]]), word(f[at["error"]]), word(f[at["call"]]), word(f[at["signal"]]), \
				word(f[at["detail"]])
	}' "$1" | LC_ALL=C sort
}

# What each row must be answered: in the columns d(elivers), r(eplies) and s(napshot), status, value, saw, error, call,
# signal and detail.
expected()
{
	awk '
	BEGIN { split("delivers replies snapshot", column) }
	NF {
		for (i = 1; i <= 3; i++)
			if (index($2, substr(column[i], 1, 1))) {
				printf "%s %s", $1, column[i]
				for (j = 3; j <= NF; j++)
					printf " %s", $j
				print NF < 9 ? " -" : ""
			}
	}' <<'TABLE' | LC_ALL=C sort
changes_signals           drs measured    true  message -      -         -
closes_all                drs measured    true  message -      -         -
closes_wrong_end          d   failed      -     -       EBADF  write     -       send(): write: Bad file descriptor
closes_wrong_end          rs  failed      -     -       EBADF  read      -       recv(): read: Bad file descriptor
copies_once               drs measured    true  message -      -         -
copies_start              drs measured    true  message -      -         -
copies_on_write           dr  measured    false stale   -      -         -
copies_on_write           s   measured    true  message -      -         -
forgets_memory            drs failed      -     -       -      -         -       no memory after attach()
half_a_message            dr  measured    false garbled -      -         -       32 of 64 bytes
half_a_message            s   measured    false garbled -      -         -
half_the_bytes            dr  hung        false -       -      -         -       sender waits for the other end, receiver waits in recv()
half_the_bytes            s   hung        -     -       -      -         -       sender waits for the other end, receiver waits in recv()
hostile                   drs failed      -     -       EIO    \x1b]0;pwned\x07\x1b[31m -    attach(): \x1b]0;pwned\x07\x1b[31m: Input/output error
hostile_works             drs measured    true  message -      -         -
ignores_sigterm           dr  hung        false -       -      -         -       sender waits for the other end, receiver waits in recv()
ignores_sigterm           s   hung        -     -       -      -         -       sender waits for the other end, receiver waits in recv()
kills_group               dr  crashed     false -       -      -         SIGKILL both ends were killed
kills_group               s   crashed     -     -       -      -         SIGKILL sender died in send()
kills_parent              drs failed      -     -       -      -         -       the case process was killed by signal 9
leaves_file               drs measured    true  message -      -         -
leaves_name               drs measured    true  message -      -         -
leaves_semaphore          drs measured    true  message -      -         -
leaves_sysv               drs measured    true  message -      -         -
lingers                   drs measured    true  message -      -         -
loses_tenth               drs measured    true  message -      -         -
prints                    drs measured    true  message -      -         -
reaps_at_the_end          drs measured    true  message -      -         -
reaps_peer                d   failed      -     -       -      -         -       receiver ended in recv()
reaps_peer                r   failed      -     -       -      -         -       sender ended in send()
reaps_peer                s   failed      -     -       -      -         -       receiver exited with status 7 in recv()
recv_blocks_on_empty_pipe dr  hung        false -       -      -         -       sender waits for the other end, receiver waits in recv()
recv_blocks_on_empty_pipe s   hung        -     -       -      -         -       sender waits for the other end, receiver waits in recv()
recv_exits                drs failed      -     -       -      -         -       receiver exited with status 3 in recv()
recv_exits_zero           drs failed      -     -       -      -         -       receiver exited with status 0 in recv()
recv_segfaults            dr  crashed     false -       -      -         SIGSEGV receiver died in recv()
recv_segfaults            s   crashed     -     -       -      -         SIGSEGV receiver died in recv()
recv_sleeps               dr  hung        false -       -      -         -       sender waits for the other end, receiver waits in recv()
recv_sleeps               s   hung        -     -       -      -         -       sender waits for the other end, receiver waits in recv()
recv_spins                dr  hung        false -       -      -         -       sender waits for the other end, receiver spins in recv()
recv_spins                s   hung        -     -       -      -         -       sender waits for the other end, receiver spins in recv()
refused                   drs refused     -     -       EPERM  setup     -       setup(): setup: Operation not permitted
seeks_capabilities        drs measured    true  message -      -         -
send_segfaults            dr  crashed     false -       -      -         SIGSEGV sender died in send()
send_segfaults            s   crashed     -     -       -      -         SIGSEGV sender died in send()
send_sleeps               dr  hung        false -       -      -         -       sender waits in send(), receiver waits in recv()
send_sleeps               s   hung        -     -       -      -         -       sender waits in send()
send_spins                dr  hung        false -       -      -         -       sender spins in send(), receiver waits in recv()
send_spins                s   hung        -     -       -      -         -       sender spins in send()
setup_aborts              d   crashed     false -       -      -         SIGABRT sender died in setup()
setup_aborts              r   crashed     false -       -      -         SIGABRT receiver died in setup()
setup_aborts              s   crashed     -     -       -      -         SIGABRT sender died in setup()
setup_exits_zero          ds  failed      -     -       -      -         -       sender exited with status 0 in setup()
setup_exits_zero          r   failed      -     -       -      -         -       receiver exited with status 0 in setup()
setup_fails_half          drs failed      -     -       ENOSPC ftruncate -       setup(): ftruncate: No space left on device
sigpipe                   dr  failed      -     -       -      -         -       receiver exited with status 0 in attach()
sigpipe                   s   hung        -     -       -      -         -       sender waits in send()
sigpipe_alone             dr  crashed     false -       -      -         SIGPIPE sender died in send()
sigpipe_alone             s   hung        -     -       -      -         -       sender waits in send()
stops_itself              dr  hung        false -       -      -         -       sender is stopped in send(), receiver waits in recv()
stops_itself              s   hung        -     -       -      -         -       sender is stopped in send()
takes_half                drs failed      -     -       -      -         -       send() returned 32 for 64 bytes
teardown_crashes          d   crashed     true  message -      -         SIGSEGV sender died in teardown()
teardown_crashes          r   crashed     true  message -      -         SIGSEGV receiver died in teardown()
teardown_crashes          s   crashed     -     -       -      -         SIGSEGV sender died in teardown()
teardown_hangs            d   hung        true  message -      -         -       sender waits in teardown(), receiver has finished
teardown_hangs            r   hung        true  message -      -         -       sender has finished, receiver waits in teardown()
teardown_hangs            s   hung        -     -       -      -         -       sender waits in teardown(), receiver has finished
too_many_bytes            dr  measured    false garbled -      -         -       1048640 of 64 bytes
too_many_bytes            s   measured    false garbled -      -         -
unsupported               drs unsupported -     -       ENOSYS setup     -       setup(): setup: Function not implemented
wrong_bytes               drs measured    false garbled -      -         -
TABLE
}

names()
{
	"$program" list | awk '{ print $1 }' | LC_ALL=C sort
}

@test "every fixture is expected, and the other way round" {
	diff <(expected | cut -d ' ' -f 1 | uniq) <(names)
}

@test "status, value, what was seen, and who is to blame" {
	diff <(expected) <(answers "$all.out" | grep -E '^[^ ]+ (delivers|replies|snapshot) ')
}

@test "memory is looked at where there is some, whatever else is wrong with the row" {
	[ "$(answers "$all.out" |
		grep -cE '^(closes_all|changes_signals|lingers|leaves_name|prints|reaps_at_the_end) address measured same -')" -eq 6 ]
	answers "$all.out" | grep -E '^setup_aborts address crashed - - - - SIGABRT '
	answers "$all.out" | grep -E '^teardown_hangs address hung '
	answers "$all.out" | grep -E '^recv_sleeps address not_applicable '
}

@test "a broken row makes the exit status 1" {
	[ "$(cat "$all.status")" -eq 1 ]
}

@test "nothing that a row prints gets out" {
	run ! grep -l SPOILT "$all".*
	grep -q SPOILT "$BATS_TEST_DIRNAME/fixtures/prints.c"
}

@test "no command lets a row command the terminal" {
	local rows=(hostile hostile_works) format

	{
		for format in table csv markdown json; do
			"$program" list --format=$format "${rows[@]}"
			"$program" run --format=$format "${rows[@]}" || [ $? -eq 1 ]
			"$program" matrix --format=$format --columns=delivers,eof "${rows[@]}" || [ $? -eq 1 ]
			"$program" pick --format=$format --explain --need=delivers "${rows[@]}" || [ $? -eq 1 ]
		done
		"$program" explain "${rows[@]}"
		"$program" demo hostile_works
		"$program" demo hostile || [ $? -eq 1 ]
		"$program" bench --sizes=56 --rounds=1 --time=0.1 "${rows[@]}" || [ $? -eq 1 ]
	} >said 2>&1
	[ "$(grep -c 't\\x1b\[31m\\x1b\]0;x\\x07' said)" -ge 6 ]
	grep -qF 'It ended here: attach(): \x1b]0;pwned\x07\x1b[31m: Input/output error.' said
	grep -qF 'Man:    pipe\x1b[32m(7)' said
	sed 's/\r$//' said | LC_ALL=C grep -n '[^ -~]' | cat -v >commands
	diff /dev/null commands
}

@test "what a row leaves behind is said, and of which row" {
	grep -E ': left ' "$all.err" | sed -E 's/[0-9a-f]{32}/NAME/; s/shm [0-9]+/shm ID/' | sort -u >said
	diff - said <<'END'
ipckit: leaves_file: left /tmp/ipckit.NAME behind
ipckit: leaves_name: left /dev/shm/ipckit.NAME behind
ipckit: leaves_semaphore: left /dev/shm/sem.ipckit.NAME behind
ipckit: leaves_sysv: left System V shm ID behind
ipckit: lingers: left 1 process behind
END
}

@test "what a row leaves behind is removed" {
	diff /dev/null "$all.left"
	rmdir "$all.tmp"
}

@test "no process is left" {
	diff /dev/null "$all.alive"
}

@test "a crash leaves no core file" {
	ulimit -c unlimited || skip 'no core files here'
	run -1 "$program" run setup_aborts send_segfaults
	[ -z "$(ls)" ]
}

@test "the table names the broken rows and no others" {
	NO_COLOR=1 run -1 "$program" run refused prints send_segfaults leaves_name half_a_message closes_all
	grep -qx 'surprises: leaves_name, send_segfaults, half_a_message' <<<"$output"
}

@test "rows that cope are no surprise, and what cannot be had here is none either" {
	"$program" run prints closes_all changes_signals reaps_at_the_end refused
	run -77 "$program" run refused unsupported
}

@test "the answers are the same without privileges" {
	{ [ "$(id -u)" -eq 0 ] && command -v setpriv; } || skip 'not root'
	local nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
	local row rows=(refused closes_wrong_end kills_group kills_parent lingers leaves_sysv send_segfaults)

	"${nobody[@]}" "$program" list || skip 'another user cannot run what is built here'
	TMPDIR=/tmp "${nobody[@]}" "$program" run --format=csv "${rows[@]}" >out || [ $? -eq 1 ]
	for row in "${rows[@]}"; do
		diff <(expected | grep "^$row ") <(answers out | grep -E "^$row (delivers|replies|snapshot) ")
	done
}

# The first run spins on both cores, while the others are to judge who hangs. A row that spins is known by its CPU time,
# and where there is not enough of that by the deadline.
# bats test_tags=slow
@test "the answers are the same every time, also on a busy machine" {
	local run pid rows pids=()

	mapfile -t rows < <(names | grep -v recv_spins)
	for run in one two three; do
		timeout 100 "$program" run --format=csv "${rows[@]}" >$run 2>/dev/null 3>&- &
		pids+=($!)
		mapfile -t rows < <(names | grep -v _spins)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || [ $? -eq 1 ]
	done
	diff <(answers "$all.out" | grep -v recv_spins) <(answers one)
	diff <(answers "$all.out" | grep -v _spins) <(answers two)
	diff <(answers "$all.out" | grep -v _spins) <(answers three)
}
