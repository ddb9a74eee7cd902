#!/usr/bin/env bash
# places.sh PROGRAM - what works where, as a Markdown table: each place is made for real, and there the kit runs every row,
# asks every question and grades a right answer; what cannot be had there stands with the call that said so
#
# Some 4 minutes; each run is ended after LIMIT seconds (300). Exit status 1 if one ended with neither 0 nor 77, a row that
# works everywhere did not, or the answer has not full marks where one can grade; 77 if a place could not be made, which its line says.
# shellcheck disable=SC2016,SC2317 # backticks are Markdown; place calls the functions below
set -u
# shellcheck source=tests/restricted.bash
. "$(dirname "$0")/restricted.bash"

export LC_ALL=C
unset TMPDIR
limit=${LIMIT:-300}
work=$(mktemp -d /var/tmp/ipckit-places.XXXXXX) || exit
trap 'rm -rf "$work"' EXIT
# Where anybody may run it, and no place below hides it.
chmod 755 "$work" && install -m 755 "$1" "$work/ipckit" && build_seccomp_deny "$work" || exit
[ ! -d "$(dirname "$1")/grade" ] || cp -R "$(dirname "$1")/grade" "$work" || exit
(cd "$(dirname "$0")/.." && sh tests/grading/amalgam.sh mmap_shared) >"$work/answer.c" || exit
can_mount || enclose=(false)
bad=0 missing=0

# What root in a container of Docker has by default, and the calls that its default profile then refuses: those that the
# kernel would not refuse without more capabilities anyway, and those that make namespaces and mounts. From Linux 4.8 on the
# profile allows ptrace(2), process_vm_readv(2) and process_vm_writev(2).
capabilities=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw
capabilities+=,+sys_chroot,+mknod,+audit_write,+setfcap
container=add_key,bpf,clone,fanotify_init,fsconfig,fsmount,fsopen,fspick,get_mempolicy,io_uring_enter,io_uring_register
container+=,io_uring_setup,kcmp,keyctl,mbind,mount,mount_setattr,move_mount,open_tree,perf_event_open,pidfd_getfd,pivot_root
container+=,process_madvise,quotactl,request_key,set_mempolicy,setns,umount2,unshare,userfaultfd

# yes | no | not run | surprises
counts()
{
	jq -r '
		def run: .cells.delivers.status | IN("measured", "crashed", "hung");
		def number(f): [.rows[] | select(f)] | length;
		[number(run and .cells.delivers.value == true), number(run and .cells.delivers.value != true),
		number(run | not), number(.surprise)] | join(" | ")' "$1"
}

# How the page frames were proved.
frames()
{
	jq -r '[.rows[].cells.frame | select(.status == "measured") | .source] | unique
		| if . == [] then "not" else join(", ") end' "$1"
}

# Cells with an answer, of those that make sense.
answers()
{
	jq -r '[.rows[].cells[].status | select(. != "not_applicable")]
		| "\(map(select(IN("measured", "crashed", "hung"))) | length) of \(length)"' "$1"
}

# Whole rows first, then what single columns of the other rows lack.
lacks()
{
	jq -r '
		def lost: .status | IN("refused", "unsupported", "failed");
		def why: "\(.call // "") \(.error // .detail // "") (\(.status))";
		[.rows[] | .variant as $row | if .cells.delivers | lost
			then {part: 1, what: $row, why: (.cells.delivers | why)}
			else .cells | to_entries[] | select(.value | lost) | {part: 2, what: .key, why: (.value | why)}
			end]
		| unique | group_by([.part, .why]) | map(
			(if .[0].part == 1 then "" elif length == 1 then "column " else "columns " end) + (map("`\(.what)`") | join(", ")) + ": " + .[0].why)
		| join("; ")' "$1"
}

# The score of the right answer and its isolation, or why there is none.
graded()
{
	jq -r 'if .score == null then "no: \(.error // .status | sub("/\\S*/ipckit-grade\\.\\w*"; "work folder"))" else "\(.score), \(.isolation.level)" end' "$1"
}

# grades NAME FILE STATUS: full marks, or where GRADED is "no" why there are none
grades()
{
	if [ "${GRADED:-yes}" = yes ]; then
		[ "$3" -eq 0 ] && jq -e '.status == "graded" and .score == 100' "$2" >/dev/null && return
	else
		[ "$3" -eq 77 ] && jq -e '.status == "grader_error" and .error != ""' "$2" >/dev/null && return
	fi
	echo "places: $1: grade ended with $3: $(graded "$2")" >&2
	bad=1
}

# works NAME FILE: no place takes these rows away, so what they are known to do they did.
works()
{
	jq -e '
		def delivers($row): [.rows[] | select(.variant == $row).cells.delivers | select(.status == "measured").value];
		all(("mmap_shared", "memfd", "pipe", "socketpair", "eventfd") as $row | delivers($row); . == [true])
		and delivers("malloc") == [false]' "$2" >/dev/null && return
	echo "places: $1: a row that works everywhere did not" >&2
	bad=1
}

# place NAME COMMAND…: what the kit measures where COMMAND runs it
place()
{
	local name=$1 status asked

	shift
	if ! "$@" true 2>/dev/null; then
		echo "| $name | | | | | | | | | cannot be made here |"
		missing=77
		return
	fi
	"$@" timeout "$limit" "$work/ipckit" run --format=json >"$work/run" 2>"$work/said" </dev/null
	status=$?
	"$@" timeout "$limit" "$work/ipckit" matrix --format=json >"$work/matrix" 2>>"$work/said" </dev/null
	asked=$?
	"$@" timeout "$limit" "$work/ipckit" grade --format=json "$work/answer.c" >"$work/graded" 2>/dev/null </dev/null
	grades "$name" "$work/graded" $?
	echo "| $name | $(counts "$work/run") | $status | $(frames "$work/run") | $(answers "$work/matrix") | $(graded "$work/graded") |" \
		"$(lacks "$work/matrix") |"
	works "$name" "$work/run"
	works "$name" "$work/matrix"
	[ $((status % 77)) -eq 0 ] && [ $((asked % 77)) -eq 0 ] && return
	echo "places: $name: status $status and $asked: $(cat "$work/said")" >&2
	bad=1
}

# With objects and a /tmp of its own: what dead runs have left outside it could not remove, and would say so.
in_container()
{
	local enclose=("${enclose[@]}" --ipc)

	with_mounts 'mount -t tmpfs none /tmp && mount -t tmpfs none /dev/shm || exit 99
		mount -t mqueue none /dev/mqueue 2>/dev/null || true' \
		"$seccomp_deny" ENOSYS clone3 "$seccomp_deny" EPERM "$container" \
		setpriv --inh-caps=-all --bounding-set="$capabilities" "$@"
}

in_stricter_container()
{
	in_container "$seccomp_deny" EPERM process_vm_readv,process_vm_writev,ptrace "$@"
}

no_namespaces()
{
	without_calls ENOSYS clone3 "$seccomp_deny" EPERM clone,setns,unshare "$@"
}

one_cpu()
{
	taskset -c "$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')" "$@"
}

devices="$(no_dev "$work/dev" zero full random urandom tty) && mkdir /dev/pts &&
	mount -t devpts -o newinstance,ptmxmode=666 none /dev/pts && ln -s pts/ptmx /dev/ptmx"

echo '| PLACE | YES | NO | NOT RUN | SURPRISES | STATUS | FRAMES | CELLS | GRADED | NOT TO BE HAD THERE |'
echo '|---|---|---|---|---|---|---|---|---|---|'
place "as $(id -un), nothing restricted" env
place 'an ordinary user' as_user
GRADED=no place 'no capabilities' no_capabilities
GRADED=no place 'no `/proc`' with_mounts 'mount -t tmpfs none /proc'
GRADED=no place 'read-only `/tmp`' with_mounts 'mount -t tmpfs -o ro none /tmp'
place 'no `/dev/shm`' with_mounts "$devices"
place 'root of a container: the capabilities and system calls of Docker by default' in_container
place 'the same, and `ptrace`, `process_vm_readv` and `process_vm_writev` refused' in_stricter_container
place 'no namespaces: `unshare`, `setns` and the flags of `clone` refused' no_namespaces
GRADED=no place 'root of a user namespace, no more of them' no_more_namespaces
place 'a single CPU' one_cpu
[ $bad -eq 0 ] || exit 1
exit $missing
