#!/bin/sh
# verify.sh FILE… - grades submissions and compares the results with what is known of each file
#
# Of a file in wrong/: the items after `fails:` in its first lines fail (`a|b`: at least one of them) and no others do; of
# the first of them the `symptom:` is in what was measured, and the words after `hint:` are in the first hint. Those after
# `open:` are not checkable, and no others are (`rest`: all but the build and what fails). Those after `luck:` depend on
# which process comes first. In right/: full marks. In forged/: no more points than `at_most:`, and where it says what
# fails, the same as in wrong/, but for the hint. A starter (exercise/) fails for the reason and within the points of the
# table below. Nothing is left in $TMPDIR. One line for each thing that is not so, and then the status is 1.
set -u
export LC_ALL=C

IPCKIT=${IPCKIT:-build/ipckit}
status=0

# LEVEL, least and most points, the first item that fails, and what is measured of it.
starters='
L1 1 10 parent_to_child before the fork
L2 50 85 largest bytes
L3 1 10 parent_to_child SIGBUS
L4 1 10 parent_to_child sleeps for ever in recv()
L5 1 10 parent_to_child sleeps for ever in recv() in futex
L6 1 10 parent_to_child -EBADF
'

tag()
{
	sed -n "1,12s/^ \* $1: *//p" "$file" | head -n 1
}

# ID: may come out one way or another.
is_luck()
{
	tag luck | tr -d ' ' | tr , '\n' | grep -qx "$1"
}

# "ID STATUS MEASURED HINT", separated by tabs, of each item of the indented JSON.
items()
{
	awk '
	function value(line) { sub(/^ *"[a-z_]*": /, "", line); sub(/,$/, "", line); gsub(/^"|"$/, "", line); return line }
	/^ "items"/ { on = 1 }
	/^ "output"/ { on = 0 }
	on && /^ +"id":/ { id = value($0) }
	on && /^ +"status":/ { status = value($0) }
	on && /^ +"measured":/ { measured = value($0) }
	on && /^ +"hint":/ { printf "%s\t%s\t%s\t%s\n", id, status, measured, value($0) }' "$out"
}

field()
{
	items | awk -F '\t' -v id="$1" -v n="$2" '$1 == id { print $n }'
}

score()
{
	awk '/^ "score":/ { gsub(/[ ,]/, "", $2); print $2; exit }' "$out"
}

open_items()
{
	items | awk -F '\t' '$2 == "not_checkable" { print $1 }'
}

# failed: "ID MEASURED HINT", without what was not worth full marks for another reason
failed()
{
	items | awk -F '\t' '$2 == "failed" || $2 == "partial" { print $1 "\t" $3 "\t" $4 }'
}

# within LEAST MOST
within()
{
	awk -v score="$(score)" -v least="$1" -v most="$2" 'BEGIN { exit !(score != "" && score >= least + 0 && score <= most + 0) }' ||
		complain "$(score) points are not within $1 to $2"
}

complain()
{
	echo "$file: $*"
	status=1
}

# The first item that has failed, and not by luck.
first_failed()
{
	failed | while IFS= read -r line; do
		is_luck "${line%%	*}" && continue
		printf '%s\n' "$line"
		break
	done
}

# names WHAT WORDS N: field N of the first item that failed has the words.
names()
{
	[ -n "$2" ] || complain "has no $1"
	first_failed | cut -f "$3" | grep -qF -- "$2" || complain "'$2' is not named: $(first_failed)"
}

check_wrong()
{
	wanted=$(tag fails | tr -d ' ' | tr , '\n')
	for group in $wanted; do
		hit=$(failed | cut -f 1 | grep -cxF -e "$(echo "$group" | tr '|' '\n')")
		[ "$hit" -gt 0 ] || complain "$group did not fail: $(field "${group%%|*}" 2), $(field "${group%%|*}" 3)"
	done
	for id in $(failed | cut -f 1); do
		echo "$wanted" | tr '|' '\n' | grep -qx "$id" || is_luck "$id" || complain "$id failed too: $(field "$id" 3)"
	done
	names symptom "$(tag symptom)" 2
}

# What is not checkable could as well have been lost by the grader.
check_open()
{
	wanted=$(tag open | tr -d ' ' | tr , '\n')
	[ "$wanted" != rest ] ||
		wanted=$(items | awk -F '\t' '$1 != "build" && $2 != "failed" && $2 != "partial" { print $1 }')
	for id in $(open_items); do
		echo "$wanted" | grep -qx "$id" || is_luck "$id" || complain "$id is open: $(field "$id" 3)"
	done
	for id in $wanted; do
		open_items | grep -qx "$id" || complain "$id is not open: $(field "$id" 2), $(field "$id" 3)"
	done
}

check_right()
{
	[ "$(score)" = 100.0 ] || complain "$(score): $(failed) $(items | grep not_checkable)"
}

check_starter()
{
	row=$(echo "$starters" | grep "^$level ")
	# shellcheck disable=SC2086 # words of a line
	set -- $row
	within "$2" "$3"
	[ "$(failed | head -n 1 | cut -f 1)" = "$4" ] || complain "$4 is not the first that fails: $(failed)"
	shift 4
	names symptom "$*" 2
}

check()
{
	grade=0
	"$IPCKIT" grade --format json --level "$level" "$file" >"$out" || grade=$?
	if [ $grade -ne 0 ] && [ $grade -ne 1 ]; then
		complain "status $grade: $(sed -n 's/^ "error": //p' "$out")"
		return
	fi
	case $file in
	*/wrong/*)
		check_wrong
		names hint "$(tag hint)" 3
		check_open
		;;
	*/right/*) check_right ;;
	*/forged/*)
		within 0 "$(tag at_most | tr -dc 0-9)"
		[ -z "$(tag fails)" ] || check_wrong
		;;
	*exercise/*) check_starter ;;
	*) complain 'is in no folder of which it is known what to expect' ;;
	esac
	[ -z "$(ls -A "$TMPDIR")" ] || complain "left $(ls -A "$TMPDIR")"
}

out=$(mktemp) || exit
TMPDIR=$(mktemp -d) || exit
export TMPDIR
trap 'rm -rf "$out" "$TMPDIR"' EXIT
for file; do
	level=$(tag level)
	[ -n "$level" ] || level=$(basename "$file" .c)
	check
done
exit $status
