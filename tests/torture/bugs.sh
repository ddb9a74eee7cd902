#!/usr/bin/env bash
# bugs.sh - whether the other torture tests would see what they look for: each bug below is put into a copy of the tree, and
# the test must find it
#
# Some 4 minutes on two cores, one of which passes until a hang counts as one; at most 600 seconds for each bug.
# Exit status 77 where such a test cannot run.
set -u
cd "$(dirname "$0")/../.." || exit
work=$(mktemp -d /var/tmp/bugs.XXXXXX) || exit # not in /tmp, which the tests hide
trap 'rm -rf "$work"' EXIT
cp -r Makefile common variants tests "$work" || exit
total=0 unseen=0 absent=0

# NAME FILE FROM TO: the one line in FILE that is FROM, but for blanks, becomes TO.
put_in()
{
	awk -v from="$3" -v to="$4" '{ line = $0; gsub(/^[ \t]+/, "", line) } line == from { print to; n++; next } 1
		END { exit n != 1 }' "$2" >"$work/$2" && return
	echo "not ok: bugs: $1: not one line of $2 is: $3"
	return 1
}

# NAME FILE FROM TO WHAT [VARIABLE=VALUE…] SCRIPT [ARGUMENT…]: WHAT the script must print, as a pattern of grep -E
bug()
{
	local name=$1 file=$2 what=$5 status=1

	: >"$work/said" # or what was seen of the one before would be
	total=$((total + 1))
	if put_in "$@" && make -s -j2 -C "$work" all >"$work/made" 2>&1; then
		(cd "$work" && IPCKIT=$work/build/ipckit timeout --kill-after=10 600 env "${@:6}") </dev/null >"$work/said" 2>&1
		status=$?
	fi
	cp "$file" "$work/$file" || exit
	case $status in
	77) absent=$((absent + 1)) ;;
	0) echo "not ok: bugs: $name: not seen" ;;
	*) grep -qE -e "$what" "$work/said" && { echo "ok: bugs: $name: seen"; return; }
		echo "not ok: bugs: $name: another thing was seen:"
		tail -n 3 "$work/made" "$work/said" ;;
	esac
	[ $status -eq 77 ] || unseen=$((unseen + 1))
}

faults=(bash tests/torture/faults.sh build/ipckit 1)
bug 'a failed send(2) is taken for a whole one' common/transfer.c 'return call_failed("send");' 'return (ssize_t)len;' \
	'unnamed [1-9]' ONLY='^sendto: run .*json unix_stream$' "${faults[@]}"
bug 'why it failed is not said' common/supervisor.c 'cell_error(job->cell, errno, "fork", "start of the case process");' \
	'cell_fail(job->cell, "it did not start");' 'lied [1-9]' ONLY='^clone: run .*json pipe$' "${faults[@]}"
bug 'a shortage is taken for being kept out' common/joining.c 'const struct report *r = fallen(t);' \
	'const struct report *r = NULL; (void)fallen;' 'lied [1-9]' ONLY='^accept4: matrix .*columns=exec unix' "${faults[@]}"
bug 'a shortage is taken for no /proc' common/cell.c 'if (c->status == REFUSED || error == ENOENT)' 'if (error)' \
	'lied [1-9]' ONLY='^openat: matrix .*columns=torn mmap' "${faults[@]}"
bug 'who never came is waited for' common/supervisor.c 'slot->pid = 0;' ';' \
	'hung [1-9]' ONLY='^clone: run .*json pipe$' "${faults[@]}"
bug 'an error is taken for impossible' common/supervisor.c 'cell_error(job->cell, errno, "fork", "start of the case process");' \
	'abort();' 'crashed [1-9]' ONLY='^clone: run .*json pipe$' "${faults[@]}"
bug 'the journal is left' common/journal.c 'clear(journal, path);' 'close(journal);' \
	'leaked [1-9]' ONLY='^clone: run .*json pipe$' "${faults[@]}"
bug 'the journal is left after a kill' common/journal.c 'clear(journal, path);' 'close(journal);' \
	'^kills: .*: left behind' TIMES=1 bash tests/torture/kills.sh
bug 'the journal is left after SIGINT' common/journal.c 'clear(journal, path);' 'close(journal);' \
	'^signals: SIGINT to run: left behind' TIMES=1 bash tests/torture/signals.sh
echo "bugs: $total put in, $unseen not seen, $absent could not be tried"
[ $unseen -eq 0 ] || exit 1
[ $absent -lt $total ] || exit 77
