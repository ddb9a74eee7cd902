#!/usr/bin/env bash
# grade_kills.sh - a grader gets SIGKILL at a random moment, TIMES (100) times each: as root and as an ordinary user, with
# namespaces and without (--isolation=limits), as root there also together with its wardens
#
# With namespaces one in three comes as soon as bubblewrap is there, which then has not bound to its life what it starts, and
# one in three while a child waits for its user namespace to be mapped.
#
# No process may survive SURVIVAL_MS, and no queue, shared memory or semaphore may be left. With the wardens that holds once
# the next run has swept, of the work folder always: every SWEEP-th hit that run is not disturbed, and must give full marks.
# Some 8 minutes on two cores; at most LIMIT seconds (1800).
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
enclose "$0" "$@"

TIMES=${TIMES:-100} LIMIT=${LIMIT:-1800} SURVIVAL_MS=5000 SWEEP=10
root=$(cd "$(dirname "$0")/../.." && pwd) || exit
cd "$root" || exit
if [ ! -x "$(dirname "$IPCKIT")/grade/ipckit-warden" ] || ! grep -q 4294967295 /proc/self/uid_map; then
	echo 'grade_kills: skipped: no grader was built, or this is not the real root'
	exit 77
fi
work=$(mktemp -d /var/tmp/kills.XXXXXX) || exit # short, and not in /tmp, which the answers see
trap 'rm -rf "$work"' EXIT
started=$(ms) deviations=0 total=0

deviation()
{
	echo "grade_kills: $*"
	deviations=$((deviations + 1))
}

in_time()
{
	[ $(($(ms) - started)) -lt $((LIMIT * 1000)) ]
}

# Two that make names, and one whose processes sleep for ever in a session of their own.
make_answers()
{
	mkdir "$work/answers"
	sh tests/grading/amalgam.sh posix_mq >"$work/answers/L4.c"
	sh tests/grading/amalgam.sh shm_sem >"$work/answers/L5.c"
	{
		printf '#include <unistd.h>\n'
		sh tests/grading/amalgam.sh mmap_shared |
			sed '/_setup(struct link/,/^{/s/^{/{\n\tif (fork() == 0)\n\t\tsetsid();\n\tfor (;;)\n\t\tpause();/'
	} >"$work/answers/L1.c"
	cp -r "$(dirname "$IPCKIT")"/{ipckit,grade} "$work"
	chmod -R a+rX "$work"
}

# grader UID ISOLATION LEVEL: is exec'd, so that its process is the grader's
grader()
{
	TMPDIR=$work/tmp exec setpriv --reuid="$1" --regid="$1" --clear-groups \
		"$work/ipckit" grade --isolation="$2" --level "$3" --format csv "$work/answers/$3.c"
}

# Processes need a moment to die when nobody waits for them.
await_nobody()
{
	local limit=$(($(ms) + SURVIVAL_MS))

	while [ -n "$(alive "")" ]; do
		[ "$(ms)" -lt "$limit" ] || return 1
	done
}

# A child of the grader that has become another user. No program is started for the look: the moment would be over.
waits_for_map()
{
	local child status

	{ mapfile -d ' ' -t child <"/proc/$pid/task/$pid/children" && mapfile -t status <"/proc/${child[0]-}/status"; } 2>/dev/null &&
		[[ ${status[*]} =~ Uid:[[:space:]]+0[[:space:]]+[1-9] ]]
}

# hit UID ISOLATION VICTIMS LEVEL: one run; sets hit to 1 if it was still there.
hit()
{
	local pid moment

	(grader "$1" "$2" "$4") >/dev/null 2>&1 &
	pid=$!
	[ "$2" = namespaces ] && moment=$((RANDOM % 3)) || moment=2
	case $moment in
	0) until pgrep -x bwrap >/dev/null || ! kill -0 $pid 2>/dev/null; do :; done ;;
	1) until waits_for_map || ! kill -0 $pid 2>/dev/null; do :; done ;;
	2) # not to let something happen first: the moment is to be a random one
		read -r -t "$(printf '%d.%03d' $((RANDOM % length / 1000)) $((RANDOM % length % 1000)))" <>"$work/never" || true ;;
	esac
	{
		kill -KILL $pid
		[ "$3" != wardens ] || pkill -KILL -x ipckit-warden # in a pid namespace of ours
		wait $pid
		[ $? -ne 137 ] || hit=1
	} 2>/dev/null
}

clean()
{
	find /dev/shm /tmp/mqueue -mindepth 1 -delete
	ipcrm -a
}

# sweep HOW UID ISOLATION: the next run
sweep()
{
	local said left

	said=$(grader "$2" "$3" L4 2>&1 | tail -n 1)
	[[ $said == *,total,,100,100,* ]] || deviation "$1: the next run: $said"
	left=$(ls -A "$work/tmp"; names)
	[ -z "$left" ] || deviation "$1: the next run did not sweep: $left"
}

# look_for_leftovers HOW
look_for_leftovers()
{
	local left

	if ! await_nobody; then
		deviation "$1: survived: $(ps -o pid,ppid,user,stat,args -p "$(alive "" | paste -sd,)" 2>&1)"
		kill -KILL -1
		await_nobody
	fi
	left=$(names)
	[ -n "$left" ] || return
	deviation "$1: left: $left"
	clean
}

# series UID ISOLATION VICTIMS
series()
{
	local how="uid $1, $2, the $3" levels=(L1 L4 L5) hits=0 tries=0 hit length before

	install -d -m 711 -o "$1" "$work/tmp"
	before=$(ms)
	sweep "$how, undisturbed" "$1" "$2"
	length=$(($(ms) - before))
	while [ $hits -lt "$TIMES" ] && [ $((tries++)) -lt $((4 * TIMES)) ] && in_time; do
		hit=0
		hit "$1" "$2" "$3" "${levels[RANDOM % 3]}"
		hits=$((hits + hit))
		[ "$3" != wardens ] || sweep "$how" "$1" "$2"
		look_for_leftovers "$how"
		[ $((tries % SWEEP)) -ne 0 ] || sweep "$how" "$1" "$2"
	done
	sweep "$how" "$1" "$2"
	rm -rf "$work/tmp"
	clean
	total=$((total + hits))
	echo "grade_kills: $how: $hits hits"
	[ $hits -eq "$TIMES" ] || deviation "$how: only $hits of $TIMES"
}

make_answers # all that is needed is a copy from here on: the kit may lie in /tmp
mkfifo "$work/never"
mount -t tmpfs none /tmp && mount -t tmpfs none /dev/shm && mkdir /tmp/mqueue || exit
chmod 1777 /tmp /dev/shm
mount -t mqueue none /tmp/mqueue || exit
series 0 namespaces grader
series 0 limits grader
series 0 limits wardens
series 1000 namespaces grader
series 1000 limits grader
echo "grade_kills: $total hits in $((($(ms) - started) / 1000)) s; $deviations deviations"
[ $deviations -eq 0 ]
