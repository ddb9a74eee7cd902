#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031 # the quotes are for inner shells; bats runs each test in one of its own
# What is left of a run where something is missing, full or forbidden: a clear line for each row that it hurts, and every
# other row measured as ever.

bats_require_minimum_version 1.5.0

# shellcheck source=tests/restricted.bash
. "$BATS_TEST_DIRNAME/restricted.bash"

TEN=(malloc global mmap_private mmap_shared shm_open memfd pipe fifo socketpair process_vm)

setup_file()
{
	# A copy that anybody may run, for the file of a descriptor can also be run where its path is hidden.
	install -m 755 "${IPCKIT:-$BATS_TEST_DIRNAME/../build/ipckit}" "$BATS_FILE_TMPDIR/ipckit"
	cat >"$BATS_FILE_TMPDIR/expected" <<'END'
fifo,delivers,measured,true,message
fifo,replies,measured,true,message
global,delivers,measured,false,stale
global,frame,measured,different,
global,replies,measured,false,stale
malloc,address,measured,same,
malloc,delivers,measured,false,stale
malloc,frame,measured,different,
malloc,replies,measured,false,stale
malloc,snapshot,measured,true,message
memfd,delivers,measured,true,message
memfd,frame,measured,same,
mmap_private,delivers,measured,false,stale
mmap_private,frame,measured,different,
mmap_shared,delivers,measured,true,message
mmap_shared,frame,measured,same,
mmap_shared,replies,measured,true,message
pipe,delivers,measured,true,message
pipe,frame,not_applicable,,
pipe,replies,measured,true,message
process_vm,delivers,measured,true,message
process_vm,frame,measured,different,
shm_open,delivers,measured,true,message
shm_open,frame,measured,same,
socketpair,delivers,measured,true,message
socketpair,replies,measured,true,message
END
}

setup()
{
	export LC_ALL=C IPCKIT_PROGRAM=/proc/self/fd/9
	unset TMPDIR
	exec 9<"$BATS_FILE_TMPDIR/ipckit"
}

needs_root()
{
	[ "$(id -u)" -eq 0 ] || skip 'not root'
}

needs_no_sanitizer()
{
	! grep -q __asan_init "$BATS_FILE_TMPDIR/ipckit" || skip "a sanitizer needs $1 itself"
}

# in_private SETUP ARGUMENT…: `ipckit ARGUMENT…` with mounts of its own, which SETUP has changed.
in_private()
{
	can_mount || skip "no mount namespace to be had"
	limit=25 with_mounts "$1" "$IPCKIT_PROGRAM" "${@:2}"
}

# measures FILTER: the CSV on stdout has all that is expected, and the lines that match FILTER are as in stdin.
measures()
{
	diff <(tr -d '\r' <<<"$output" | cut -d , -f 1,3-6 | grep -Ff <(cut -d , -f 1,2 "$BATS_FILE_TMPDIR/expected" |
		sed 's/$/,/') | sort | grep -v "^\($1\),") <(sort "$BATS_FILE_TMPDIR/expected" | grep -v "^\($1\),")
}

cells()
{
	tr -d '\r' <<<"$output" | grep "^$1," | cut -d , -f 3-
}

# says LINE…: these are the lines on stderr, in any order, and there is no other.
says()
{
	diff <([ -z "$stderr" ] || sort <<<"$stderr") <(for line; do echo "ipckit: $line"; done | sort)
}

# --- users

@test "an ordinary user gets every value, and frames by bits 56 and 61" {
	run --separate-stderr as_user "$IPCKIT_PROGRAM" run --format=csv "${TEN[@]}"
	[ "$status" -eq 0 ]
	says
	measures 'process_vm,replies'
	[ "$(grep -c ',frame,measured,.*,bits 56/61,' <<<"$output")" -eq 7 ]
	run --separate-stderr as_user "$IPCKIT_PROGRAM" run malloc
	[[ ${lines[0]} == 'malloc does not deliver: one address, two pages by bits 56/61.' ]]
}

@test "root without capabilities gets the same as an ordinary user" {
	needs_root
	run --separate-stderr no_capabilities "$IPCKIT_PROGRAM" run --format=csv "${TEN[@]}"
	[ "$status" -eq 0 ]
	says
	measures 'process_vm,replies'
	[ "$(grep -c ',frame,measured,.*,bits 56/61,' <<<"$output")" -eq 7 ]
	run no_capabilities "$IPCKIT_PROGRAM" run --format=json malloc
	[[ $output == *'"capabilities": "none"'* ]]
}

# --- limits

@test "what is refused to every row is said once, of the column" {
	needs_root
	run --separate-stderr as_user "$IPCKIT_PROGRAM" matrix --format=csv --columns=intruder pipe file
	[ "$status" -eq 77 ]
	[ "$stderr" = 'ipckit: intruder: setresuid: Operation not permitted' ]
}

@test "too few processes: one line for each row, and no row that was not run" {
	needs_root
	needs_no_sanitizer processes
	for limit in 1 2 3; do
		run --separate-stderr as_user prlimit --nproc=$limit "$IPCKIT_PROGRAM" run --format=csv malloc pipe fifo
		echo "$limit: $output"
		[ "$status" -eq 1 ]
		says {malloc,pipe,fifo}': fork: Resource temporarily unavailable'
		[ "$(cells malloc | head -n 1)" = 'delivers,failed,,,,,,EAGAIN,fork,,'"$(cells malloc | head -n 1 | cut -d , -f 11)",, ]
	done
}

@test "too few processes: what measures time, or one row, names the call as well" {
	local no_fork='fork: Resource temporarily unavailable'

	needs_root
	needs_no_sanitizer processes
	for limit in 1 2 3; do
		run --separate-stderr as_user prlimit --nproc=$limit "$IPCKIT_PROGRAM" bench --format=csv --time=0.1 --sizes=64 pipe
		echo "$limit: $output"
		[ "$status" -eq 1 ]
		says "pipe: $no_fork" "bench: a limit of the machine was not measured: start: $no_fork"
		[ "$(grep -c '^pipe,' <<<"$output")" -eq 4 ]
		[ "$(grep -c "^pipe,.*: $no_fork" <<<"$output")" -eq 4 ]
		run as_user prlimit --nproc=$limit "$IPCKIT_PROGRAM" demo malloc
		[[ $output == *": $no_fork."* ]]
		run as_user prlimit --nproc=$limit "$IPCKIT_PROGRAM" pick --need=delivers pipe
		[[ $output == *"pipe: $no_fork"* ]]
	done
	for limit in 1 2; do
		run as_user prlimit --nproc=$limit "$IPCKIT_PROGRAM" cow --sizes=64K
		[[ $output == *'private 64K: not measured: '"$no_fork"* ]]
	done
}

@test "processes for one cell at a time are enough" {
	needs_root
	for limit in 4 7; do
		run --separate-stderr as_user prlimit --nproc=$limit "$IPCKIT_PROGRAM" run --format=csv "${TEN[@]}"
		[ "$status" -eq 0 ]
		says
		measures 'process_vm,replies'
	done
}

@test "too few descriptors: each row says which call, and what needs none is measured" {
	needs_no_sanitizer descriptors
	for limit in 4 5 6 7 8; do
		run --separate-stderr prlimit --nofile=$limit "$IPCKIT_PROGRAM" run --format=csv "${TEN[@]}" 3>&- 4>&-
		echo "$limit: $stderr"
		[ "$status" -le 1 ]
		! grep ,hung, <<<"$output" || return
		# Nor can the journal of another run be looked at, which may be over.
		[ -z "$stderr" ] || ! grep -Ev '^ipckit: ([a-z_]*|/tmp/ipckit-run[.][^:]*): [a-z0-9_ ]*: Too many open files(; the next run tries again)?$' \
			<<<"$stderr" || return
	done
	run --separate-stderr prlimit --nofile=16 "$IPCKIT_PROGRAM" run --format=csv "${TEN[@]}" 3>&- 4>&-
	[ "$status" -eq 0 ]
	measures none
}

@test "too few descriptors: a /proc that cannot be opened for want of them is not taken for missing" {
	needs_no_sanitizer descriptors
	for limit in 6 7 8 9; do
		run --separate-stderr prlimit --nofile=$limit "$IPCKIT_PROGRAM" matrix --format=csv --columns=fanout,torn,persists \
			pipe tcp shm_sem socketpair 3>&- 4>&-
		echo "$limit: $status: $output"
		[ "$status" -le 1 ]
		[ "$status" -eq 0 ] || [[ $output == *,failed,* && $stderr == *': Too many open files'* ]]
		! grep -E ',(unsupported|refused),' <<<"$output" || return
	done
}

@test "a limit on the size of files is an error and not the end of the program" {
	run --separate-stderr prlimit --fsize=1024 "$IPCKIT_PROGRAM" run --format=json --output="$BATS_TEST_TMPDIR/out" pipe
	[ "$status" -eq 1 ]
	says "$BATS_TEST_TMPDIR/out: File too large" \
		'journal: only 1024 bytes (RLIMIT_FSIZE): cells whose names do not fit are not run'
	for command in list 'explain pipe' 'matrix --question' --help --version 'list --help'; do
		# shellcheck disable=SC2086 # words
		run -1 bash -c 'prlimit --fsize=0 "$@" 2>&1 >"$0" | cat; exit "${PIPESTATUS[0]}"' \
			"$BATS_TEST_TMPDIR/out" "$IPCKIT_PROGRAM" $command
		[ "$output" = 'ipckit: standard output: File too large' ]
	done
}

# Each killed with all its processes, at another moment.
@test "what a journal has no room for is not made, so a killed run leaves nothing that is not swept" {
	unshare --mount --ipc --pid --fork true 2>/dev/null || skip 'no namespaces to be had'
	run unshare --mount --ipc bash -c 'export TMPDIR=$1
		exec 2>/dev/null # of who is killed
		mount -t tmpfs none /dev/shm && mkdir "$TMPDIR/queues" && mount -t mqueue none "$TMPDIR/queues" || exit
		for size in 0 41 64 200 4096; do
			timeout --signal=KILL "0.$((RANDOM % 5 + 4))" unshare --pid --fork --kill-child --mount-proc \
				prlimit --fsize=$size "$2" matrix posix_mq sysv_shm sysv_msg shm_open >/dev/null
		done
		for journal in "$TMPDIR"/ipckit-run.*; do flock "$journal" true; done # until they are dead
		"$2" run malloc 2>&1 >/dev/null
		ls -A /dev/shm "$TMPDIR/queues"
		ipcs -mqs | grep ^0x' - "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR/ipckit"
	echo "$output"
	[ "$(tr -d '[:space:]' <<<"$output")" = "/dev/shm:$BATS_TEST_TMPDIR/queues:" ]
}

@test "a cell whose name the journal has no room for says so" {
	run env TMPDIR="$BATS_TEST_TMPDIR" prlimit --fsize=64 "$IPCKIT_PROGRAM" run --format=csv pipe
	[ "$status" -eq 1 ]
	[ "$(cells pipe | grep -c ',EFBIG,write journal,')" -ge 2 ]
	[ "$(grep ^ipckit: <<<"$output")" = \
		'ipckit: journal: only 64 bytes (RLIMIT_FSIZE): cells whose names do not fit are not run
ipckit: pipe: write journal: File too large' ]
}

# --- file systems

@test "without /proc only the frames are missing" {
	needs_no_sanitizer /proc
	export IPCKIT_PROGRAM=$BATS_FILE_TMPDIR/ipckit
	run --separate-stderr in_private 'exec 9<&-; mount -t tmpfs none /proc' run --format=csv "${TEN[@]}"
	echo "$output"
	[ "$status" -eq 0 ]
	says {malloc,global,mmap_private,mmap_shared,shm_open,memfd,process_vm}': open pagemap: No such file or directory'
	measures '[a-z_]*,frame'
	[[ $(cells malloc | tail -n 1) == frame,unsupported,,,,,,ENOENT,* ]]
}

@test "a read-only /dev/shm refuses shm_open, which is no surprise" {
	run --separate-stderr in_private 'mount -t tmpfs -o ro none /dev/shm' run --format=csv "${TEN[@]}"
	[ "$status" -eq 0 ]
	says 'shm_open: shm_open: Read-only file system'
	measures 'shm_open,[a-z]*'
	[[ $(cells shm_open | head -n 1) == delivers,refused,,,,,,EROFS,shm_open,* ]]
}

@test "nothing that could be run here is status 77" {
	run --separate-stderr in_private 'mount -t tmpfs -o ro none /dev/shm' run shm_open
	[ "$status" -eq 77 ]
	says 'shm_open: shm_open: Read-only file system'
	[[ ${lines[0]} == 'shm_open could not run: refused EROFS.' ]]
	[[ ${lines[-1]} == '0 delivered, 0 not delivered, 1 could not run' ]]
}

@test "a missing /dev/shm" {
	local empty=$BATS_TEST_TMPDIR/dev

	mkdir "$empty"
	run --separate-stderr in_private "mount -t tmpfs none $empty && touch $empty/null &&
		mount --bind /dev/null $empty/null && mount --rbind $empty /dev" run --format=csv "${TEN[@]}"
	[ "$status" -eq 0 ]
	says 'shm_open: shm_open: No such file or directory'
	measures 'shm_open,[a-z]*'
	[[ $(cells shm_open | head -n 1) == delivers,unsupported,,,,,,ENOENT,shm_open,* ]]
}

@test "a row that is missing what it would be made of is unsupported in a bench as in a run" {
	local empty=$BATS_TEST_TMPDIR/dev bench='bench --time=0.1 --rounds=1 --sizes=64 --format=csv'
	local without="mount -t tmpfs none $empty && touch $empty/null && mount --bind /dev/null $empty/null && mount --rbind $empty /dev"

	mkdir "$empty"
	# shellcheck disable=SC2086 # words
	run --separate-stderr in_private "$without" $bench pipe shm_futex
	[ "$status" -eq 0 ]
	says 'shm_futex: shm_open: No such file or directory'
	[[ $output == *$'\nshm_futex,'*,round_trip,unsupported,* && $output == *$'\npipe,'*,round_trip,measured,* ]]
	# shellcheck disable=SC2086 # words
	run --separate-stderr in_private "$without" $bench shm_futex
	[ "$status" -eq 77 ]
	says 'shm_futex: shm_open: No such file or directory'
}

@test "no /proc: what has to be looked up there is unsupported, and nothing false is said" {
	needs_no_sanitizer /proc
	export IPCKIT_PROGRAM=$BATS_FILE_TMPDIR/ipckit
	run --separate-stderr in_private 'mount -t tmpfs none /proc' matrix --format=csv \
		--columns=delivers,blocks,eof,buffer,exec,torn pipe
	[ "$status" -eq 0 ]
	[[ $(cells pipe | head -n 1) == delivers,measured,true,message,* ]]
	for column in blocks eof buffer torn; do
		[[ $(cells pipe | grep "^$column,") == $column,unsupported,,,,,,ENOENT,open,* ]]
	done
	[[ $(cells pipe | grep ^exec,) == exec,unsupported,,,,,,ENOENT,execv,* ]]
}

@test "no /proc: a row that is joined through it cannot be, which is not to say that it keeps anybody out" {
	needs_no_sanitizer /proc
	export IPCKIT_PROGRAM=$BATS_FILE_TMPDIR/ipckit
	run --separate-stderr in_private 'mount -t tmpfs none /proc' matrix --format=csv --columns=delivers,unrelated memfd shm_open
	[ "$status" -eq 0 ]
	[[ $(cells memfd | grep ^unrelated,) == unrelated,unsupported,,,,,,ENOENT,open,* ]]
	[[ $(cells shm_open | grep ^unrelated,) == unrelated,measured,true,* ]]
}

@test "a /proc of another pid namespace, where our numbers are those of others, is as good as none" {
	needs_root
	unshare --pid --fork true 2>/dev/null || skip 'no pid namespace to be had'
	run --separate-stderr timeout 25 unshare --pid --fork --kill-child "$BATS_FILE_TMPDIR/ipckit" matrix --format=csv \
		--columns=delivers,frame,blocks,eof,buffer,torn pipe mmap_shared proc_mem
	echo "$output"
	[ "$status" -eq 0 ]
	for row in pipe mmap_shared; do
		[[ $(cells $row | head -n 1) == delivers,measured,true,message,* ]]
	done
	for column in blocks eof buffer torn; do
		[[ $(cells pipe | grep "^$column,") == $column,unsupported,,,,,,ENOENT,open,* ]]
	done
	[[ $(cells mmap_shared | grep ^frame,) == frame,unsupported,,,,,,ENOENT,'open pagemap',* ]]
	[[ $(cells proc_mem | grep ^delivers,) == delivers,unsupported,,,,,,ENOENT,readlink,* ]]
}

# leftover_is_ended COMMAND…: what the row `lingers` leaves running is ended, and it is said, where COMMAND runs it.
leftover_is_ended()
{
	run --separate-stderr "$@" run --format=csv lingers
	echo "$status: $output"
	[ "$status" -eq 1 ]
	says 'lingers: left 1 process behind' 'lingers: open pagemap: No such file or directory'
	[[ $(cells lingers | head -n 1) == delivers,measured,true,message,* ]]
}

@test "a process that a row leaves is ended where /proc does not show it, too" {
	needs_no_sanitizer /proc
	fixtures=$BATS_TEST_TMPDIR/ipckit-fixtures
	install -m 755 "${IPCKIT_FIXTURES:-$BATS_TEST_DIRNAME/../build/ipckit-fixtures}" "$fixtures"
	can_mount || skip 'no mount namespace to be had'
	limit=25 leftover_is_ended with_mounts 'mount -t tmpfs none /proc' "$fixtures"
	! pgrep -f "^$fixtures" || return
	needs_root
	unshare --pid --fork true 2>/dev/null || skip 'no pid namespace to be had'
	leftover_is_ended timeout --kill-after=5 25 unshare --pid --fork --kill-child "$fixtures"
}

@test "no address space to spare: the call is named" {
	needs_no_sanitizer 'address space'
	# What its libraries take is not the same everywhere: with a little less it does not even start, with more all is well.
	for ((room = 3000; room < 30000; room += 200)); do
		status=0
		stderr=$(ulimit -v $room && "$IPCKIT_PROGRAM" matrix --columns=torn,framing pipe 2>&1 >/dev/null) || status=$?
		[[ $stderr != *'pipe: mmap:'* ]] || break
	done
	[ "$status" -eq 1 ]
	says 'pipe: mmap: Cannot allocate memory'
}

# "ROW,COLUMN,STATUS,VALUE,SAW"
answers()
{
	tr -d '\r' | cut -d , -f 1,3-6
}

# true_under_limit FILE: what was measured is as in FILE, and each row that was hurt is named.
true_under_limit()
{
	local lies rows row

	echo "$status: $stderr: $output"
	[ "$status" -le 1 ]
	lies=$(answers <<<"$output" | grep ,measured, | grep -vxFf "$1" || true)
	[ -z "$lies" ]
	rows=$(answers <<<"$output" | grep -vxFf "$1" | cut -d , -f 1 | sort -u || true)
	for row in $rows; do
		grep -q "^ipckit: $row: " <<<"$stderr"
	done
	[ "$status" -eq 0 ] || [ -n "$stderr" ]
	[ "$(wc -l <<<"$output")" -eq "$(wc -l <"$1")" ] || [[ -z $output && $stderr == 'ipckit: '*': Cannot allocate memory' ]]
}

# nothing_left: nor does the next run find anything to sweep or say
nothing_left()
{
	run --separate-stderr "$IPCKIT_PROGRAM" run pipe
	[ "$status" -eq 0 ]
	says
	run ! ls -d "$TMPDIR"/ipckit* 2>/dev/null
}

SIX=(malloc mmap_shared shm_open memfd pipe fifo)

@test "little address space: what does not fit is named, and what is measured is as ever" {
	local command start room n hurt

	needs_no_sanitizer 'address space'
	export TMPDIR=$BATS_TEST_TMPDIR
	for ((start = 3000; start < 60000; start += 100)); do
		! (ulimit -v $start && "$IPCKIT_PROGRAM" --version) >/dev/null 2>&1 || break
	done
	for command in run 'matrix --columns=delivers,blocks'; do
		# shellcheck disable=SC2086 # several words
		"$IPCKIT_PROGRAM" $command --format=csv "${SIX[@]}" | answers >"$BATS_TEST_TMPDIR/as_ever"
		hurt=0
		for ((n = 0, room = start - 100; n < 8; room += 4)); do
			status=0
			# shellcheck disable=SC2086 # several words
			output=$(timeout 20 prlimit --as=$((room << 10)) "$IPCKIT_PROGRAM" $command --format=csv "${SIX[@]}" \
				2>"$BATS_TEST_TMPDIR/said") || status=$?
			stderr=$(cat "$BATS_TEST_TMPDIR/said")
			# With less its libraries do not fit, or not what it was asked for.
			[ "$status" -ne 127 ] || continue
			[ "$status" -ne 2 ] || { [ -n "$stderr" ] && continue; }
			n=$((n + 1))
			hurt=$((hurt + status))
			true_under_limit "$BATS_TEST_TMPDIR/as_ever"
		done
		[ $hurt -gt 0 ]
		nothing_left
	done
}

# Those that the kernel kills there cannot say so; it may be all of them.
@test "little memory in a cgroup: what is measured is as ever, and a run that is killed for it leaves nothing" {
	local command size measured

	export TMPDIR=$BATS_TEST_TMPDIR
	for command in run 'matrix --columns=delivers,blocks'; do
		# shellcheck disable=SC2086 # several words
		"$IPCKIT_PROGRAM" $command --format=csv "${SIX[@]}" | answers >"$BATS_TEST_TMPDIR/as_ever"
		measured=0
		for size in 2M 3M 4M 32M; do
			# shellcheck disable=SC2086 # several words
			in_cgroup $size timeout 60 "$IPCKIT_PROGRAM" $command --format=csv "${SIX[@]}"
			if [ "$status" -ne 137 ]; then
				measured=$((measured + 1))
				true_under_limit "$BATS_TEST_TMPDIR/as_ever"
			fi
			nothing_left
		done
		[ $measured -gt 0 ]
	done
}

@test "a full /dev/shm" {
	run --separate-stderr in_private 'mount -t tmpfs -o size=4k none /dev/shm && head -c 4096 /dev/zero >/dev/shm/full' \
		run --format=csv "${TEN[@]}"
	[ "$status" -eq 1 ]
	[[ $stderr == 'ipckit: shm_open: '* ]]
	[[ $stderr == *'No space left on device' || $stderr == *'Bus error' ]]
	! grep -v '^ipckit: shm_open: ' <<<"$stderr" || return
	measures 'shm_open,[a-z]*'
}

@test "a read-only /tmp" {
	run --separate-stderr in_private 'mount -t tmpfs -o ro none /tmp' run --format=csv "${TEN[@]}"
	[ "$status" -eq 0 ]
	says 'journal: mkostemp: Read-only file system; what a killed run leaves behind will not be swept' \
		'fifo: mkfifo: Read-only file system'
	measures 'fifo,[a-z]*'
}

@test "a /tmp without room for a name" {
	run --separate-stderr in_private 'mount -t tmpfs -o nr_inodes=1 none /tmp && export TMPDIR=/dev/shm' \
		run --format=csv "${TEN[@]}"
	[ "$status" -eq 1 ]
	says 'fifo: mkfifo: No space left on device'
	measures 'fifo,[a-z]*'
	[[ $(cells fifo | head -n 1) == delivers,failed,,,,,,ENOSPC,mkfifo,* ]]
}

# bats test_tags=slow
@test "a /tmp without room for a byte: the cause is named and not what followed from it" {
	for _ in 1 2 3 4 5; do
		run --separate-stderr in_private 'mount -t tmpfs -o size=4k none /tmp && head -c 4096 /dev/zero >/tmp/full' \
			run --format=csv file pipe
		[ "$status" -eq 1 ]
		says 'file: pwrite: No space left on device' \
			'journal: fallocate: No space left on device; what a killed run leaves behind will not be swept'
		[ "$(cells pipe | grep -c measured,true)" -eq 3 ]
	done
}

# beside_stranger COMMANDS: /dev/shm is for all; another user has put something there, in sight of root's file and folder.
beside_stranger()
{
	echo precious >"$BATS_TEST_TMPDIR/file"
	mkdir -p "$BATS_TEST_TMPDIR/folder"
	printf %s 'mount -t tmpfs -o mode=1777 none /dev/shm && cd /dev/shm &&' \
		"setpriv --reuid=4711 --regid=4711 --clear-groups env here='$BATS_TEST_TMPDIR' sh -c '$1'"
}

@test "an --output does not go where another user leads it" {
	local path commands

	needs_root
	while read -r path commands; do
		run --separate-stderr in_private "$(beside_stranger "$commands")" list --output="/dev/shm/$path" pipe
		echo "$path: $status $output $stderr"
		[ "$status" -eq 2 ]
		says "/dev/shm/$path: Permission denied"
		[ "$(cat "$BATS_TEST_TMPDIR/file")" = precious ]
		rmdir "$BATS_TEST_TMPDIR/folder"
	done <<'END'
link ln -s $here/file link
new ln -s $here/folder/new new
file touch file
fifo mkfifo fifo
theirs/link mkdir -m 777 theirs && ln -s $here/file theirs/link
theirs/new mkdir -m 777 theirs
way/new ln -s $here/folder way
theirs/../way/new mkdir theirs && ln -s $here/folder way
END
	# A second name, where anybody may have given it; and a link of whom the folder belongs to
	for commands in 'touch a && ln a output && chmod 777 .' "ln -s $PWD/file output && chown -h 4711 . output"; do
		run --separate-stderr in_private "$(beside_stranger true) && mkdir -m 755 one && cd one && $commands" \
			list --output=/dev/shm/one/output pipe
		echo "$commands: $status $output $stderr"
		[ "$status" -eq 2 ]
		says "/dev/shm/one/output: Permission denied"
	done
}

@test "an --output goes where its user leads it" {
	local path commands

	needs_root
	while read -r path commands; do
		run --separate-stderr in_private "$(beside_stranger true) && $commands" list --output="$path" pipe
		echo "$path: $status $output $stderr"
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
	done <<'END'
/dev/shm/file touch file
/dev/shm/link ln -s dangling link
/dev/shm/way/new mkdir folder && ln -s folder way
/dev/shm/folder/../file mkdir folder
/dev/shm/file touch a && ln a file && chmod 755 .
/srv/file mount -t tmpfs -o uid=4711,mode=755 none /srv && touch /srv/file && chown 4711 /srv/file
/srv/file mount -t tmpfs -o uid=4711,mode=775 none /srv && touch /srv/file && chown 4711 /srv/file
/dev/stdout true
/dev/null true
/proc/self/fd/1 true
END
}

@test "a folder for results is not the one that another user has put there" {
	local entry command stranger='setpriv --reuid=4711 --regid=4711 --clear-groups'

	needs_root
	cd "$BATS_TEST_TMPDIR"
	"$IPCKIT_PROGRAM" bench pipe --sizes=56 --rounds=1 --time=0.1 --format=json >r.json
	mkdir class
	cp "$BATS_TEST_DIRNAME/../variants/exercise/predict.csv" class
	for entry in 'mkdir -m 777 /dev/shm/there' 'ln -s /dev/shm/mine /dev/shm/there'; do
		for command in "bench --from=$PWD/r.json --plots=/dev/shm/there/" \
			"bench --from=$PWD/r.json --plots=/dev/shm/there/below" \
			"grade --level L0 --batch $PWD/class --out /dev/shm/there" \
			"grade --level L0 --batch $PWD/class --out /dev/shm/there/below"; do
			# shellcheck disable=SC2086 # several words
			run --separate-stderr in_private "mount -t tmpfs -o mode=1777 none /dev/shm && mkdir /dev/shm/mine &&
				$stranger $entry" $command
			[ "$status" -ne 0 ]
			[[ $stderr == *'/dev/shm/there'*': Permission denied'* ]]
		done
	done
	run --separate-stderr in_private 'mount -t tmpfs -o mode=1777 none /dev/shm && mkdir /dev/shm/mine &&
		ln -s mine /dev/shm/there' bench --from="$PWD/r.json" --plots=/dev/shm/there
	[ "$status" -eq 0 ]
	for entry in results.jsonl .new; do
		run --separate-stderr in_private "mount -t tmpfs -o mode=1777 none /dev/shm && $stranger mkfifo /dev/shm/$entry" \
			grade --level L0 --batch "$PWD/class" --out /dev/shm
		[ "$status" -ne 0 ]
		grep -q '^ipckit: /dev/shm/.*: Permission denied$' <<<"$stderr"
	done
}

@test "an --output on a full disk" {
	run --separate-stderr in_private 'mount -t tmpfs -o size=4k none /tmp && export TMPDIR=/dev/shm' \
		run --format=json --output=/tmp/out "${TEN[@]}"
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	says '/tmp/out: No space left on device'
}

@test "what cannot be removed is said, and not forgotten" {
	local objects

	export TMPDIR=$BATS_TEST_TMPDIR
	injected unlink:error=EPERM run --format=csv shm_open
	[ "$status" -eq 1 ]
	grep -q '^ipckit: shm_open: left /dev/shm/ipckit\.[0-9a-f]* behind$' <<<"$stderr"
	mapfile -t objects < <(sed -n 's|^ipckit: \(/dev/shm/.*\): shm_unlink: .*; the next run tries again$|\1|p' <<<"$stderr")
	[ "${#objects[@]}" -gt 0 ]
	ls "${objects[@]}" "$TMPDIR"/ipckit-run.*
	# A run of which nothing is left, and which fails in the same way
	injected unlink:error=EPERM run pipe
	[ "$status" -eq 1 ]
	[ "$(grep -cF -f <(printf '%s: shm_unlink: \n' "${objects[@]}") <<<"$stderr")" -eq "${#objects[@]}" ]
	ls "${objects[@]}"
	run --separate-stderr "$IPCKIT_PROGRAM" run pipe
	[ "$status" -eq 0 ]
	says
	run ! ls -d "${objects[@]}" "$TMPDIR"/ipckit-run.* 2>/dev/null
}

@test "what a grader of a class says is said by the batch, with the name of the submission" {
	needs_no_sanitizer ptrace
	export TMPDIR=$BATS_TEST_TMPDIR
	cd "$BATS_TEST_TMPDIR"
	mkdir class
	cp "$BATS_TEST_DIRNAME/../variants/exercise/predict.csv" class/ann.csv
	injected unlink:error=EACCES grade --level L0 --batch class --out out
	graded=$status table=$output said=$stderr
	# Before anything is judged: some of what is left lies where all share it.
	run --separate-stderr "$IPCKIT_PROGRAM" run pipe
	says
	run ! ls -d "$TMPDIR"/ipckit* 2>/dev/null
	[ "$graded" -eq 1 ]
	grep -q '^1 graded, 0 grader errors' <<<"$table"
	grep -q '^ipckit: ann: /dev/shm/ipckit\.[0-9a-f]*: shm_unlink: Permission denied; the next run tries again$' <<<"$said"
	run ! grep -v '^ipckit: ann: .*; the next run tries again$' <<<"$said"
	[ -z "$(uniq -d < <(sort <<<"$said"))" ]
}

@test "a student whose file cannot be looked at, or whose result cannot be read, is not left out in silence" {
	needs_no_sanitizer ptrace
	export TMPDIR=$BATS_TEST_TMPDIR
	cd "$BATS_TEST_TMPDIR"
	mkdir class
	echo row,delivers >class/ann.csv
	for call in newfstatat:error=ENOMEM read:error=EIO; do
		for ((n = 5; n <= 24; n++)); do
			rm -rf out
			strace -f -o /dev/null -e "inject=$call:when=$n" "$IPCKIT_PROGRAM" grade --level L0 --batch class --out out >table 2>said || :
			grep -q '^ann,.*,total,' out/class.csv 2>/dev/null || [ -s said ] || { echo "$call $n"; cat table; return 1; }
		done
	done
	run --separate-stderr prlimit --nofile=5 "$IPCKIT_PROGRAM" grade --level L0 --batch class --out out 3>&- 4>&-
	[ "$status" -eq 1 ]
	says 'grade: signalfd: Too many open files'
}

@test "a class folder that may be listed and not searched is not a class without answers" {
	local dir

	needs_root
	dir=$(mktemp -d /tmp/class.XXXXXX) # the one of bats is closed to others
	mkdir "$dir/class" "$dir/class/bob"
	echo row >"$dir/class/ann.csv"
	chmod 777 "$dir"
	chmod 744 "$dir/class"
	run --separate-stderr as_user "$IPCKIT_PROGRAM" grade --level L0 --batch "$dir/class" --out "$dir/out"
	rm -r "$dir"
	echo "$status: $output$stderr"
	[ "$status" -eq 2 ]
	says "$dir/class: Permission denied"
}

@test "a result of another user's is neither read nor written over, and the rest of the class goes on" {
	local dir

	needs_root
	dir=$(mktemp -d /tmp/class.XXXXXX)
	mkdir "$dir/class"
	echo row >"$dir/class/ann.csv"
	echo row >"$dir/class/bob.csv"
	chmod 777 "$dir"
	setpriv --reuid=61234 --regid=61234 --clear-groups --inh-caps=-all "$IPCKIT_PROGRAM" grade --level L0 --batch "$dir/class" --out "$dir/out"
	chown 0 "$dir/out/ann.json"
	for lines in kept lost; do
		[ $lines = kept ] || : >"$dir/out/results.jsonl"
		run --separate-stderr setpriv --reuid=61234 --regid=61234 --clear-groups --inh-caps=-all \
			"$IPCKIT_PROGRAM" grade --level L0 --batch "$dir/class" --out "$dir/out"
		echo "$status: $output$stderr"
		[ "$status" -eq 1 ]
		[ "$(stat -c %u "$dir/out/ann.json")" -eq 0 ]
		grep -q '^no grade: ann: the result cannot be read: Permission denied$' <<<"$output"
		grep -q '^1 graded, 1 grader error' <<<"$output"
		grep -q '^bob,.*,total,.*graded' "$dir/out/class.csv"
		grep -q '^ann,.*,total,.*cannot be read' "$dir/out/class.csv"
	done
	rm -r "$dir"
}

# shm_open(3) and open(2) would make what the next run cannot open to remove it.
@test "a umask that takes the owner's own permissions takes none from the rows" {
	(
		umask 0777
		"$IPCKIT_PROGRAM" run --format=csv "${TEN[@]}" unix_stream file_lock
	) >"$BATS_TEST_TMPDIR/rows"
	[ "$(grep -c ',delivers,measured,true,' "$BATS_TEST_TMPDIR/rows")" -eq 9 ]
	run -0 --separate-stderr sh -c 'umask 0777; exec "$@"' - "$IPCKIT_PROGRAM" run --output="$BATS_TEST_TMPDIR/out" pipe
	[ "$(stat -c %a "$BATS_TEST_TMPDIR/out")" = 600 ]
}

@test "a segment that cannot be removed is said, and not forgotten" {
	local id

	export TMPDIR=$BATS_TEST_TMPDIR
	injected shmctl:error=EPERM run --format=csv sysv_shm
	[ "$status" -eq 1 ]
	id=$(sed -n 's/^ipckit: System V shm \([0-9]*\): shmctl: Operation not permitted; the next run tries again$/\1/p' <<<"$stderr" |
		head -n 1)
	grep -q "^ipckit: sysv_shm: left System V shm $id behind$" <<<"$stderr"
	ipcs -m -i "$id" | grep -q "=$id"
	run --separate-stderr "$IPCKIT_PROGRAM" run pipe
	[ "$status" -eq 0 ]
	says
	run ! awk -v id="$id" '$2 == id { found = 1 } END { exit !found }' /proc/sysvipc/shm
}

# --- signals

# pestered SIGNAL: a run that is sent SIGNAL again and again as long as it lasts, so that it comes in every phase.
pestered()
{
	local pid

	trap '' HUP INT
	"$IPCKIT_PROGRAM" run --format=csv "${TEN[@]}" 3>&- &
	pid=$!
	while kill "-$1" "$pid" 2>/dev/null; do :; done
	wait "$pid"
}

@test "a run whose parent ignored SIGHUP and SIGINT, as nohup does, is not ended by them" {
	for signal in HUP INT; do
		run --separate-stderr pestered $signal
		[ "$status" -eq 0 ]
		measures none
	done
}

@test "a signal ends a run that is pid 1, as in a container, with the status of a signal and without a table" {
	unshare --pid --fork --mount-proc true 2>/dev/null || skip 'no pid namespace to be had'
	fixtures=${IPCKIT_FIXTURES:-$BATS_TEST_DIRNAME/../build/ipckit-fixtures}
	run -143 --separate-stderr as_pid_1 "$fixtures" run recv_spins # some 3 s
	[ -z "$output$stderr" ]
	run -143 --separate-stderr as_pid_1 "$BATS_FILE_TMPDIR/ipckit" matrix
	[ -z "$output$stderr" ]
	run -143 --separate-stderr as_pid_1 "$BATS_FILE_TMPDIR/ipckit" bench pipe --sizes=56 --time=60
	run -143 --separate-stderr as_pid_1 "$BATS_FILE_TMPDIR/ipckit" cow --sizes=1M,64M
}
