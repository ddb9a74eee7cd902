#!/usr/bin/env bats
# The matrix in places where something is missing or forbidden: each cell of a row that needs it says so, with the errno,
# and not that the answer is no; all other rows are measured as ever.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

# shellcheck source=tests/restricted.bash
. "$BATS_TEST_DIRNAME/restricted.bash"

OTHERS=(mmap_shared pipe eventfd file)

setup_file()
{
	# A copy that anybody may run, for the file of a descriptor can also be run where its path is hidden.
	install -m 755 "${IPCKIT:-$BATS_TEST_DIRNAME/../build/ipckit}" "$BATS_FILE_TMPDIR/ipckit"
	build_seccomp_deny "$BATS_FILE_TMPDIR"
	"$BATS_FILE_TMPDIR/ipckit" matrix --format=csv "${OTHERS[@]}" >"$BATS_FILE_TMPDIR/as_ever"
}

setup()
{
	export LC_ALL=C IPCKIT_PROGRAM=/proc/self/fd/9
	export ASAN_OPTIONS=detect_leaks=0 # LeakSanitizer itself needs ptrace(2)
	unset TMPDIR
	exec 9<"$BATS_FILE_TMPDIR/ipckit"
}

# in_private SETUP ARGUMENT…: `ipckit ARGUMENT…` with mounts of its own, which SETUP has changed.
in_private()
{
	can_mount || skip "no mount namespace to be had"
	limit=60 with_mounts "$1" "$IPCKIT_PROGRAM" "${@:2}"
}

# without CALL,… ERRNO ARGUMENT…: `ipckit ARGUMENT…` where the kernel returns ERRNO from these calls.
without()
{
	seccomp_deny=$BATS_FILE_TMPDIR/seccomp_deny
	without_calls "$2" "$1" true || skip 'no seccomp filter here'
	without_calls "$2" "$1" "$IPCKIT_PROGRAM" "${@:3}"
}

# "ROW,COLUMN,STATUS,VALUE,SAW,ERRNO,CALL" of the rows that match
cells()
{
	tr -d '\r' | grep -E "^($1)," | cut -d , -f 1,3-6,10,11
}

# All that was measured of the other rows is as it is without the restriction.
others_are_as_ever()
{
	local rows

	rows=$(IFS='|'; echo "${OTHERS[*]}")
	diff <(cells "$rows" <<<"$output") <(cells "$rows" <"$BATS_FILE_TMPDIR/as_ever")
}

# each_cell ROW STATUS ERRNO CALL [COLUMN,…]: so says each cell but those of these columns, where it is the other end that
# would be hurt, and those of questions that make no sense for the row.
each_cell()
{
	local all

	all=$(cells "$1" <<<"$output")
	[ "$(wc -l <<<"$all")" -eq 20 ] || { echo "$1 has not 20 cells"; return 1; }
	[ "$(grep -c ",$2,,,$3,$4\$" <<<"$all")" -ge 10 ] || { echo "$all"; return 1; }
	all=$(grep -v -e ",$2,,,$3,$4\$" -e ',not_applicable,' <<<"$all" | grep -vE "^$1,(${5//,/|})," || true)
	[ -z "$all" ] || { echo "$all"; return 1; }
}

@test "calls that a sandbox refuses: mq_open, shmget, ptrace, process_vm_writev, process_vm_readv" {
	run --separate-stderr without mq_open,shmget,ptrace,process_vm_writev,process_vm_readv EPERM matrix --format=csv \
		"${OTHERS[@]}" posix_mq sysv_shm ptrace process_vm process_vm_read
	[ "$status" -eq 0 ]
	each_cell posix_mq refused EPERM mq_open
	each_cell sysv_shm refused EPERM shmget
	each_cell ptrace refused EPERM ptrace
	each_cell process_vm refused EPERM process_vm_writev
	each_cell process_vm_read refused EPERM process_vm_readv broken
	others_are_as_ever
	[ "$(sort <<<"$stderr")" = "$(printf 'ipckit: %s: Operation not permitted\n' 'posix_mq: mq_open' \
		'process_vm: process_vm_writev' 'process_vm_read: process_vm_readv' 'ptrace: ptrace' 'sysv_shm: shmget')" ]
}

@test "calls that a kernel does not have: mq_open, shmget, msgget, vmsplice, process_vm_writev" {
	run --separate-stderr without mq_open,shmget,msgget,vmsplice,process_vm_writev ENOSYS matrix --format=csv \
		"${OTHERS[@]}" posix_mq sysv_shm sysv_msg pipe_vmsplice process_vm
	[ "$status" -eq 0 ]
	each_cell posix_mq unsupported ENOSYS mq_open
	each_cell sysv_shm unsupported ENOSYS shmget
	each_cell sysv_msg unsupported ENOSYS msgget
	each_cell pipe_vmsplice unsupported ENOSYS vmsplice eof
	each_cell process_vm unsupported ENOSYS process_vm_writev
	others_are_as_ever
}

@test "what is refused is not picked, and the reason is given" {
	run without mq_open EPERM pick --need framing=message --explain posix_mq sysv_msg
	[ "$status" -eq 0 ]
	[[ $output == *$'\n  posix_mq '*'delivers: refused'* ]]
	run without mq_open EPERM pick --need framing=message posix_mq
	[ "$status" -eq 77 ]
}

@test "nothing but what is refused is status 77" {
	run --separate-stderr without mq_open,shmget EPERM matrix posix_mq sysv_shm
	[ "$status" -eq 77 ]
}

@test "what another user may not do is still an answer, and not a refusal" {
	[ "$(id -u)" -eq 0 ] || skip 'not root'
	run --separate-stderr "$IPCKIT_PROGRAM" matrix --format=csv --columns=intruder shm_open process_vm ptrace
	[ "$status" -eq 0 ]
	[ "$(cells '[a-z_]+' <<<"$output" | grep -c ',intruder,measured,no,')" -eq 3 ]
}

@test "no namespaces: the limit on them, and not what the other end saw of it" {
	unshare --user --map-root-user true 2>/dev/null || skip "no user namespace to be had"
	for _ in 1 2 3; do
		run --separate-stderr no_more_namespaces "$IPCKIT_PROGRAM" matrix --format=csv --columns=delivers,container pipe pty tcp
		[ "$status" -eq 0 ]
		[ "$(cells "[a-z_]+" <<<"$output" | grep -c ",container,refused,,,ENOSPC,unshare\$")" -eq 3 ]
		[ "$(cells "[a-z_]+" <<<"$output" | grep -c ",delivers,measured,true,")" -eq 3 ]
	done
}

@test "no room for message queues: RLIMIT_MSGQUEUE is 0" {
	run --separate-stderr prlimit --msgqueue=0 "$IPCKIT_PROGRAM" matrix --format=csv "${OTHERS[@]}" posix_mq
	[ "$status" -eq 0 ]
	each_cell posix_mq refused EMFILE mq_open
	others_are_as_ever
	[ "$stderr" = 'ipckit: posix_mq: mq_open: Too many open files' ]
}

# bats test_tags=slow
@test "a network namespace without loopback" {
	unshare --net true 2>/dev/null || skip 'no network namespace to be had'
	run --separate-stderr unshare --net "$IPCKIT_PROGRAM" matrix --format=csv "${OTHERS[@]}" tcp udp
	[ "$status" -eq 0 ]
	each_cell tcp unsupported ENETUNREACH connect
	each_cell udp unsupported ENETUNREACH connect
	others_are_as_ever
	[ "$stderr" = "$(printf 'ipckit: %s: connect: Network is unreachable\n' tcp udp)" ]
}

# bats test_tags=slow
@test "no /dev/shm, no terminals, no /dev/zero" {
	local empty=$BATS_TEST_TMPDIR/dev

	mkdir "$empty"
	run --separate-stderr in_private "mount -t tmpfs none $empty && touch $empty/null &&
		mount --bind /dev/null $empty/null && mount --rbind $empty /dev" matrix --format=csv \
		"${OTHERS[@]}" shm_open shm_sem pty dev_zero
	[ "$status" -eq 0 ]
	each_cell shm_open unsupported ENOENT shm_open
	each_cell shm_sem unsupported ENOENT shm_open
	each_cell pty unsupported ENOENT posix_openpt
	each_cell dev_zero unsupported ENOENT open
	others_are_as_ever
}

@test "a read-only /dev/shm" {
	run --separate-stderr in_private 'mount -t tmpfs -o ro none /dev/shm' matrix --format=csv "${OTHERS[@]}" shm_open shm_sem
	[ "$status" -eq 0 ]
	each_cell shm_open refused EROFS shm_open
	each_cell shm_sem refused EROFS shm_open
	others_are_as_ever
}

# A line for each: what fails how and when in each process, the cell that it is in, and what that says; the status where it
# has no value. For want of something nothing is learnt of the mechanism.
faults()
{
	cat <<'END'
recvfrom:error=ENOBUFS:when=2       eof      unix_dgram       failed ENOBUFS recv
recvfrom:error=ETIMEDOUT:when=2     eof      socketpair_dgram failed ETIMEDOUT recv
pwrite64:error=ENOSPC:when=1        broken   file             failed ENOSPC pwrite
mq_timedsend:error=ENOMEM:when=1    broken   posix_mq         failed ENOMEM mq_send
rt_sigqueueinfo:error=EPERM:when=2  broken   signal           refused EPERM sigqueue
rt_sigqueueinfo:error=EAGAIN:when=2 broken   signal           no
mq_timedsend:error=ENOMEM:when=1    buffer   posix_mq         failed ENOMEM mq_send
msgsnd:error=ENOMEM:when=2          buffer   sysv_msg         failed ENOMEM msgsnd
rt_sigqueueinfo:error=EAGAIN:when=9 buffer   signal           262144
recvfrom:error=ENOMEM:when=2        framing  udp              failed ENOMEM recv
mq_timedreceive:error=EIO:when=1    persists posix_mq         failed EIO mq_receive
msgrcv:error=EIDRM:when=1           persists sysv_msg         failed EIDRM msgrcv
mq_timedsend:error=EIO:when=1       snapshot posix_mq         failed EIO mq_send
connect:error=ETIMEDOUT:when=1      exec     tcp              failed ETIMEDOUT connect
END
}

@test "a shortage or a fault in a hook is no answer, and is named" {
	local fault column row must got

	while read -r fault column row must; do
		injected "$fault" matrix --format=csv --columns="$column" "$row" </dev/null
		got=$(cells "$row" <<<"$output" | awk -F , '{ print $4 != "" ? $4 : $3 " " $6 " " $7 }')
		[ "$got" = "$must" ] || { echo "$fault: $column of $row is '$got' and not '$must'"; return 1; }
		[[ $must == failed* ]] || continue
		[ "$status" -eq 1 ]
		[[ $stderr == "ipckit: $row: ${must##* }: "* ]]
	done < <(faults)
}

@test "no signal may be queued: that is no buffer of 0" {
	run --separate-stderr prlimit --sigpending=0 "$IPCKIT_PROGRAM" matrix --format=csv --columns=buffer signal
	[ "$status" -eq 1 ]
	[ "$(cells signal <<<"$output")" = signal,buffer,failed,,,EAGAIN,sigqueue ]
	[ "$stderr" = 'ipckit: signal: sigqueue: Resource temporarily unavailable' ]
}

@test "a queue that is smaller than the row knows is filled with smaller messages" {
	unshare --ipc true 2>/dev/null || skip 'no ipc namespace to be had'
	run --separate-stderr unshare --ipc sh -c 'echo 300 >/proc/sys/kernel/msgmnb && exec "$@"' - \
		"$IPCKIT_PROGRAM" matrix --format=csv --columns=buffer sysv_msg
	[ "$status" -eq 0 ]
	[ "$(cells sysv_msg <<<"$output")" = sysv_msg,buffer,measured,256,,, ]
}

@test "without pidfd_open the end of the other process is still noticed by who shares memory with it" {
	local error row rows=(shm_futex shm_mutex shm_ring shm_sem)

	for error in ENOSYS EPERM; do
		run --separate-stderr without pidfd_open $error matrix --format=csv --columns=eof,broken "${rows[@]}"
		[ "$status" -eq 0 ]
		[ "$(cells 'shm_[a-z]+' <<<"$output")" = "$(for row in "${rows[@]}"; do
			printf '%s,eof,measured,true,,,\n%s,broken,measured,error,,,\n' "$row" "$row"
		done)" ]
	done
}

@test "a cell that is not as it should be is noticed" {
	output=$(cat "$BATS_FILE_TMPDIR/as_ever")
	others_are_as_ever
	run each_cell pipe refused EPERM pipe2
	[ "$status" -eq 1 ]
	output=$(sed 's/^pipe,stream,eof,measured,true/pipe,stream,eof,measured,false/' "$BATS_FILE_TMPDIR/as_ever")
	run others_are_as_ever
	[ "$status" -eq 1 ]
}
