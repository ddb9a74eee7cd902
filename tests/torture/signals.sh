#!/usr/bin/env bash
# signals.sh - ends a run TIMES (100) times at a random moment by each of SIGINT, SIGTERM and SIGKILL of the supervisor,
# and as often by SIGKILL of all of its processes at once; each of the other commands that measure a tenth as often
#
# No process may survive. After SIGINT and SIGTERM nothing may be left; what SIGKILL makes unavoidable is swept by the
# next run, which touches nothing of a live run or of another user. Some 4 minutes where
# nothing else runs; at most LIMIT seconds (1200).
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
enclose "$0" "$@"
prepare

TIMES=${TIMES:-100} LIMIT=${LIMIT:-1200} SURVIVAL_MS=3000
# The rows that have something to leave behind, and some that have not.
mapfile -t rows < <("$IPCKIT" list | awk '{ print $1 }' |
	grep -xE 'malloc|mmap_shared|pipe|shm_open|mmap_file|sysv_shm|sysv_msg|shm_sem|fifo|unix_stream|unix_dgram|posix_mq|file|file_lock')
asked=(run "${rows[@]}")
started=$(ms) deviations=0 total=0

deviation()
{
	echo "signals: $*"
	deviations=$((deviations + 1))
}

in_time()
{
	[ $(($(ms) - started)) -lt $((LIMIT * 1000)) ]
}

# Processes need a moment to die when nobody waits for them: none may be there after SURVIVAL_MS.
await_nobody()
{
	local limit=$(($(ms) + SURVIVAL_MS))

	while [ -n "$(alive "")" ]; do
		[ "$(ms)" -lt "$limit" ] || return 1
	done
}

# How long a run takes that nobody disturbs, in ms; the shortest of some, so that most moments are within a run.
measure_run()
{
	local before length=1000000

	for _ in 1 2 3 4 5; do
		before=$(ms)
		"$IPCKIT" "${asked[@]}" >/dev/null 2>&1 || deviation "an undisturbed ${asked[0]} has status $?"
		before=$(($(ms) - before))
		[ $before -ge $length ] || length=$before
	done
	echo "$length" >/tmp/t/length
	[ -z "$(names)" ] || deviation "an undisturbed ${asked[0]} leaves: $(names)"
}

# interrupt SIGNAL: starts a run, lets a random part of it pass, sends SIGNAL to its supervisor, or to all of its
# processes if that is ALL. $status is what the supervisor ended with, $surviving who lived on right then.
interrupt()
{
	local length pid wait

	length=$(</tmp/t/length)
	wait=$(printf '0.%06d' $((RANDOM * 32768 % 999983 + RANDOM % 17)))
	set -m # or bash would have it ignore SIGINT
	"$IPCKIT" "${asked[@]}" >/dev/null 2>&1 &
	pid=$!
	set +m
	# Not to let something happen first: the moment is to be a random one.
	read -r -t "$(awk "BEGIN { printf \"%f\", $wait * $length / 1000 }")" <>/tmp/t/never || true
	if [ "$1" = ALL ]; then
		kill -KILL -1 2>/dev/null # all but pid 1, which is this shell
	else
		kill "-$1" "$pid" 2>/dev/null
	fi
	wait "$pid" 2>/dev/null
	status=$?
	surviving=$(alive "")
}

# series SIGNAL STATUS: TIMES interrupted runs; those that were over before do not count.
series()
{
	local hits=0 early=0 tries=0 survived=0 left=0 objects=0 swept=0 unswept=0 status surviving found what="SIG$1 to ${asked[0]}"

	while [ $hits -lt "$TIMES" ] && [ $tries -lt $((4 * TIMES)) ] && in_time; do
		tries=$((tries + 1))
		interrupt "$1"
		if [ "$status" -eq 0 ]; then
			early=$((early + 1))
		elif [ "$status" -eq "$2" ]; then
			hits=$((hits + 1))
		else
			deviation "$what: the run ended with status $status"
		fi
		if [ "$2" -ne 137 ] && [ -n "$surviving" ] || ! await_nobody; then
			survived=$((survived + 1))
			deviation "$what: survived: $(ps -o pid,ppid,stat,args -p "$(alive "" | paste -sd,)" 2>&1)"
			kill -KILL -1 2>/dev/null
			await_nobody
		fi
		found=$(names)
		[ -n "$found" ] || continue
		left=$((left + 1))
		! grep -qv '/ipckit-run\.' <<<"$found" || objects=$((objects + 1))
		if [ "$2" -ne 137 ]; then
			deviation "$what: left behind: $found"
			clean
			continue
		fi
		"$IPCKIT" run malloc >/dev/null 2>&1
		found=$(names)
		if [ -z "$found" ]; then
			swept=$((swept + 1))
		else
			unswept=$((unswept + 1))
			deviation "$what: the next run did not sweep: $found"
			clean
		fi
	done
	total=$((total + hits))
	echo "signals: $what: $hits hits ($early came too late): $survived times a process survived," \
		"$left times something was left (a journal; $objects times more than that)," \
		"$swept times swept by the next run, $unswept times not"
	[ $hits -eq "$TIMES" ] || deviation "$what: only $hits of $TIMES"
}

clean()
{
	local table id

	find /dev/shm /tmp/mqueue /tmp -maxdepth 1 -name '*ipckit*' -delete
	for table in shm msg sem; do
		awk 'FNR > 1 { print $2 }' /proc/sysvipc/$table | while read -r id; do ipcrm "$table" "$id" >/dev/null; done
	done
}

# journal NAME LINE…: a journal in /tmp, as a run would leave it.
journal()
{
	local file=/tmp/ipckit-run.$1

	shift
	(umask 077 && printf '%s\n' "$@" >"$file")
}

# A System V segment whose key is that of a link's name (common/link_key.c): $segment_id is its id, $segment_name that name.
# ipcmk draws the key; one in two belongs to a name.
segment()
{
	local key=0

	until [ "$key" -gt 0 ] && [ "$key" -lt $((0x7fffffff)) ]; do
		[ "$key" -eq 0 ] || ipcrm shm "$segment_id" >/dev/null
		segment_id=$(ipcmk -M 1 | sed 's/.*: //')
		[ -n "$segment_id" ] || { deviation "no System V segment to be had"; return; }
		key=$(awk -v id="$segment_id" '$2 == id { print $1 }' /proc/sysvipc/shm)
	done
	segment_name=/ipckit.$(printf '%08x%024d' $((key - 1)) 0)
}

# A run that stands still is alive: others leave its journal and its objects alone, and it ends well afterwards.
live_run()
{
	local stopped=0 with_objects=0 before pid i

	for ((i = 0; i < 20; i++)); do
		in_time || break
		"$IPCKIT" run --format=csv "${rows[@]}" 2>/dev/null >/tmp/t/live.out &
		pid=$!
		read -r -t "$(awk "BEGIN { printf \"%f\", $((RANDOM % 1000)) / 1000 * $(</tmp/t/length) / 1000 }")" <>/tmp/t/never || true
		kill -STOP -1 2>/dev/null
		before=$(names)
		[ -z "$before" ] || stopped=$((stopped + 1))
		[ "$(wc -l <<<"$before")" -lt 2 ] || with_objects=$((with_objects + 1))
		"$IPCKIT" run malloc >/dev/null 2>&1
		[ "$(names)" = "$before" ] || deviation "a live run lost: $(diff <(echo "$before") <(names))"
		kill -CONT -1 2>/dev/null
		wait $pid || deviation "a run that was stopped for a while ended with status $?"
		answers </tmp/t/live.out | cmp -s - /tmp/t/expected ||
			deviation "a run that was stopped for a while differs: $(answers </tmp/t/live.out | diff /tmp/t/expected -)"
		[ -z "$(names)" ] || { deviation "a run that was stopped left: $(names)"; clean; }
	done
	echo "signals: $stopped of $i runs stood still with a journal, $with_objects with objects, while another one swept"
	[ $with_objects -gt 0 ] || deviation "no run was stopped while it had objects"
}

exists()
{
	[ -e "$1" ] || deviation "$2"
}

gone()
{
	[ ! -e "$1" ] || { deviation "$2"; rm -f "$1"; }
}

segment_exists()
{
	grep -qE "^ *-?[0-9]+ +$segment_id " /proc/sysvipc/shm || deviation "$1"
}

segment_gone()
{
	! grep -qE "^ *-?[0-9]+ +$segment_id " /proc/sysvipc/shm || { deviation "$1"; ipcrm shm "$segment_id" >/dev/null; }
}

# What the sweep must and must not remove, by journals that are made up.
sweep()
{
	: >/dev/shm/ipckit.dead
	: >/tmp/ipckit.dead
	segment
	journal dead /ipckit.dead "$segment_name"
	"$IPCKIT" run malloc >/dev/null 2>&1
	gone /dev/shm/ipckit.dead "the object of a dead run was not swept"
	gone /tmp/ipckit.dead "the file of a dead run was not swept"
	segment_gone "the System V segment of a dead run was not swept"
	gone /tmp/ipckit-run.dead "the journal of a dead run was not swept"

	: >/dev/shm/ipckit.live
	segment
	journal live /ipckit.live "$segment_name"
	exec 8<>/tmp/ipckit-run.live
	flock 8
	"$IPCKIT" run malloc >/dev/null 2>&1
	exists /dev/shm/ipckit.live "the object of a live run was swept"
	segment_exists "the System V segment of a live run was swept"
	exists /tmp/ipckit-run.live "the journal of a live run was swept"
	exec 8>&-
	"$IPCKIT" run malloc >/dev/null 2>&1
	gone /dev/shm/ipckit.live "the object of a run was not swept after its end"
	segment_gone "the System V segment of a run was not swept after its end"
	gone /tmp/ipckit-run.live "the journal of a run was not swept after its end"

	: >/tmp/victim
	: >/dev/shm/victim
	segment
	journal evil '/victim' '/../tmp/victim' '/ipckit./../victim' 'victim' '' '/' '/ipckit.' "${segment_name#/}" "${segment_name}x" "${segment_name%0}"
	"$IPCKIT" run malloc >/dev/null 2>&1
	exists /tmp/victim "a name that the kit never makes was removed from /tmp"
	exists /dev/shm/victim "a name that the kit never makes was removed from /dev/shm"
	segment_exists "a System V segment was removed on the word of a name that the kit never makes"
	gone /tmp/ipckit-run.evil "a journal with odd names was not removed"

	: >/dev/shm/ipckit.link
	printf '/ipckit.link\n' >/tmp/t/target
	ln -s /tmp/t/target /tmp/ipckit-run.symlink
	ln /tmp/t/target /tmp/ipckit-run.hardlink
	mkfifo /tmp/ipckit-run.fifo
	mkdir /tmp/ipckit-run.dir
	timeout 20 "$IPCKIT" run malloc >/dev/null 2>&1 || deviation "a run hangs or fails on odd journals: status $?"
	exists /dev/shm/ipckit.link "a journal that is a link was followed"
	exists /tmp/t/target "the target of a link was removed"
	rm -rf /tmp/ipckit-run.* /dev/shm/ipckit.link
	ipcrm shm "$segment_id" >/dev/null 2>&1
}

# A user's dead journal, with names of root and of that user, is not root's to sweep; nor the other way round.
# All may read it: runs have no CAP_DAC_OVERRIDE, and the kernel would keep even those of root off a private one.
other_user()
{
	local uid=61234 as_user before=$deviations

	as_user=(setpriv --reuid="$uid" --regid="$uid" --clear-groups --inh-caps=-all)
	chmod 1777 /tmp /dev/shm
	if ! "${as_user[@]}" true 2>/dev/null; then
		echo "signals: another user: skipped, not to be had here"
		return
	fi
	: >/dev/shm/ipckit.ours
	segment
	"${as_user[@]}" sh -c "umask 077; : >/dev/shm/ipckit.theirs; umask 022
		printf '%s\\n' /ipckit.theirs /ipckit.ours $segment_name >/tmp/ipckit-run.theirs"
	"$IPCKIT" run malloc >/dev/null 2>&1
	exists /dev/shm/ipckit.ours "root swept its own live object on the word of another user's journal"
	segment_exists "root swept its own System V segment on the word of another user's journal"
	exists /dev/shm/ipckit.theirs "root swept what another user owns"
	exists /tmp/ipckit-run.theirs "root swept another user's journal"

	journal ours /ipckit.ours
	cp /proc/1/fd/9 /tmp/t/ipckit
	chmod 755 /tmp/t /tmp/t/ipckit
	"${as_user[@]}" /tmp/t/ipckit run malloc >/dev/null 2>&1 || deviation "a user's run ended with status $?"
	exists /dev/shm/ipckit.ours "a user swept what root owns"
	segment_exists "a user swept root's System V segment"
	exists /tmp/ipckit-run.ours "a user swept root's journal"
	gone /dev/shm/ipckit.theirs "a user's run did not sweep that user's object"
	gone /tmp/ipckit-run.theirs "a user's run did not sweep that user's journal"
	clean
	[ "$deviations" -ne "$before" ] || echo "signals: another user: nothing of the one was touched by the other"
}

mkfifo /tmp/t/never
measure_run
"$IPCKIT" run --format=csv "${rows[@]}" 2>/dev/null | answers >/tmp/t/expected
sweep
other_user
live_run
series INT 130
series TERM 143
series KILL 137
series ALL 137
TIMES=$(((TIMES + 9) / 10))
for command in 'matrix shm_open sysv_shm fifo posix_mq' 'pick --need=persists shm_open sysv_msg pipe' 'demo shm_open' \
	'bench --rounds=1 --time=0.1 --sizes=64 posix_mq' 'cow --sizes=64K'; do
	read -ra asked <<<"$command"
	measure_run
	series INT 130
	series KILL 137
	series ALL 137
done
in_time || deviation "not done in $LIMIT s"
echo "signals: $total hits in $((($(ms) - started) / 1000)) s; $deviations deviations"
[ $deviations -eq 0 ]
