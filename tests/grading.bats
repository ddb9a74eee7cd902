#!/usr/bin/env bats
# The exercise and its grader: a few of the submissions of tests/grading; `make torture` grades all of them.

bats_require_minimum_version 1.5.0

setup()
{
	IPCKIT=${IPCKIT:-$BATS_TEST_DIRNAME/../build/ipckit}
	export IPCKIT
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES B V ROW ARGS LEVEL ANSWER
	cd "$BATS_TEST_DIRNAME/.." || return
	[ -x "$(dirname "$IPCKIT")/grade/ipckit-warden" ] || skip 'no grader was built: libseccomp is missing'
	command -v objcopy >/dev/null || skip 'no objcopy here'
}

verify()
{
	sh tests/grading/verify.sh "$@"
}

@test "every starter fails for the reason that its level is about" {
	verify variants/exercise/L[1-6].c
}

# bats test_tags=slow
@test "a wrong answer fails where it is wrong and nowhere else, and the symptom is named" {
	verify tests/grading/wrong/{l1_never_unlinked,l2_sigpipe,l4_empty_lost}.c
}

@test "a right answer may be unusual" {
	verify tests/grading/right/{l2_slow_sender,l4_datagrams}.c
}

# bats test_tags=slow
@test "a compiler that an answer keeps from warning has warned" {
	verify tests/grading/pragma/{wrong,right}/*.c
	{
		awk 'BEGIN { for (i = 0; i < 999; i++) print "#pragma message \"nothing to see\"" }'
		cat tests/grading/wrong/l1_with_a_warning.c
	} >"$BATS_TEST_TMPDIR/flood.c"
	run "$IPCKIT" grade --format csv "$BATS_TEST_TMPDIR/flood.c"
	[ "$status" -eq 1 ]
	[[ $output == *,build,*,partial,'the compiler said more than is kept'* ]]
}

# bats test_tags=slow
@test "a forgery is worth nothing" {
	verify tests/grading/forged/{clone_vm,decoy_pipe,decoy_beside_memory,hands_its_line_over,orphan_keeps_output_open}.c
}

# bats test_tags=slow
@test "what is expected of a submission is really compared" {
	mkdir "$BATS_TEST_TMPDIR"/{wrong,right,forged,exercise}
	sed 's/fails: .*/fails: many/; s/symptom: .*/symptom: something else/; s/hint: .*/hint: the weather/' tests/grading/wrong/l2_sigpipe.c \
		>"$BATS_TEST_TMPDIR/wrong/a.c"
	run verify "$BATS_TEST_TMPDIR/wrong/a.c"
	[ "$status" -eq 1 ]
	[[ $output == *'many did not fail'*'receiver_killed failed too'*"'something else' is not named"*"'the weather' is not named"* ]]
	cp tests/grading/wrong/l2_sigpipe.c "$BATS_TEST_TMPDIR/right/a.c"
	run verify "$BATS_TEST_TMPDIR/right/a.c"
	[ "$status" -eq 1 ]
	sed 's/at_most: .*/at_most: 3 points/' tests/grading/forged/hard_coded.c >"$BATS_TEST_TMPDIR/forged/a.c"
	run verify "$BATS_TEST_TMPDIR/forged/a.c"
	[ "$status" -eq 1 ]
	cp tests/grading/right/l2_poll.c "$BATS_TEST_TMPDIR/exercise/L2.c"
	run verify "$BATS_TEST_TMPDIR/exercise/L2.c"
	[ "$status" -eq 1 ]
}

# bats test_tags=slow
@test "every submission says what it is for" {
	for file in tests/grading/{wrong,right,forged}/*.c; do
		case $file in
		*/wrong/*) [ "$(sed -n 1,7p "$file" | grep -c '^ \* \(fails\|symptom\|hint\): .')" -eq 3 ] ;;
		*/forged/*) sed -n 1,4p "$file" | grep -q '^ \* at_most: [0-9]' ;;
		esac || { echo "$file: says too little"; false; }
		sed -n 2p "$file" | grep -q '^ \* level: L[1-6]$'
	done
	[ "$(find tests/grading/wrong -name '*.c' | wc -l)" -ge 30 ]
	[ "$(find tests/grading/right -name '*.c' | wc -l)" -ge 15 ]
}

@test "the sheet for L0 has every row, and no answers; the one for L7 has none either" {
	diff <("$IPCKIT" list | awk '{ print $1 }' | LC_ALL=C sort) <(tail -n +2 variants/exercise/predict.csv | cut -d, -f1)
	[ -z "$(tail -n +2 variants/exercise/predict.csv | cut -d, -f2,3 | tr -d ',\n')" ]
	[ "$(tail -n +2 variants/exercise/cards.csv | wc -l)" -ge 10 ]
	run ! grep -v ',$' <(tail -n +2 variants/exercise/cards.csv)
}

# bats test_tags=slow
@test "L0 is compared with what is measured now" {
	{
		echo row,delivers,why
		"$IPCKIT" run --format=csv | tr -d '\r' | awk -F, '$3 == "delivers" {
			why["stale"] = "copied"; why["empty"] = "zeros"
			if ($5 == "true") print $1 ",yes,"
			else if ($5 == "false") print $1 ",no," ($4 == "crashed" ? "crashes" : why[$6])
		}'
	} >"$BATS_TEST_TMPDIR/all.csv"
	run "$IPCKIT" grade --level L0 "$BATS_TEST_TMPDIR/all.csv"
	[ "$status" -eq 0 ]
	sed 's/^\([a-z_]*\),no,.*/\1,yes,/' "$BATS_TEST_TMPDIR/all.csv" >"$BATS_TEST_TMPDIR/yes.csv"
	run "$IPCKIT" grade --level L0 --format json "$BATS_TEST_TMPDIR/yes.csv"
	[ "$status" -eq 1 ]
	grep -q '^ "score": 50.0' <<<"$output"
}

@test "make exercise gives a working copy, and never writes over one" {
	run make -s exercise LEVEL=L2 ANSWER="$BATS_TEST_TMPDIR/mine/L2.c"
	[ "$status" -eq 0 ]
	cmp variants/exercise/L2.c "$BATS_TEST_TMPDIR/mine/L2.c"
	[[ $output == *"next: make grade LEVEL=L2 ANSWER=$BATS_TEST_TMPDIR/mine/L2.c"* ]]
	run make -s exercise LEVEL=L7 ANSWER="$BATS_TEST_TMPDIR/mine/L7.csv"
	cmp variants/exercise/cards.csv "$BATS_TEST_TMPDIR/mine/L7.csv"
	[[ $output == *"next: make grade LEVEL=L7 ANSWER=$BATS_TEST_TMPDIR/mine/L7.csv"* ]]
	echo mine >"$BATS_TEST_TMPDIR/mine/L2.c"
	run make -s exercise LEVEL=L2 ANSWER="$BATS_TEST_TMPDIR/mine/L2.c"
	[ "$status" -ne 0 ]
	[ "$(cat "$BATS_TEST_TMPDIR/mine/L2.c")" = mine ]
	before=$(find answers 2>&1) || true
	run make -s exercise LEVEL=L9
	[ "$status" -ne 0 ]
	[ "$(find answers 2>&1)" = "$before" ]
}

@test "the handout is made the same again, and no answer is in it" {
	sh common/grade/handout.sh "$BATS_TEST_TMPDIR/handout.tar.gz"
	sh tests/handout.sh "$BATS_TEST_TMPDIR/handout.tar.gz" quick
}

# bats test_tags=slow
@test "an answer in the handout would be noticed" {
	mkdir "$BATS_TEST_TMPDIR/tree"
	cp -r Makefile LICENSE common variants tests "$BATS_TEST_TMPDIR/tree"
	cd "$BATS_TEST_TMPDIR/tree"
	sed 's/mmap_shared_/page_/; s/variant_mmap_shared/page/' variants/mmap_shared.c >common/page.c
	sh common/grade/handout.sh handout.tar.gz
	run sh tests/handout.sh handout.tar.gz quick
	[ "$status" -eq 1 ]
	[[ $output == *common/page.c:*mmap*'answers show in it'* ]]
}
