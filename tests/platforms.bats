#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031 # stand-ins expand later; each test has an environment of its own
#
# Views of a record by the command, batches, and what is handed to Gradescope, GitHub Classroom and Autolab.

bats_require_minimum_version 1.5.0

cd "$BATS_TEST_DIRNAME/.." || exit
IPCKIT=${IPCKIT:-$PWD/build/ipckit}
PLATFORMS=$PWD/common/grade/platforms
RECORDS=tests/grading/records

setup_file()
{
	read -r -a jansson <<<"$(pkg-config --cflags --libs jansson)"
	"${CC:-cc}" -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/validate" tests/grading/validate.c "${jansson[@]}"
}

# A short name, and a folder that another user may pass through.
setup()
{
	HERE=$(mktemp -d /tmp/platforms-XXXXXX)
	chmod 711 "$HERE"
	export TMPDIR=$HERE
}

teardown()
{
	rm -rf "$HERE"
}

fits()
{
	"$BATS_FILE_TMPDIR/validate" "tests/grading/schemas/$1.json" "$2"
}

answer()
{
	sh tests/grading/amalgam.sh "$1"
}

can_grade()
{
	[ -x "$(dirname "$IPCKIT")/grade/ipckit-warden" ] || skip 'the warden was not built: no libseccomp'
	command -v gcc objcopy >/dev/null || skip 'no gcc or objcopy'
}

# stand_in BODY: a program in ipckit's place; its last argument is the file, and --output FILE is $output
stand_in()
{
	cat >"$HERE/ipckit" <<END
#!/bin/bash
echo "\$*" >>"$HERE/calls"
while [ \$# -gt 1 ]; do [ "\$1" = --output ] && output=\$2; shift; done
$1
END
	chmod +x "$HERE/ipckit"
}

# The command

@test "a record is printed in every format, and nothing is graded" {
	for format in table json csv markdown gradescope classroom autolab junit; do
		run -0 "$IPCKIT" grade --record $RECORDS/full.json --format $format
		[ -n "$output" ]
	done
	run -1 "$IPCKIT" grade --record $RECORDS/partial.json
	[[ $output == *"score: 68.49 of 100"* ]]
	run -77 "$IPCKIT" grade --record $RECORDS/grader_error.json
	[[ $output == *"no score"* ]]
}

@test "wrong usage of grade is told in one line" {
	while IFS='|' read -r said arguments; do
		# shellcheck disable=SC2086 # words
		run -2 "$IPCKIT" grade $arguments
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == *"$said"* ]] || { echo "$arguments: $output"; false; }
	done <<END
did you mean 'gradescope'|--format gradscope $RECORDS/full.json
gradescope, classroom, autolab or junit|--format zzzzzzzz $RECORDS/full.json
is not the record|--record $RECORDS/../amalgam.sh
/nonexistent: No such file or directory|--record /nonexistent
/: Is a directory|--record /
wants --out|--batch /tmp
takes no --format|--batch /tmp --out $HERE/o --format csv
wants a number|--batch /tmp --out $HERE/o --jobs 0
wants a number|--batch /tmp --out $HERE/o --jobs -1
go with --batch|--jobs 2 $RECORDS/full.json
not $RECORDS|--batch /tmp --out $HERE/o $RECORDS
No such file|--batch /nonexistent --out $HERE/o
END
}

@test "a class is graded, and again without work" {
	can_grade
	mkdir -p "$HERE/class/carol"
	answer mmap_shared >"$HERE/class/alice.c"
	answer malloc >"$HERE/class/bob.c"
	echo 'int main(' >"$HERE/class/carol/answer.c"
	run -0 "$IPCKIT" grade --level L1 --batch "$HERE/class" --jobs 2 --out "$HERE/results"
	echo "$output"
	[[ $output == *"3 graded, 0 grader errors; mean score: "* ]]
	for name in alice bob carol; do
		fits record "$HERE/results/$name.json"
	done
	[ "$(wc -l <"$HERE/results/results.jsonl")" -eq 3 ]
	grep -q '^alice,alice.c,L1,1,total,,100,100,graded,' "$HERE/results/class.csv"
	before=$(cat "$HERE/results/"*.json | cksum)
	run -0 "$IPCKIT" grade --level L1 --batch "$HERE/class" --out "$HERE/results"
	[ "$before" = "$(cat "$HERE/results/"*.json | cksum)" ]
	[ "$(wc -l <"$HERE/results/results.jsonl")" -eq 3 ]
}

@test "what is no answer is counted apart from the errors of the grader" {
	can_grade
	mkdir -p "$HERE/class/none"
	answer malloc | tee "$HERE/class/alice.c" >"$HERE/class/UP.C"
	mkfifo "$HERE/class/fifo.c"
	ln -s alice.c "$HERE/class/link.c"
	echo >"$HERE/class/none/notes.txt"
	run -1 "$IPCKIT" grade --level L1 --batch "$HERE/class" --out "$HERE/results"
	[[ $output == *"1 graded, 4 not gradable, 0 grader errors; mean score: "* ]]
	for name in UP.C fifo link none; do
		[[ $output == *"no grade: $name: "* ]]
		fits record "$HERE/results/$name.json"
	done
}

# bats test_tags=slow
@test "results that xargs has made become a class" {
	can_grade
	mkdir "$HERE/class" "$HERE/results"
	answer mmap_shared >"$HERE/class/alice.c"
	answer malloc >"$HERE/class/bob.c"
	export IPCKIT HERE
	# shellcheck disable=SC2016 # for the inner shell
	printf '%s\0' "$HERE/class"/*.c | xargs -0 -P 2 -n 1 sh -c \
		'"$IPCKIT" grade --level L1 --format json --output "$HERE/results/$(basename "$1" .c).json" "$1"' _ || true
	run -0 "$IPCKIT" grade --level L1 --batch "$HERE/class" --out "$HERE/results"
	[[ $output == *"2 graded, 0 grader errors"* ]]
	grep -q '^bob,bob.c,L1,1,total,' "$HERE/results/class.csv"
	grep -q '"student":"alice"' "$HERE/results/results.jsonl"
}

# Packages

# pack WHAT LEVEL FOLDER: from a copy of the sources
pack()
{
	make -s "$1" LEVEL="$2" B="$3"
}

# bats test_tags=slow
@test "packages are the same at each call" {
	mkdir "$HERE/one" "$HERE/two" "$HERE/three"
	cp -R Makefile LICENSE README.md common variants "$HERE/two"
	find "$HERE/two" -exec touch '{}' +
	chmod -R go-rwx "$HERE/two"
	for what in gradescope.zip autolab.tar; do
		pack "${what%.*}" L2 "$HERE/one"
		(umask 077; export TZ=Asia/Tokyo; cd "$HERE/two" && make -s "${what%.*}" LEVEL=L2 B=build)
		cmp "$HERE/one/$what" "$HERE/two/build/$what"
		pack "${what%.*}" L3 "$HERE/three"
		run ! cmp "$HERE/one/$what" "$HERE/three/$what"
	done
}

@test "an unknown level is not packed" {
	run -2 make gradescope LEVEL=L9 B="$HERE/b"
	[[ $output == *"unknown level 'L9'"* ]]
	[ ! -e "$HERE/b/gradescope.zip" ]
}

# Gradescope

# The folder of an autograder, without a kit that is built.
autograder()
{
	export AUTOGRADER=$HERE/autograder
	mkdir -p "$AUTOGRADER/source" "$AUTOGRADER/submission" "$AUTOGRADER/results"
	cp "$PLATFORMS/gradescope/run_autograder" "$AUTOGRADER/run_autograder"
	echo L1 >"$AUTOGRADER/source/level"
	echo 'int x;' >"$AUTOGRADER/submission/answer.c"
	results=$AUTOGRADER/results/results.json
}

# bats test_tags=slow
@test "gradescope.zip sets itself up and grades" {
	can_grade
	command -v unzip >/dev/null || skip 'no unzip'
	pack gradescope L1 "$HERE"
	autograder
	(cd "$AUTOGRADER/source" && unzip -q -o "$HERE/gradescope.zip")
	[ -x "$AUTOGRADER/source/setup.sh" ] && [ -x "$AUTOGRADER/source/run_autograder" ]
	CFLAGS=-O0 MAKEFLAGS=-j2 run -0 bash "$AUTOGRADER/source/setup.sh"
	answer mmap_shared >"$AUTOGRADER/submission/answer.c"
	unset IPCKIT
	run -0 "$AUTOGRADER/source/run_autograder"
	fits gradescope "$results"
	grep -q '"score": 100.0,' "$results"
	# what cannot be graded in this place has no score
	rm "$AUTOGRADER/source/kit/build/grade/ipckit-warden"
	run -1 "$AUTOGRADER/source/run_autograder"
	fits gradescope_error "$results"
}

@test "gradescope: there is a result without a score while it grades" {
	autograder
	stand_in 'cp "$AUTOGRADER/results/results.json" "$AUTOGRADER/seen"; cp '"$PWD/$RECORDS"'/full.json "$output"'
	IPCKIT=$HERE/ipckit run -0 "$AUTOGRADER/run_autograder"
	fits gradescope_error "$AUTOGRADER/seen"
	cmp "$results" $RECORDS/full.json
}

# bats test_tags=slow
@test "gradescope: a grader that breaks is nobody's 0" {
	autograder
	for body in 'exit 2' 'kill -s SEGV $$' 'echo half >"$output"; exit 3'; do
		stand_in "$body"
		IPCKIT=$HERE/ipckit run -1 --separate-stderr "$AUTOGRADER/run_autograder"
		fits gradescope_error "$results"
	done
	IPCKIT=/nonexistent run -1 "$AUTOGRADER/run_autograder"
	fits gradescope_error "$results"
}

@test "gradescope: attempts are counted, not what students print" {
	autograder
	stand_in 'echo "{}" >"$output"'
	export IPCKIT=$HERE/ipckit
	"$AUTOGRADER/run_autograder"
	echo '{"previous_submissions": []}' >"$AUTOGRADER/submission_metadata.json"
	"$AUTOGRADER/run_autograder"
	cat >"$AUTOGRADER/submission_metadata.json" <<'END'
{"users": [], "previous_submissions": [
 {"submission_time": "2026-01-01", "score": 5, "results": {"output": "\"submission_time\": \"submission_time\":"}},
 {"submission_time" : "2026-01-02", "autograder_error": true}]}
END
	"$AUTOGRADER/run_autograder"
	[ "$(grep -o -e '--attempt [0-9]*' "$HERE/calls" | tr '\n' ' ')" = '--attempt 1 --attempt 1 --attempt 3 ' ]
}

@test "gradescope: none and several files" {
	autograder
	stand_in 'echo "{}" >"$output"'
	export IPCKIT=$HERE/ipckit
	rm "$AUTOGRADER/submission/answer.c"
	run -0 "$AUTOGRADER/run_autograder"
	grep -q 'Hand in one file' "$results"
	touch "$AUTOGRADER/submission/x.c"
	run -0 "$AUTOGRADER/run_autograder"
	run ! grep -q 'Hand in' "$results"
	touch "$AUTOGRADER/submission/y.c"
	run -0 "$AUTOGRADER/run_autograder"
	grep -q 'Hand in one file' "$results"
	ln -s x.c "$AUTOGRADER/submission/answer.c"
	run -0 "$AUTOGRADER/run_autograder"
	grep -q 'Hand in one file, and no link' "$results"
	rm "$AUTOGRADER/submission/answer.c"
	touch "$AUTOGRADER/submission/answer.c"
	run -0 "$AUTOGRADER/run_autograder"
	[[ $(tail -n 1 "$HERE/calls") == *"-- $AUTOGRADER/submission/answer.c" ]]
	echo L7 >"$AUTOGRADER/source/level"
	run -0 "$AUTOGRADER/run_autograder"
	grep -q 'ends with .csv' "$results"
}

@test "gradescope: other users read neither the grader nor the results" {
	autograder
	stand_in 'echo "{}" >"$output"'
	IPCKIT=$HERE/ipckit run -0 "$AUTOGRADER/run_autograder"
	run -0 find "$AUTOGRADER/source" "$AUTOGRADER/submission" "$AUTOGRADER/results" -perm /077
	[ -z "$output" ]
}

# GitHub Classroom

# The step's result, decoded; it is one line of the file that the runner reads.
step()
{
	export GITHUB_OUTPUT=$HERE/output
	: >"$GITHUB_OUTPUT"
	run -0 sh "$PLATFORMS/classroom/result.sh" "$@"
	[ "$(wc -l <"$GITHUB_OUTPUT")" -eq 1 ]
	sed 's/^result=//' "$GITHUB_OUTPUT" | base64 -d >"$HERE/result.json"
	fits classroom "$HERE/result.json"
}

@test "classroom: the step's result is what the reporter reads" {
	can_grade
	export IPCKIT
	answer malloc >"$HERE/answer.c"
	step "$HERE/answer.c" L1
	grep -q '"status":"fail","max_score":100.0' "$HERE/result.json"
	[[ $output == *"score: "*" of 100"* ]]
}

# As the reporter adds them up, which shows all digits of the sum.
@test "classroom: no score has more than two decimals, and the sum neither" {
	for name in full_scaled partial; do
		"$IPCKIT" grade --record "$RECORDS/$name.json" --format classroom >"$HERE/result.json" || [ $? -eq 1 ]
		grep -o '"score":[^,]*' "$HERE/result.json" | cut -d : -f 2 >"$HERE/scores"
		run ! grep -E '[.][0-9]{3}' "$HERE/scores"
		total=$(sed -n 's/^ "score": \(.*\),$/\1/p' "$RECORDS/$name.json")
		awk -v total="$total" '{ sum += $1 } END { exit sum != total + 0 }' "$HERE/scores"
	done
}

@test "classroom: hostile text is no command of the workflow" {
	cat >"$HERE/ipckit" <<END
#!/bin/sh
case \$* in
*--record*) exec "$IPCKIT" "\$@" ;;
*) cat $PWD/$RECORDS/hostile.json ;;
esac
END
	chmod +x "$HERE/ipckit"
	IPCKIT=$HERE/ipckit step answer.c L2
	[[ $output != *"::"* && $output != *"##["* ]]
	run ! grep -q -e :: -e '##\[' "$HERE/result.json"
}

@test "classroom: no file and no grader are no points" {
	export IPCKIT
	step "$HERE/nonexistent.c" L1
	grep -q '"status":"error","max_score":0' "$HERE/result.json"
	IPCKIT=/nonexistent step answer.c L1
	grep -q '"status":"error","max_score":0' "$HERE/result.json"
	stand_in "cat $PWD/$RECORDS/grader_error.json; exit 77"
	cat >"$HERE/both" <<END
#!/bin/sh
case \$* in *--record*) exec "$IPCKIT" "\$@" ;; esac
exec "$HERE/ipckit" "\$@"
END
	chmod +x "$HERE/both"
	IPCKIT=$HERE/both step answer.c L1
	grep -q '"status":"error","max_score":0' "$HERE/result.json"
}

# commit WHO FILE: FILE is changed by WHO, and committed
commit()
{
	echo "$1" >>"$HERE/student/$2"
	git -C "$HERE/student" add "$2"
	git -C "$HERE/student" -c user.name="$1" -c user.email="$1@example.org" commit -q -m "$2"
}

# The attempt that the grader is told of now.
told()
{
	GITHUB_OUTPUT=$HERE/output IPCKIT=$HERE/ipckit sh "$PLATFORMS/classroom/result.sh" "$HERE/student/answer.c" L1 >/dev/null
	grep -o -e '--attempt [0-9]*' "$HERE/calls" | tail -n 1
}

@test "classroom: attempts are the commits that changed the answer, and never more than the runs" {
	command -v git >/dev/null || skip 'no git'
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
	unset ATTEMPT GITHUB_RUN_NUMBER
	stand_in :
	mkdir "$HERE/student"
	[ "$(told)" = '--attempt 1' ] # no history
	git -C "$HERE/student" init -q
	commit teacher answer.c
	commit teacher answer.c
	[ "$(told)" = '--attempt 1' ]
	commit student answer.c
	commit student notes
	[ "$(told)" = '--attempt 1' ]
	commit student answer.c
	commit student answer.c
	[ "$(told)" = '--attempt 3' ]
	[ "$(GITHUB_RUN_NUMBER=2 told)" = '--attempt 2' ] # the three were pushed in two
	[ "$(ATTEMPT=9 told)" = '--attempt 9' ]
	git clone -q --depth 1 "file://$HERE/student" "$HERE/shallow"
	rm -rf "$HERE/student"
	mv "$HERE/shallow" "$HERE/student"
	[ "$(told)" = '--attempt 1' ]
}

# bats test_tags=slow
@test "classroom: the tables of L0 and L7 are graded, with hints" {
	export IPCKIT
	unset ATTEMPT
	sed 's/^\([a-z_0-9]*\),,,/\1,yes,,/' variants/exercise/predict.csv >"$HERE/answer.csv"
	step "$HERE/answer.csv" L0
	grep -q '"status":"fail","max_score":100.0' "$HERE/result.json"
	grep -q '"name":"malloc (heap buffer from before fork)","status":"fail","score":0.0,"message":"[^"]*\\nhint: ' "$HERE/result.json"
	sed 's/,$/,pipe/' variants/exercise/cards.csv >"$HERE/answer.csv"
	step "$HERE/answer.csv" L7
	grep -q '"name":"filter","status":"pass"' "$HERE/result.json"
	grep -q '"name":"camera","status":"fail","score":0.0,"message":"[^"]*\\nhint: ' "$HERE/result.json"
}

# workflow NAME LEVEL FILE: runs what it says in a folder of a student's, with the kit in .ipckit
workflow()
{
	mkdir -p "$HERE/student/.ipckit/build"
	ln -sfn "$PWD/common" "$HERE/student/.ipckit/common"
	cp "$HERE/ipckit" "$HERE/student/.ipckit/build/ipckit"
	sed -n "s/^  LEVEL: .*/export LEVEL=$2/p; s/^  ANSWER: .*/export ANSWER=$3/p; s/^ *run: \(sh .*\)/\1/p; /run: |/,/- id/s/^          //p" \
		"$PLATFORMS/classroom/$1" >"$HERE/script"
	(cd "$HERE/student" && RECORD=$HERE/record GITHUB_OUTPUT=$HERE/output bash -e "$HERE/script")
}

@test "classroom: both workflows grade the answer of their level, with an attempt" {
	stand_in "cat $PWD/$RECORDS/partial.json; exit 1"
	export IPCKIT=$HERE/ipckit
	unset ATTEMPT GITHUB_RUN_NUMBER
	for name in ipckit ipckit-pass-fail; do
		for answer in 'L1 answer.c' 'L7 answer.csv'; do
			: >"$HERE/calls"
			workflow $name.yml "${answer% *}" "${answer#* }"
			grep -q -e "^grade --level ${answer% *} --attempt 1 .*-- ${answer#* }\$" "$HERE/calls"
		done
	done
}

# The reporter looks for the upper-cased id of each runner; its grader knows three methods of comparison.
@test "classroom: names in the workflows agree" {
	for workflow in "$PLATFORMS"/classroom/*.yml; do
		runner=$(sed -n 's/^ *runners: //p' "$workflow")
		grep -q "id: $runner\$" "$workflow"
		grep -q "^ *${runner^^}_RESULTS: \"\${{ steps.$runner.outputs.result }}\"" "$workflow"
		grep -q "grading-reporter@v1" "$workflow"
		run ! grep -q $'\t' "$workflow"
		run sed -n 's/^ *comparison-method: //p' "$workflow"
		[[ -z $output || $output =~ ^(exact|contains|regex)$ ]]
	done
	script=$(sed -n 's/^ *run: sh .ipckit\/\([^ ]*\).*/\1/p' "$PLATFORMS/classroom/ipckit.yml")
	[ -f "$script" ]
}

# Autolab

# A folder as the server makes it.
instance()
{
	pack autolab "${1:-L1}" "$HERE"
	(cd "$HERE" && tar -xf autolab.tar)
	mkdir "$HERE/instance"
	cp "$HERE/ipckit/autograde.tar" "$HERE/instance"
	cp "$HERE/ipckit/autograde-Makefile" "$HERE/instance/Makefile"
	echo 'int x;' >"$HERE/instance/answer.c"
	mv "$HERE/ipckit" "$HERE/lab"
}

# What the server does to the last line before it reads it.
last_line()
{
	printf '%s\n' "${lines[-1]}" | sed -E 's/([a-zA-Z0-9]+):/"\1":/g' >"$HERE/last.json"
	fits autolab_result "$HERE/last.json"
}

# bats test_tags=slow
@test "autolab: the last line is the result" {
	can_grade
	instance
	answer mmap_shared >"$HERE/instance/answer.c"
	export IPCKIT
	run -0 make -s -C "$HERE/instance"
	last_line
	[[ ${lines[-1]} == '{"scores": {"ipckit": 100.0}, "scoreboard": [100.0, '* ]]
	printf '%s\n' "${lines[-2]}" >"$HERE/semantic.json"
	fits autolab_semantic "$HERE/semantic.json"
	run -0 sh "$HERE/instance/autograde/driver.sh" "$HERE/instance/answer.c"
	[[ $output != *scores* ]] # only with -A
}

# bats test_tags=slow
@test "autolab: no grade is null, and not 0" {
	instance
	for body in 'exit 2' 'kill -s SEGV $$' 'echo "{\"scores\": {\"ipckit\": 100}}"; exit 139'; do
		stand_in "$body"
		IPCKIT=$HERE/ipckit run -0 make -s -C "$HERE/instance"
		last_line
		[ "${lines[-1]}" = '{"scores": {"ipckit": null}, "scoreboard": []}' ]
	done
	touch "$HERE/instance/answer.h"
	IPCKIT=$HERE/ipckit run -0 make -s -C "$HERE/instance"
	[ "${lines[-1]}" = '{"scores": {"ipckit": null}, "scoreboard": []}' ]
}

# bats test_tags=slow
@test "autolab: the version of the submission is the attempt" {
	instance
	stand_in :
	export IPCKIT=$HERE/ipckit
	for file in none attempt.0 attempt.3; do
		rm -f "$HERE/instance/attempt."*
		touch "$HERE/instance/$file"
		run -0 make -s -C "$HERE/instance"
	done
	run -0 make -s -C "$HERE/instance" ATTEMPT=2
	[ "$(grep -o -e '--attempt [0-9]*' "$HERE/calls" | tr '\n' ' ')" = '--attempt 1 --attempt 1 --attempt 3 --attempt 2 ' ]
}

# bats test_tags=slow
@test "autolab: a kit that does not build there is told" {
	instance
	unset IPCKIT
	(cd "$HERE/instance" && tar -xf autograde.tar && echo 'all: ; @echo no compiler here; false' >autograde/kit/Makefile &&
		tar -cf autograde.tar autograde)
	run -0 make -s -C "$HERE/instance"
	[[ $output == *"no compiler here"*"the kit does not build here"* ]]
	[ "${lines[-1]}" = '{"scores": {"ipckit": null}, "scoreboard": []}' ]
}

@test "autolab: names of the assessment agree" {
	instance L7
	grep -q '^- name: ipckit$' "$HERE/lab/ipckit.yml"
	grep -q 'handin_filename: answer.csv$' "$HERE/lab/ipckit.yml"
	grep -q '^module Ipckit$' "$HERE/lab/ipckit.rb"
	grep -q 'def autogradeInputFiles(ass_dir, assessment, submission)$' "$HERE/lab/ipckit.rb"
	grep -q '"destFile" => "attempt.#{submission.version}"' "$HERE/lab/ipckit.rb"
}

@test "Autolab's hook is Ruby, and sends along which version of the submission this is" {
	command -v ruby >/dev/null || skip 'no ruby'
	mkdir "$BATS_TEST_TMPDIR/lib"
	cat >"$BATS_TEST_TMPDIR/lib/AssessmentBase.rb" <<'RUBY'
module AssessmentBase
  def assessmentInitialize(name, course)
    puts "#{name} of #{course}"
  end
end
RUBY
	cat >"$BATS_TEST_TMPDIR/ask.rb" <<'RUBY'
require "ipckit.rb"
Submission = Struct.new(:handin_file_path, :handin_file_long_filename, :version)
Assessment = Struct.new(:handin_filename)
lab = Object.new.extend(Ipckit)
lab.assessmentInitialize("os")
files = lab.autogradeInputFiles("/lab", Assessment.new("answer.c"), Submission.new("/in/a_2_answer.c", "a_2_answer.c", 2))
files.each { |f| puts "#{f["localFile"]} #{f["remoteFile"]} #{f["destFile"]}" }
RUBY
	run ruby -I "$BATS_TEST_TMPDIR/lib" -I "$BATS_TEST_DIRNAME/../common/grade/platforms/autolab" "$BATS_TEST_TMPDIR/ask.rb"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 'ipckit of os' ]
	[ "${lines[1]}" = '/in/a_2_answer.c a_2_answer.c answer.c' ]
	[ "${lines[2]}" = '/lab/autograde-Makefile  Makefile' ]
	[ "${lines[4]}" = '/lab/autograde-Makefile  attempt.2' ]
}
