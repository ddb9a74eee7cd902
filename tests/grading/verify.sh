#!/bin/sh
# verify.sh FILE… - grades submissions and compares the results with what is said in the first lines of each file
#
# Of a file in wrong/: the items after `fails:` fail (`a|b`: at least one of these) and no others do, and what was measured
# or the first hint names the `symptom:`. In right/: full marks. In forged/: no more points than `at_most:`, and nothing
# is left. One line for each file that is not so; the status says whether there was one. ATTEMPTS are not made: once.
set -u

IPCKIT=${IPCKIT:-build/ipckit}
status=0
LC_ALL=C
export LC_ALL

tag()
{
	sed -n "1,12s/^ \* $1: *//p" "$2" | head -n 1
}

# "ID STATUS MEASURED HINT" of each item, separated by tabs, from the indented JSON.
items()
{
	awk '
	function value(line) { sub(/^ *"[a-z_]*": /, "", line); sub(/,$/, "", line); gsub(/^"|"$/, "", line); return line }
	/^ "items"/ { on = 1 }
	/^ "output"/ { on = 0 }
	on && /^ +"id":/ { id = value($0) }
	on && /^ +"status":/ { status = value($0) }
	on && /^ +"measured":/ { measured = value($0) }
	on && /^ +"hint":/ { printf "%s\t%s\t%s\t%s\n", id, status, measured, value($0) }'
}

score_of()
{
	awk '/^ "score":/ { gsub(/[ ,]/, "", $2); print $2; exit }'
}

complain()
{
	echo "$file: $*"
	status=1
}

# Names that are in both lists, one a line, are taken out of the second.
check_wrong()
{
	failed=$(items <"$out" | awk -F '\t' '$2 == "failed" || $2 == "partial" { print $1 }')
	wanted=$(tag fails "$file" | tr -d ' ' | tr , '\n')
	for group in $wanted; do
		hit=no
		for id in $(echo "$group" | tr '|' ' '); do
			echo "$failed" | grep -qx "$id" && hit=yes
		done
		[ $hit = yes ] || complain "$group did not fail ($(items <"$out" | awk -F '\t' -v id="${group%%|*}" '$1 == id { print $2 ": " $3 }'))"
	done
	for id in $failed; do
		echo "$wanted" | tr '|' '\n' | grep -qx "$id" ||
			complain "$id failed too ($(items <"$out" | awk -F '\t' -v id="$id" '$1 == id { print $3 }'))"
	done
	symptom=$(tag symptom "$file")
	[ -n "$symptom" ] || complain 'has no symptom'
	items <"$out" | awk -F '\t' '$2 == "failed" || $2 == "partial" { print $3, $4; exit }' | grep -qF -- "$symptom" ||
		complain "the first hint does not name '$symptom': $(items <"$out" | awk -F '\t' '$2 == "failed" { print $3 " / " $4; exit }')"
}

check_right()
{
	[ "$(score_of <"$out")" = 100.0 ] ||
		complain "$(score_of <"$out"): $(items <"$out" | awk -F '\t' '$2 != "passed" { printf "%s %s: %s; ", $1, $2, $3 }')"
}

check_forged()
{
	most=$(tag at_most "$file")
	most=${most%% *}
	awk -v score="$(score_of <"$out")" -v most="$most" 'BEGIN { exit !(score != "" && most != "" && score + 0 <= most + 0) }' ||
		complain "$(score_of <"$out") points, and at most $most are right"
}

out=$(mktemp) || exit
trap 'rm -f "$out"' EXIT
for file; do
	level=$(tag level "$file")
	"$IPCKIT" grade --format json --level "$level" "$file" >"$out"
	grade=$?
	if [ $grade -ne 0 ] && [ $grade -ne 1 ]; then
		complain "status $grade: $(sed -n 's/^ "error": //p' "$out")"
		continue
	fi
	case $file in
	*/wrong/*) check_wrong ;;
	*/right/*) check_right ;;
	*/forged/*) check_forged ;;
	*) complain 'is in no folder of which it is known what to expect' ;;
	esac
done
exit $status
