#!/usr/bin/env bash
# places.sh PROGRAM - what works where, as a Markdown table: each place is made for real, and there the kit runs every row
# and asks every question; what cannot be had there stands with the call that said so
#
# Some 4 minutes; each run is ended after LIMIT seconds (300). Exit status 1 if one ended with neither 0 nor 77, 77 if a place
# could not be made, which its line says.
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
can_mount || enclose=(false)
bad=0 missing=0

# What the default profiles of container engines refuse to a process without privileges.
container=add_key,bpf,io_uring_enter,io_uring_register,io_uring_setup,kcmp,keyctl,mount,perf_event_open,pidfd_getfd
container+=,process_vm_readv,process_vm_writev,ptrace,request_key,setns,unshare,userfaultfd

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

# place NAME COMMAND…: what the kit measures where COMMAND runs it
place()
{
	local name=$1 status asked

	shift
	if ! "$@" true 2>/dev/null; then
		echo "| $name | | | | | | | | cannot be made here |"
		missing=77
		return
	fi
	"$@" timeout "$limit" "$work/ipckit" run --format=json >"$work/run" 2>/dev/null </dev/null
	status=$?
	"$@" timeout "$limit" "$work/ipckit" matrix --format=json >"$work/matrix" 2>/dev/null </dev/null
	asked=$?
	echo "| $name | $(counts "$work/run") | $status | $(frames "$work/run") | $(answers "$work/matrix") | $(lacks "$work/matrix") |"
	[ $((status % 77)) -eq 0 ] && [ $((asked % 77)) -eq 0 ] || bad=1
}

in_container()
{
	without_calls ENOSYS clone3 "$seccomp_deny" EPERM "$container" "$@"
}

no_namespaces()
{
	without_calls EPERM unshare,setns "$@"
}

one_cpu()
{
	taskset -c "$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')" "$@"
}

devices="$(no_dev "$work/dev" zero full random urandom tty) && mkdir /dev/pts &&
	mount -t devpts -o newinstance,ptmxmode=666 none /dev/pts && ln -s pts/ptmx /dev/ptmx"

echo '| PLACE | YES | NO | NOT RUN | SURPRISES | STATUS | FRAMES | CELLS | NOT TO BE HAD THERE |'
echo '|---|---|---|---|---|---|---|---|---|'
place "as $(id -un), nothing restricted" env
place 'an ordinary user' as_user
place 'no capabilities' no_capabilities
place 'no `/proc`' with_mounts 'mount -t tmpfs none /proc'
place 'read-only `/tmp`' with_mounts 'mount -t tmpfs -o ro none /tmp'
place 'no `/dev/shm`' with_mounts "$devices"
place 'system calls as in a container' in_container
place 'no namespaces: `unshare` refused' no_namespaces
place 'root of a user namespace, no more of them' no_more_namespaces
place 'a single CPU' one_cpu
[ $bad -eq 0 ] || exit 1
exit $missing
