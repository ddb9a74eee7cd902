#!/usr/bin/env bash
# class.sh - a class of its own for each way to grade: every forged answer of L1 between right ones, in one batch; then right
# ones with message queues, where /dev/mqueue does not list them, beside two that take all the queues there are, or all their bytes
#
# As root and as an ordinary user, with namespaces and without (--isolation=limits): each right answer has full marks, no
# forged one more than it says itself (at_most), each has a record, and no process, name or file is left. Some 4 minutes
# on two cores; each batch is ended after LIMIT seconds (900).
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
enclose "$0" "$@"

LIMIT=${LIMIT:-900} EVERY=4 # a right answer after so many forged ones
root=$(cd "$(dirname "$0")/../.." && pwd) || exit
cd "$root" || exit
if [ ! -x "$(dirname "$IPCKIT")/grade/ipckit-warden" ]; then
	echo 'class: skipped: no grader was built, libseccomp is missing'
	exit 77
fi
work=$(mktemp -d /var/tmp/class.XXXXXX) || exit # short, and not in /tmp, which the answers see
trap 'rm -rf "$work"' EXIT
bad=0

complain()
{
	echo "class: $*"
	bad=$((bad + 1))
}

# The class, in the order of its names: with the right ones between the forged ones, whatever is graded beside what.
make_class()
{
	local file n=0

	mkdir "$work/class" || exit
	sh tests/grading/amalgam.sh mmap_shared >"$work/right.c"
	mkdir "$work/queues" || exit
	sh tests/grading/amalgam.sh posix_mq | tee "$work/queues/0-right.c" "$work/queues/2-right.c" >"$work/queues/4-right.c"
	cp tests/grading/forged/takes_all_queues.c "$work/1.c"
	cp tests/grading/forged/keeps_all_queues.c "$work/queues/3.c"
	for file in tests/grading/forged/*.c; do
		sed -n 2p "$file" | grep -qx ' \* level: L1' || continue
		[ $((n % EVERY)) -ne 0 ] || cp "$work/right.c" "$work/class/$(printf '%03d' $n)-right.c"
		n=$((n + 1))
		cp "$file" "$work/class/$(printf '%03d' $n)-$(basename "$file")"
	done
	cp -r "$(dirname "$IPCKIT")"/{ipckit,grade} "$work"
	chmod -R a+rX "$work"
}

# why RECORD: the grader's error, or what was missed
why()
{
	jq -r '.error // (.items | map(select(.status != "passed") | "\(.id): \(.measured)") | join("; "))' "$1"
}

# check_score FILE: what the batch says of that answer
check_score()
{
	local record points most=100 least=100

	record=$work/out/$(basename "$1" .c).json
	if [[ $1 != *-right.c ]]; then
		least=0 most=$(sed -n 's/^ \* at_most: \([0-9.]*\).*/\1/p' "$1" | head -n 1)
	fi
	points=$(sed -n '/^ "score":/{s/[^0-9.]//gp;q}' "$record" 2>/dev/null)
	awk -v p="$points" -v l="$least" -v m="$most" 'BEGIN { exit !(p != "" && p >= l && p <= m) }' ||
		complain "$how: $(basename "$1") has '$points' points, not $least to $most: $(why "$record")"
}

# grade_folder UID LEVEL FOLDER [OPTION…]: in one batch
grade_folder()
{
	local uid=$1 level=$2 folder=$3 file status
	shift 3

	TMPDIR=$work/tmp HOME=$work/tmp timeout --kill-after=10 "$LIMIT" setpriv --reuid="$uid" --regid="$uid" --clear-groups \
		"$work/ipckit" grade --level "$level" "$@" --batch "$folder" --out "$work/out" >"$work/said" 2>&1
	status=$?
	[ $status -le 1 ] || complain "$how: the batch ended with status $status: $(tail -n 1 "$work/said")"
	for file in "$folder"/*.c; do
		check_score "$file"
	done
}

# grade_class HOW UID [OPTION…]
grade_class()
{
	local how=$1 uid=$2 started=$SECONDS left graded
	shift 2

	install -d -o "$uid" "$work/out" "$work/tmp"
	chmod 711 "$work/tmp"
	[ "$how" != 'user, limits' ] || rm -f "$work"/class/*-values_of_semaphores.c # the same as of 1.c below
	grade_folder "$uid" L1 "$work/class" "$@"
	graded=$(find "$work/out" -name '*.json' | wc -l)
	rm -rf "$work/out"
	install -d -o "$uid" "$work/out"
	rm -f "$work/queues/1.c" # whose queues have names of its own, which stay where nobody can tell whose they are
	[ "$how" = 'user, limits' ] || cp "$work/1.c" "$work/queues"
	grade_folder "$uid" L4 "$work/queues" --jobs 3 "$@"
	left=$(alive ""; names; ls -A "$work/tmp"; ls -A /tmp/mqueue)
	[ -z "$left" ] || complain "$how: left: $(head -n 5 <<<"$left")"
	echo "class: $how: $graded records in $((SECONDS - started)) s"
	rm -rf "$work/out" "$work/tmp"
}

make_class # all that is needed is a copy from here on: the kit may lie in /tmp
mount -t tmpfs none /tmp && mount -t tmpfs none /dev/shm && mkdir /tmp/mqueue || exit
chmod 1777 /tmp /dev/shm
mount -t mqueue none /tmp/mqueue 2>/dev/null || true
umount -l /dev/mqueue 2>/dev/null || true
grade_class 'root, namespaces' 0
grade_class 'root, limits' 0 --isolation=limits
grade_class 'user, namespaces' 1000
grade_class 'user, limits' 1000 --isolation=limits
echo "class: $(find "$work/class" -name '*-right.c' | wc -l) right and $(find "$work/class" -name '*.c' ! -name '*-right.c' | wc -l)" \
	"forged answers graded together in four ways: $bad not as they should"
[ $bad -eq 0 ]
