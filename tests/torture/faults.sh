#!/usr/bin/env bash
# faults.sh PROGRAM [EVERY] - each system call that the program makes after main() has begun fails once
#
# For every command below, every call that it makes and the 1st … 10th time that a process makes it: one run in which
# strace lets that one fail, with an error that the call's man page lists; the 1st time one run for each error, later with
# another one for another SEED.
# EVERY (1): only one of so many such runs; SEED repeats a choice. ONLY: a pattern that "CALL: ARGUMENTS" must match; of those EVERY counts alone.
# Afterwards: the run has ended in time and did not crash; no cell holds another value than without the fault; what could
# not be measured names the error; no process is left, and no name or System V object that is not said to be; the next run
# removes it. A call that is in neither list of calls.sh is an error. The last line has the counts. Some 13,000 runs, each half
# a second of CPU time: an hour on two cores that have nothing else to do; at most LIMIT seconds (5400).
# Exit status 77 without namespaces, strace, jq or a compiler.
set -u

program=$1
every=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
LIMIT=${LIMIT:-5400}
SEED=${SEED:-$((RANDOM * 32768 + RANDOM))}
most=10 # occurrences
after_a_dead_run='demo mmap_shared' # has names to remove that are not its own
tools='^[0-9]+<(sh|gcc|cc1|as|collect2|ld|objcopy|awk|mawk|gawk|bwrap)> '
later='; the next run tries again$'
stays='could not be removed: ' # of what an answer has made
# shellcheck source=tests/torture/calls.sh
. "$here/calls.sh"
# shellcheck source=tests/torture/clock.sh
. "$here/clock.sh"

# "FEWER ARGUMENT…" of what is run: the rows one by one, the columns one by one over rows of each kind, and the other
# commands. FEWER: one of so many times EVERY runs, where a run takes long, or most of its calls are those of other commands,
# and all of them are asked for; but all of a column's calls that carry a message.
cases()
{
	local row column more='unix_dgram socketpair_dgram file eventfd shm_futex process_vm sysv_msg'

	for row in $("$program" list | awk '{ print $1 }'); do
		if [ "$row" != ptrace ] || strace -f -o /dev/null "$program" run ptrace >/dev/null 2>&1; then
			echo "1 run --format=json $row"
		else
			echo 'faults: row ptrace is left out: a process that strace traces has no room for another tracer' >&2
		fi
	done
	for column in $("$program" matrix --question | awk '{ print $1 }'); do
		echo "1 matrix --format=json --columns=$column mmap_shared shm_open sysv_shm pipe posix_mq"
		# It takes 32768 signals until no more are sent.
		case $column in
		buffer) echo "10 matrix --format=json --columns=$column $more" && echo "20 matrix --format=json --columns=$column signal" ;;
		*) echo "10 matrix --format=json --columns=$column $more signal" ;;
		esac
	done
	for column in exec unrelated container intruder; do # of rows that one joins by connecting, opening or being sent something
		echo "1 matrix --format=json --columns=$column unix_stream tcp fifo memfd_rights pty"
	done
	echo '1 demo malloc'
	echo '1 demo mmap_shared'
	echo '5 bench --format=json --rounds=1 --time=0.1 --sizes=64 pipe'
	echo '5 cow --format=json --sizes=64K'
	echo '5 run --format=json --output=written pipe'
	echo '1 pick --format=json --need=blocks pipe malloc'
	echo '1 list'
	echo '1 explain pipe'
	echo '2 run --format=csv pipe'
	echo '2 run --format=markdown pipe'
	echo '5 cow --format=json --sizes=64K --plots=curves'
	echo "1 bench --format=json --from=$work/record --compare=$work/record"
	if [ -x "$work/grade/ipckit-warden" ]; then
		echo "5 grade --level L0 --batch $work/class --out class"
		echo "5 grade --level L2 --format json $work/L2.c"
		echo "10 grade --isolation limits --level L4 --format json $work/L4.c"
	else
		echo 'faults: grade is left out: no grader was built' >&2
	fi
}

# In namespaces of its own: whatever is found there was left by the run before.
enclose()
{
	mount -t tmpfs none /dev/shm && mount -t tmpfs none /tmp && mkdir /tmp/mqueue &&
		mount -t mqueue none /tmp/mqueue || exit
}

# T: stopped, and so waiting for us to have attached.
state_of()
{
	sed -n 's/^State:.\(.\).*/\1/p' "/proc/$1/status"
}

# What there is to be swept: a run whose processes were killed as soon as one of them was to remove anything.
leave_dead_run()
{
	{ strace -f -qq -o /dev/null -e inject=unlink:signal=KILL "$program" run shm_open; } >/dev/null 2>&1
}

# STRACE-ARGUMENT… -- ARGUMENT…: one run, traced from main() on. Leaves out, err and trace; sets status, -1 = hung.
traced()
{
	local tracing=() pid limit=60 # seconds until it counts as hung

	while [ "$1" != -- ]; do
		tracing+=("$1")
		shift
	done
	shift
	[[ "$*" != @(grade *|*=buffer signal) ]] || limit=300
	[ "$*" != "$after_a_dead_run" ] || leave_dead_run
	LD_PRELOAD=$dir/stop_before_main.so "$program" "$@" >"$dir/out" 2>"$dir/err" </dev/null &
	pid=$!
	while kill -0 $pid && [ "$(state_of $pid)" != T ]; do :; done 2>/dev/null
	timeout -s KILL $limit strace -f -qq -Y -o "$dir/trace" -p $pid "${tracing[@]}" 2>"$dir/strace.err" &
	tracer=$!
	while kill -0 $tracer && ! grep -q '^TracerPid:.[1-9]' /proc/$pid/status; do :; done 2>/dev/null
	kill -CONT $pid
	wait $tracer
	if [ $? -eq 137 ]; then
		status=-1
		kill -KILL $pid
		wait $pid
	else
		wait $pid
		status=$?
	fi 2>/dev/null
	cat "$dir/written" "$dir/class/class.csv" >>"$dir/out" 2>/dev/null
	rm -rf "$dir/written" "$dir/class" "$dir/curves"
}

# "ROW COLUMN STATUS VALUE<tab>ERROR CALL DETAIL" of every cell of a record, item of a grade, half of what demo concludes, line
# of a class or, for what is not compared in parts, of text. How far a buffer grows may vary, but not by much; figures of time vary.
cells()
{
	case ${asked:-} in
	*csv*) tr -d '\r' <"$1" | awk -F , 'NR > 1 { print $1, $3, $4, $5 "\t" $10, $11, $13 }' ;;
	list | explain* | *markdown*) sed 's/ /_/g; s/^/text - shown /' "$1" ;;
	*--batch*) tr -d '\r' <"$1" | awk -F , 'NF == 10 { print "class", $1 "/" $5, $9 ~ /^(passed|partly|failed|graded)$/ ? "measured" : "failed", $8 "\t" $10 }' ;;
	*) cells_of_record "$1" ;;
	esac
}

cells_of_record()
{
	jq -r 'def line(row; column; value): "\(row) \(column) \(.status) \(value)\t\(.error) \(.call) \(.detail) \(.measured)";
		(.rows[]? | .variant as $v | .cells? // {} | to_entries[] | .key as $k | .value |
			line($v; $k; if $k == "buffer" and .value != 0 and (.value | type) == "number"
				then "\(.value | tostring | length) digits" else .value end)),
		(select(.view? == "bench") | (.rows[] | (.variant + .extra) as $v | (.round_trip, .throughput) | line($v; "times"; .delivers)),
			(.limits[] | "limit \(.limit) \(if .ns.rounds > 0 then "measured" else "failed" end) null\t\(.detail)")),
		(.cases[]? | if .measured then "cow \(.heap) \(if .copied_source then "measured" else "unknown" end) \(.child_copied) \(.parent_copied)\t"
			else "cow \(.heap) failed null\t\(.error)" end),
		(.comparison[]? | "compare \(.variant)\(.extra)/\(.task)/\(.limit) measured \(.verdict)\t"),
		(.picks[]? | "pick \(.variant) measured true\t"),
		(.ruled_out[]? | .variant as $v | .column as $k | .cell | line($v; $k; .value)),
		(select(.max_score?) | line("grade"; "score"; .score), (.items[]? | line("grade"; .id; .score)))' "$1" 2>/dev/null
	sed -nE 's/^The child (.*), ([^,]*)\.$/demo sees measured \1\ndemo frames measured \2/; s/measured frames unknown/unknown/
		s/ pages?( frames?)? by (pagemap|bits 56\/61)/ page/
		s/^It ended here: /demo sees ended\t/; /^demo/p' "$1"
}

# What is not as without the fault.
changed()
{
	cells "$dir/out" | awk -F '\t' 'NR == FNR { seen[$1]; next } !($1 in seen)' "$dir/cells" -
}

there()
{
	find /dev/shm /tmp -mindepth 1 ! -path /tmp/mqueue ! -path "$dir*" 2>/dev/null
	awk 'FNR > 1 { kind = FILENAME; sub(".*/", "", kind); print "System V", kind, $2 }' /proc/sysvipc/*
	find /proc/[0-9]*/exe '(' -lname "$work/*" -o -lname '/tmp/*' -o -lname '*/bwrap' -o -lname '*/cc1' ')' 2>/dev/null
}

# WHAT: a journal that was kept; what it was said of that it stays, or what stands in a journal that it was said of.
said_to_stay()
{
	local journals

	! grep -qF "${1/#\/tmp\/mqueue/\/dev/mqueue} $stays" "$dir/out" || return 0
	grep -q "$later" "$dir/err" || return
	case $1 in
	/tmp/ipckit-run.*) return ;;
	/tmp/ipckit-grade.*) grep -qF "$(cut -d / -f 1-3 <<<"$1"): " "$dir/err" && return ;;
	esac
	grep -qF "${1##*/}: " "$dir/err" && return
	journals=$(grep -lxF "/${1##*/}" /tmp/ipckit-run.* 2>/dev/null | paste -s -d '|')
	[ "$journals" ] && grep -qE "^ipckit: (/tmp|$journals): " "$dir/err"
}

left()
{
	local what

	there | while read -r what; do
		said_to_stay "$what" || echo "$what"
	done
}

remove_left()
{
	find /proc/[0-9]*/exe -lname "$work/*" 2>/dev/null | cut -d / -f 3 | xargs -r kill -KILL
	find /dev/shm /tmp -mindepth 1 ! -path /tmp/mqueue ! -path "$dir*" -delete
	ipcrm -a
}

# CALL ERROR: the machine had no more of it at that moment, which is no answer. Two calls say so of a limit (cell_error()).
is_shortage()
{
	[[ "$2" == @(EAGAIN|EMFILE|ENFILE|ENOMEM|ENOSPC|ENOBUFS) && "$*" != @(mq_open EMFILE|unshare ENOSPC) ]]
}

# CALL ERROR: a cell that was measured to be something else; an item that a right answer fails for another reason; a cell
# that a shortage made unsupported or refused; text that is another one, though all went well.
# 127: the loader could not begin with the program of a cell, or that could not map what it would tell the call by; with its
# own memory it dies.
# And the sanitizers' own code ends a program whose munmap(2) fails. What a compiler says that was hit, it says of itself.
lies()
{
	local wrong='^$' # of what shortages may not be

	! hit_a_tool || return
	! is_shortage "$@" || wrong=' (unsupported|refused) '
	[ $status -ne "$expected" ] || wrong+='|^text - shown '
	changed | grep -v -e '^grade score ' -e 'exited with status 127 in start' -e '^grade sanitizers .* stopped by a sanitizer' \
		-e '^class .*the grader .*\(ended with 127\|died of SIGSEGV\)' -e "^class .*folder cannot be read\$" |
		awk -F '\t' -v text="$(errno_text)" -v error="$2" -v wrong="$wrong" \
			'/ measured / || $1 ~ wrong || / failed / && !index($2, text) && !index($2, error)'
}

# CALL: of a row that could not call it, its row says that it was left.
is_removal()
{
	[[ $1 == @(unlink|mq_unlink|shmctl|msgctl|semctl) ]]
}

# CALL ERROR: that it failed may not go unsaid. What was interrupted is called again; and who grades a sheet without a line says
# nothing of cells that are not asked for.
protects()
{
	[[ " $protecting " == *" $1 "* && $2 != EINTR && "$asked" != *--batch* ]] && injected_lines | grep -qvE -e "$harmless" -e "$tools"
}

# COMMAND ARGUMENT…: what a line is about that is about one of them, as a pattern.
rows_of()
{
	printf '%s\n' "${@:2}" | grep -v -e '^--' | paste -s -d '|'
}

# CALL ERROR COMMAND ROW…: all is as without the fault; or a line says whom it hit and what it was; or each cell that is
# not as without the fault does.
told()
{
	local call=$1 error=$2 text

	shift 2
	text=$(errno_text)
	if [ $status -eq "$expected" ] && [ ! "$(changed)" ] &&
		[ "$(cells "$dir/out" | wc -l)" -eq "$(wc -l <"$dir/cells")" ] && ! protects "$call" "$error"; then
		return
	fi
	[ "$1" != grade ] || ! grep -qsF "$text" "$dir/out" "$dir/err" || return 0
	grep -wE -e "$(rows_of "$@")" "$dir/err" | grep -qE -e "$text" -e "\\<$call\\>" && return
	grep -qE ": [a-z_]+: $text$later" "$dir/err" && return
	is_removal "$call" && grep -qE "^ipckit: ($(rows_of "$@")): left .* behind\$" "$dir/err" && return
	grep -qE "^ipckit: (standard output|([a-z]+: )?[a-z0-9_]+|/[^:]*(: [a-z0-9_]+)?): $text" "$dir/err" && return # it hit no row, but the run as a whole
	injected_lines | grep -q 'write(2, ' && return # what would have said it
	{ changed && cat "$dir/err"; } | grep -qE '(exited|ended) with( status)? 127|the grader died of SIGSEGV|the warden did not come to its end: SIGSEGV' && return
	hit_a_tool && changed | grep -qE 'the compiler does not work here: .|^grade build ' && return
	changed | grep -q '^grade sanitizers .* in the start (before any hook)' && return # see lies()
	# A score only follows from its items.
	[ "$(changed)" ] && ! changed | grep -v '^grade score graded' | awk -F '\t' -v error="$error" -v text="$text" '
		!(split($2, word, " ") && word[1] == error && word[2] != "null") && !index($2, text) && !index($2, error)' | grep -q .
}

# The calls that failed, as each began, and how it ended: every process has its own N-th.
injected_lines()
{
	awk '!/ resumed>/ { begun[$1] = $0 } /INJECTED/ { print begun[$1], $0 }' "$dir/trace"
}

# A process of the compiler, or of the sandbox around it, which says it in its own words; the report passes these on.
hit_a_tool()
{
	injected_lines | grep -qE "$tools"
}

# What strace calls the error that it made.
errno_text()
{
	sed -nE 's/.* = -1 [A-Z0-9]+ \((.*)\) \(INJECTED\).*/\1/p' "$dir/trace" | head -n 1
}

count()
{
	echo "$1" >>"$results"
	[ "$1" = injected ] || [ "$1" = survived ] || echo "not ok: $1: $2" >&2
}

# CALL ERROR ARGUMENT…: the kernel never lets FUTEX_WAKE fail with what is listed (futex(2)), but strace does; glibc then
# aborts, as it may. EIO is how a terminal says that its other end has gone: no message is the truth then, and who wants to join
# it is kept out, as is whose connect(2) is refused or whose descriptor is no such one. To look at what is open needs no permission.
no_fault()
{
	local joining='columns=(exec|unrelated|container|intruder)'

	injected_lines | grep -qE 'FUTEX_WAKE|newfstatat\([0-9]+, "", .*EACCES' || [[ "$1 $2" == 'read EIO' && " ${*:3} " == *' pty '* ]] ||
		[[ "$1 $2" == @(connect ECONNREFUSED|fcntl EINVAL) && "$*" =~ $joining ]] ||
		[[ "$1 $2" == 'ioctl EIO' && " ${*:3} " == *' pty '* && "$*" =~ $joining ]]
}

# ARGUMENT…: what is said to be left the next run of its kind removes.
next_run()
{
	[ "$1" = grade ] || set -- run malloc
	"$program" "$@" >"$dir/out" 2>"$dir/err"
}

# CALL ERROR N ARGUMENT…: one run with one fault, unless no process comes so far.
try()
{
	local call=$1 error=$2 nth=$3 what

	shift 3
	what="$call #$nth $error: $*"
	: >"$dir/trace"
	traced -e "trace=$call" -e "inject=$call:error=$error:when=$nth" -- "$@"
	grep -q INJECTED "$dir/trace" || [ $status -eq -1 ] || return 1
	! no_fault "$call" "$error" "$@" || return 0
	count injected
	if [ $status -eq -1 ]; then
		count hung "$what"
	elif [ $status -gt 128 ]; then
		count crashed "$what: signal $((status - 128))"
	elif [ "$(lies "$call" "$error")" ]; then
		count lied "$what: $(lies "$call" "$error" | tr '\n' ';')"
	elif ! told "$call" "$error" "$@"; then
		count unnamed "$what: status $status: $(changed | head -n 2 | tr '\n' ';') $(head -c 200 "$dir/err")"
	else
		count survived
	fi
	[ "$(left)" ] || ! grep -qs -e "$later" -e "$stays" "$dir/err" "$dir/out" || next_run "$@"
	if [ "$(left)" ]; then
		count leaked "$what: $(left | tr '\n' ';')"
		remove_left
	fi
}

# CALL COMMAND…: which of the 1st … 10th times are tried; for one SEED always the same, whatever was tried before.
chosen()
{
	local nth fewer=$fewer

	[ "$2" != matrix ] || [[ ! " ${carrying//$'\n'/ } " == *" $1 "* ]] || fewer=1
	RANDOM=$(($(cksum <<<"$SEED $*" | cut -d ' ' -f 1) % 1000003))
	for ((nth = 1; nth <= most; nth++)); do
		((RANDOM % (every * fewer) != 0)) || echo $nth
	done
}

# N ERROR…: with which it fails the N-th time. The first time with each of them: many processes make a call only once.
errors_at()
{
	local nth=$1

	shift
	[ "$nth" -eq 1 ] || set -- "${@:(SEED + nth) % $# + 1:1}"
	echo "$@"
}

# ARGUMENT…: all calls of one command.
sweep()
{
	local call list nth error asked=$*

	[ "$(ms)" -lt "$until" ] || return 0

	traced -e trace=none -e signal=none -- "$@"
	expected=$status
	cells "$dir/out" >"$dir/cells"
	traced -e signal=none -- "$@"
	sed -nE 's/^[0-9]+(<[^>]*>)? +([a-z0-9_]+)\(.*/\2/p' "$dir/trace" | sort -u >"$dir/calls"
	if [ "$expected" -lt 0 ] || [ ! -s "$dir/cells" ] || [ ! -s "$dir/calls" ]; then
		echo "not ok: faults: no undisturbed run of $*"
		return 1
	fi
	unlisted "$@"
	while IFS='|' read -r call list; do
		if ! grep -qx "$call" "$dir/calls" || ! [[ "$call: $*" =~ ${ONLY:-} ]]; then
			continue
		fi
		read -ra list <<<"$list"
		for nth in $(chosen "$call" "$@"); do
			[ "$(ms)" -lt "$until" ] || return 0
			for error in $(errors_at "$nth" "${list[@]}"); do
				try "$call" "$error" "$nth" "$@" || break 2
			done
		done
	done < <(errors)
	echo swept >>"$results"
}

# ARGUMENT…: calls that nothing is said of.
unlisted()
{
	local call

	for call in $({ errors; excused; } | cut -d '|' -f 1 | grep -vxF -f - "$dir/calls" | grep -v '^syscall_'); do
		# A number for which strace has no name is of a process that ended just then.
		count unlisted "$call: $*: in neither list of calls.sh: $(grep -m 1 -E "^[0-9]+(<[^>]*>)? +$call\(" "$dir/trace")"
	done
}

# One of several: takes every so-many-th of the cases.
work_off()
{
	local case fewer n=0 failed=0

	dir=$(mktemp -d "$work/worker.XXXXXX") || exit
	cp "$work/stop_before_main.so" "$dir" && cd "$dir" || exit
	while read -r fewer case; do
		((n++ % workers == worker)) || continue
		[ -z "${ONLY:-}" ] || fewer=1
		read -ra case <<<"$case"
		sweep "${case[@]}" || failed=1
	done <"$work/cases"
	return $failed
}

if [ "${ENCLOSED:-}" ]; then
	enclose
	results=$work/results
	work_off
	exit
fi

not_here()
{
	echo "not here: faults: $*"
	exit 77
}

for tool in strace jq "${CC:-cc}"; do
	command -v "$tool" >/dev/null || not_here "no $tool"
done
strace -o /dev/null true 2>/dev/null || not_here 'strace may not trace'
spaces=(--mount --ipc --pid --fork --mount-proc --kill-child)
unshare "${spaces[@]}" true 2>/dev/null || spaces+=(--user --map-root-user)
unshare "${spaces[@]}" true 2>/dev/null || not_here 'no namespaces to be had'

work=$(mktemp -d /var/tmp/torture.XXXXXX) || exit
pids=()
trap 'kill -KILL "${pids[@]}" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 143' INT TERM
chmod 711 "$work" && cp "$program" "$work/ipckit" || exit # /tmp is hidden below
cp -r "$(dirname "$program")/grade" "$work" 2>/dev/null
program=$work/ipckit
workers=$(nproc)
until=$(($(ms) + LIMIT * 1000))
export work workers worker until SEED
"${CC:-cc}" -shared -fPIC -o "$work/stop_before_main.so" "$here/stop_before_main.c" || exit
(cd "$here/../.." && sh tests/grading/amalgam.sh pipe >"$work/L2.c" && sh tests/grading/amalgam.sh sysv_msg >"$work/L4.c") || exit
mkdir -p "$work/class/anna" && echo row,delivers | tee "$work/class/bob.csv" >"$work/class/anna/predict.csv" || exit
"$program" bench --format=json --rounds=1 --time=0.1 --sizes=64 --output="$work/record" pipe || exit
cases >"$work/cases"
: >"$work/results"
echo "faults: 1 of $every, seed $SEED, $(wc -l <"$work/cases") commands"
failed=0
for ((worker = 0; worker < workers; worker++)); do
	ENCLOSED=yes unshare "${spaces[@]}" "$BASH" "$0" "$program" "$every" &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid" || { echo "not ok: faults: a worker ended with $?"; failed=1; }
done

number()
{
	grep -cx "$1" "$work/results"
}

for what in injected survived crashed unnamed hung lied leaked unlisted; do
	printf '%s %d, ' "$what" "$(number "$what")"
done | sed 's/, $/\n/'
[ "$(number swept)" -eq "$(wc -l <"$work/cases")" ] ||
	{ echo "not ok: faults: $(number swept) of $(wc -l <"$work/cases") commands were swept within $LIMIT s"; failed=1; }
outcomes=$(grep -cxE 'survived|crashed|unnamed|hung|lied' "$work/results")
if [ "$outcomes" -eq 0 ] || [ "$(number injected)" -ne "$outcomes" ]; then
	echo "not ok: faults: $(number injected) injected, but $outcomes outcomes"
	failed=1
fi
! grep -qvxE 'injected|survived|swept' "$work/results" && [ $failed -eq 0 ]
