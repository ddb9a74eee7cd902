#!/bin/sh
# handout.sh FILE [quick] - what is promised of the handout
#
# It is made again the same; it has no answer, no test and no history; no run of 12 tokens of an answer that students are
# not given anyway; it builds and runs; each starter fails for its reason, and an answer gets full marks there.
# The last line of these takes most of the time, and is left out when it has to be quick.
set -u
export LC_ALL=C
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES B V ROW ARGS LEVEL ANSWER

file=$1
status=0
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
tree=$work/ipckit-exercise

complain()
{
	echo "handout: $*"
	status=1
}

# shared TREE: the places in it where an answer shows
# shellcheck disable=SC2046 # no name has a space
shared()
{
	awk -v n=12 -f tests/tokens.awk \
		$(printf 'common=%s ' variants/malloc.c common/variant.h variants/exercise/*.c) \
		$(find variants -maxdepth 1 -name '*.c' ! -name malloc.c -printf 'answers=%p ') \
		answers=common/transfer.c answers=common/peer.c \
		$(find "$1" -type f ! -path '*/build/*' -printf 'search=%p ')
}

check_same()
{
	cp "$file" "$work/first"
	(
		umask 077
		SOURCE_DATE_EPOCH=0 TMPDIR=$work sh common/grade/handout.sh "$work/second" >/dev/null
	)
	cmp "$work/first" "$work/second" || complain 'made again it is not the same'
	[ -z "$(tar -tvzf "$file" --numeric-owner | awk '$2 != "0/0" || $4 !~ /^1970/')" ] || complain 'has an owner or a time'
}

check_names()
{
	for name in $(cd "$tree" && find . -type f | sort); do
		case $name in
		./variants/malloc.c | ./variants/exercise/* | ./common/* | ./Makefile | ./README.md | ./LICENSE) ;;
		*) complain "$name is in it" ;;
		esac
	done
	[ -z "$(find "$tree" -name '.git*' -o -name 'transfer.*' -o -name 'peer.*')" ] || complain 'history or answers are in it'
}

# What `make help` shows there can be done there.
check_help()
{
	for goal in $(make -s -C "$tree" help | awk '/^  [a-z]/ { print $1 }'); do
		make -s -n -C "$tree" "$goal" >"$work/recipe" 2>&1 || complain "make $goal: $(tail -n 1 "$work/recipe")"
		# shellcheck disable=SC2013 # words, not lines
		for needed in $(grep -o '\(common\|tests\)/[a-z/_-]*\.sh' "$work/recipe"); do
			[ -e "$tree/$needed" ] || complain "make $goal needs $needed"
		done
		# shellcheck disable=SC2013
		for needed in $(sed -n 's,^build/ipckit \([a-z]*\).*,\1,p' "$work/recipe"); do
			grep -qr "name = \"$needed\"" "$tree/common/commands" || complain "make $goal needs ipckit $needed"
		done
	done
}

# What is graded elsewhere is to be handed in; no command that cannot work there comes next.
check_exercise()
{
	for level in L0 L1 L7; do
		(cd "$tree" && make -s exercise LEVEL=$level) >"$work/exercise" 2>&1 || complain "make exercise LEVEL=$level fails"
		case $level in
		L1) next="next: make grade LEVEL=$level" ;;
		*) next="next: hand it in" ;;
		esac
		grep -q "^$next" "$work/exercise" || complain "make exercise LEVEL=$level prints: $(cat "$work/exercise")"
		rm -rf "$tree/answers"
	done
}

check_tokens()
{
	shared "$tree" || complain 'answers show in it'
	mkdir -p "$work/leak/common"
	sed 's/pipe_/line_/g; s/variant_pipe/line/' variants/pipe.c >"$work/leak/common/line.c"
	shared "$work/leak" >"$work/found" && complain 'a hidden answer was not found'
	grep -q 'line.c:[0-9]*: ' "$work/found" || complain 'the search for answers does not work'
}

check_build()
{
	if ! make -C "$tree" -s -j2 CC="${CC:-cc}" run-all >"$work/table" 2>"$work/err"; then
		complain "make run-all fails: $(tail -n 3 "$work/err" "$work/table")"
		return 1
	fi
	grep -q '^  malloc .*no: stale' "$work/table" || complain "run-all shows: $(cat "$work/table")"
	make -C "$tree" -s -j2 CC="${CC:-cc}" all >"$work/err" 2>&1 || complain "make all fails: $(tail -n 3 "$work/err")"
}

check_starters()
{
	[ -x "$tree/build/grade/ipckit-warden" ] || { echo 'handout: no grader was built here: starters not tried'; return; }
	IPCKIT=$tree/build/ipckit sh tests/grading/verify.sh "$tree"/variants/exercise/L[1-6].c tests/grading/right/l2_vectors.c ||
		status=1
	(cd "$tree" && make -s exercise LEVEL=L1 >/dev/null && ! make -s grade LEVEL=L1) >"$work/graded" 2>&1 ||
		complain "make exercise and make grade: $(tail -n 3 "$work/graded")"
	grep -q '^score: [0-9.]* of 100' "$work/graded" || complain "make grade prints: $(cat "$work/graded")"
	"$tree/build/ipckit" grade --format json --level L0 "$tree/variants/exercise/predict.csv" | grep -q 'hand the file in' ||
		complain 'L0 does not say that it is graded elsewhere'
}

check_same
tar -C "$work" -xzf "$file" || exit 1
check_names
check_tokens
check_help
check_exercise
said='no answer in them'
if [ "${2:-}" != quick ]; then
	check_build && check_starters
	said="$said; it builds and runs, and every starter fails as it should"
fi
[ $status -ne 0 ] || echo "handout: $(tar -tzf "$file" | grep -vc '/$') files, $said"
exit $status
