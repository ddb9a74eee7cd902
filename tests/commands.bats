#!/usr/bin/env bats
# The program as a user meets it: commands, options, formats, terminals, exit statuses.

bats_require_minimum_version 1.5.0

IPCKIT=${IPCKIT:-$BATS_TEST_DIRNAME/../build/ipckit}

# Two programs that the tests need: a strict reader of JSON, and a terminal.
setup_file()
{
	read -r -a jansson <<<"$(pkg-config --cflags --libs jansson)"
	"${CC:-cc}" -o "$BATS_FILE_TMPDIR/json" -x c - "${jansson[@]}" <<'END'
#include <jansson.h>
#include <stdlib.h>

/* json FILE KEY…: the value that the keys lead to; a row is found by its name. */
static json_t *step(json_t *from, const char *key)
{
	size_t i;
	json_t *row;

	json_array_foreach(from, i, row)
		if (json_equal(json_object_get(row, "variant"), json_string(key)))
			return row;
	return json_object_get(from, key);
}

int main(int argc, char **argv)
{
	json_error_t error;
	json_t *at = json_load_file(argv[1], JSON_REJECT_DUPLICATES, &error);

	if (!at) {
		fprintf(stderr, "line %d: %s\n", error.line, error.text);
		return 1;
	}
	for (int i = 2; i < argc; i++)
		at = step(at, argv[i]);
	if (!at || json_dumpf(at, stdout, JSON_ENCODE_ANY | JSON_SORT_KEYS) == -1)
		return 1;
	return puts("") == EOF;
}
END
	"${CC:-cc}" -D_GNU_SOURCE -o "$BATS_FILE_TMPDIR/terminal" -x c - -lutil <<'END'
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* terminal COLUMNS PROGRAM ARGUMENT…: runs it on a terminal of that width and prints what the terminal was sent. */
int main(int argc, char **argv)
{
	struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)(argc > 2 ? atoi(argv[1]) : 0)};
	char buffer[4096];
	int status, fd;
	pid_t pid = forkpty(&fd, NULL, NULL, &size);

	if (pid == 0) {
		execv(argv[2], argv + 2);
		_exit(127);
	}
	for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;)
		fwrite(buffer, 1, (size_t)n, stdout);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
END
	"$IPCKIT" run --format=json malloc mmap_shared mmap_dontfork pipe process_vm >"$BATS_FILE_TMPDIR/five.json"
	"$IPCKIT" list >"$BATS_FILE_TMPDIR/list"
}

setup()
{
	unset NO_COLOR COLUMNS
	export LC_ALL=C
	cd "$BATS_TEST_TMPDIR" || return
}

json()
{
	"$BATS_FILE_TMPDIR/json" "$@"
}

terminal()
{
	"$BATS_FILE_TMPDIR/terminal" "$@"
}

rows()
{
	awk '{ print $1 }' "$BATS_FILE_TMPDIR/list"
}

commands()
{
	"$IPCKIT" --help | awk '/^  [a-z]/ { print $1 }'
}

# fails STATUS TEXT: with that status, a reason of one line on stderr that has the text, and nothing on stdout.
fails()
{
	echo "status $status, stdout '$output', stderr '$stderr'"
	[ "$status" -eq "$1" ]
	[ -z "$output" ]
	[ "$(wc -l <<<"$stderr")" -eq 1 ]
	[[ $stderr == "ipckit: "* ]]
	[[ $stderr == *"$2"* ]]
}

has_escapes()
{
	grep -q $'\033' "$1"
}

# widest FILE: columns of its longest line, as a terminal shows it.
widest()
{
	sed -e 's/\x1b\[[0-9;]*m//g' -e 's/\r//g' "$1" | awk 'length > n { n = length } END { print n }'
}

# --- help, version, wrong usage

@test "--help names the commands and every exit status" {
	run --separate-stderr "$IPCKIT" --help
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} == 'Usage: ipckit COMMAND'* ]]
	[[ $output == *' 0 as expected, 1 a surprise or an error, 2 wrong usage, 77 '* ]]
	for command in list run demo explain; do
		commands | grep -qx "$command"
	done
}

@test "--help of each command names its options" {
	for command in $(commands); do
		run --separate-stderr "$IPCKIT" "$command" --help
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[[ ${lines[0]} == "Usage: ipckit $command "* ]]
		[[ $output == *'  --help '* ]]
	done
	"$IPCKIT" run --help | grep -q -- '--format=FORMAT'
	"$IPCKIT" run --help | grep -q -- '--output=FILE'
	"$IPCKIT" demo --help | grep -q -- '--vars'
	run ! grep -q -- --vars <("$IPCKIT" run --help)
}

@test "--version is one line with a number" {
	run --separate-stderr "$IPCKIT" --version
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ $output =~ ^ipckit\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "no command is wrong usage, and says how it goes" {
	run --separate-stderr "$IPCKIT"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ $stderr == 'Usage: ipckit COMMAND'* ]]
}

@test "an unknown command is answered with the nearest one" {
	run --separate-stderr "$IPCKIT" rum
	fails 2 "unknown command 'rum'; did you mean 'run'?"
	run --separate-stderr "$IPCKIT" explian malloc
	fails 2 "did you mean 'explain'?"
	run --separate-stderr "$IPCKIT" qqqqqqqqqqqq
	fails 2 "see 'ipckit --help'"
}

@test "an unknown row is answered with the nearest one" {
	for command in run list demo explain; do
		run --separate-stderr "$IPCKIT" $command mmap_shard
		fails 2 "mmap_shard: no such row; did you mean 'mmap_shared'?"
		run --separate-stderr "$IPCKIT" $command qqqqqqqqqqqq
		fails 2 "qqqqqqqqqqqq: no such row; see 'ipckit list'"
	done
	run --separate-stderr "$IPCKIT" run malloc fifi
	fails 2 "did you mean 'fifo'?"
	run --separate-stderr "$IPCKIT" run ''
	fails 2 "the name of a row is missing; see 'ipckit list'"
	run --separate-stderr "$IPCKIT" matrix --columns=eof, pipe
	fails 2 "the name of a column is missing; see 'ipckit matrix --question'"
}

@test "an unknown or incomplete option is named" {
	run --separate-stderr "$IPCKIT" run --fromat=csv
	fails 2 "run: unknown option '--fromat=csv'"
	run --separate-stderr "$IPCKIT" run malloc -xy
	fails 2 "unknown option '-x"
	run --separate-stderr "$IPCKIT" run --vars malloc
	fails 2 "unknown option '--vars'"
	run --separate-stderr "$IPCKIT" run --output
	fails 2 "'--output'"
	run --separate-stderr "$IPCKIT" run --help=me
	fails 2 "--help"
}

@test "an unknown format is answered with those that exist" {
	run --separate-stderr "$IPCKIT" run --format=yaml malloc
	fails 2 "unknown format 'yaml': table, json, csv or markdown"
	run --separate-stderr "$IPCKIT" run --format= malloc
	fails 2 "unknown format ''"
}

@test "wrong usage leaves the file of --output as it was" {
	echo precious >results
	run --separate-stderr "$IPCKIT" run --output=results mmap_shard
	fails 2 mmap_shared
	[ "$(cat results)" = precious ]
	run --separate-stderr "$IPCKIT" list --output=results mmap_shard
	fails 2 mmap_shared
	[ "$(cat results)" = precious ]
}

# --- list, explain

@test "list has every file of variants once, with group, title and man page" {
	[ "$(rows | sort)" = "$(basename -s .c "$BATS_TEST_DIRNAME"/../variants/*.c | sort)" ]
	awk 'NF < 4 || !/\([0-9]\)$/ { print "bad line: " $0; bad = 1 } END { exit bad || NR < 10 }' "$BATS_FILE_TMPDIR/list"
	run "$IPCKIT" list pipe malloc
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[0]} == malloc*'private memory'*'malloc(3)' ]]
	[[ ${lines[1]} == pipe*stream*'pipe(7)' ]]
}

@test "no row makes the program itself large: it is there where memory is short" {
	! grep -q __asan_init "$IPCKIT" || skip 'a sanitizer takes more'
	(ulimit -d 4000 && "$IPCKIT" list pipe)
}

@test "list and matrix --question have the formats of the other commands" {
	"$IPCKIT" list --format=csv pipe malloc | tr -d "\r" | diff - <(cat <<'END'
variant,group,title,man
malloc,private memory,heap buffer from before fork,malloc(3)
pipe,stream,unnamed byte stream,pipe(7)
END
	)
	"$IPCKIT" list --format=markdown pipe | diff - <(cat <<'END'
| variant | group | title | man |
| --- | --- | --- | --- |
| pipe | stream | unnamed byte stream | pipe(7) |
END
	)
	"$IPCKIT" list --format=json pipe >listed.json
	[ "$(json listed.json rows pipe)" = '{"expect": "message", "group": "stream", "man": "pipe(7)", "title": "unnamed byte stream", "variant": "pipe"}' ]
	[ "$(json listed.json schema)" = 1 ]
	[[ $("$IPCKIT" matrix --question --format=csv) == name,heading,question*delivers,DELIVERS,*'?'* ]]
	"$IPCKIT" matrix --question --format=json >listed.json
	[[ $(json listed.json columns) == *'"name": "intruder"'* ]]
}

@test "explain has what, choose and trap of every row" {
	mapfile -t names < <(rows)
	"$IPCKIT" explain "${names[@]}" >explained
	[ "$(grep -c '^Trap:' explained)" -eq ${#names[@]} ]
	# Each part once, in this order, with something said; what is said goes on in lines that are set in.
	awk '
	BEGIN { split("What Choose Trap Group Man Source", order) }
	function bad(why) { print FILENAME ":" FNR ": " why ": " $0; status = 1 }
	/^[a-z0-9_]+ - ./ { row = $1; part = 0; next }
	/^[A-Z][a-z]+: +[^ ]/ { if ($1 != order[++part] ":") bad("expected " order[part]) }
	/^Source:/ { if ($2 != "variants/" row ".c") bad("not of " row); if (part != 6) bad("missing parts") }
	/^[^ ]/ && !/^[A-Z][a-z]+: +[^ ]/ { bad("belongs to nothing") }
	length > 120 { bad("too wide") }
	END { exit status }
	' explained
}

@test "explain takes several rows, and needs one" {
	run "$IPCKIT" explain pipe malloc
	[ "$(grep -c ^Source: <<<"$output")" -eq 2 ]
	run --separate-stderr "$IPCKIT" explain
	fails 2 'which row?'
}

# --- run

@test "run says that malloc does not deliver and mmap_shared does" {
	run --separate-stderr "$IPCKIT" run malloc mmap_shared
	echo "$output$stderr"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	grep -q '^  malloc  *no: stale' <<<"$output"
	grep -q '^  mmap_shared  *yes' <<<"$output"
}

@test "the verdict comes first and the count last" {
	"$IPCKIT" run malloc mmap_shared pipe >table
	[[ $(head -n 1 table) == 'malloc does not deliver: one address, two page'*'. 2 of 3 ways do.' ]]
	[ -z "$(sed -n 2p table)" ]
	[ "$(tail -n 1 table)" = '2 delivered, 1 not delivered, 0 could not run' ]
}

@test "a row that is named twice is run once, in the order of the table" {
	run "$IPCKIT" run --format=csv pipe malloc pipe
	[ "$(cut -d , -f 1 <<<"$output" | uniq | tr '\n' ' ')" = 'variant malloc pipe ' ]
}

@test "addresses and frames: malloc same and different, mmap_shared same and same" {
	for row in malloc mmap_shared; do
		[ "$(json "$BATS_FILE_TMPDIR/five.json" rows $row cells address value)" = '"same"' ]
		[ "$(json "$BATS_FILE_TMPDIR/five.json" rows $row cells address parent)" = \
			"$(json "$BATS_FILE_TMPDIR/five.json" rows $row cells address child)" ]
	done
	[ "$(json "$BATS_FILE_TMPDIR/five.json" rows malloc cells frame value)" = '"different"' ]
	[ "$(json "$BATS_FILE_TMPDIR/five.json" rows mmap_shared cells frame value)" = '"same"' ]
	[ "$(json "$BATS_FILE_TMPDIR/five.json" rows malloc cells frame source)" = '"pagemap"' ] ||
		skip 'the kernel does not show frame numbers here'
	[ "$(json "$BATS_FILE_TMPDIR/five.json" rows malloc cells frame parent)" != \
		"$(json "$BATS_FILE_TMPDIR/five.json" rows malloc cells frame child)" ]
	[ "$(json "$BATS_FILE_TMPDIR/five.json" rows mmap_shared cells frame parent)" = \
		"$(json "$BATS_FILE_TMPDIR/five.json" rows mmap_shared cells frame child)" ]
}

@test "JSON: schema 1, and a row for each that was asked for" {
	[ "$(json "$BATS_FILE_TMPDIR/five.json" schema)" = 1 ]
	[ "$(json "$BATS_FILE_TMPDIR/five.json" machine uid)" = "$(id -u)" ]
	[ "$(json "$BATS_FILE_TMPDIR/five.json" machine kernel)" = "\"$(uname -r)\"" ]
	for row in malloc mmap_shared mmap_dontfork pipe process_vm; do
		json "$BATS_FILE_TMPDIR/five.json" rows $row cells delivers status
		[ "$(json "$BATS_FILE_TMPDIR/five.json" rows $row surprise)" = false ]
	done
	[ "$(json "$BATS_FILE_TMPDIR/five.json" rows mmap_dontfork cells delivers)" = \
		'{"detail": "receiver died in recv()", "signal": "SIGSEGV", "status": "crashed", "value": false}' ]
	run ! json "$BATS_FILE_TMPDIR/five.json" rows fifo
}

# --- each format as a whole; addresses, frames and where they come from are left out

without_figures()
{
	sed -e '/^ *0x[0-9a-f]*$/d' -e 's/two pages by bits 56.61/two page frames/' -e 's/\([^ ]\)  */\1 /g' \
		-e 's/ 0x[0-9a-f]* \(0x[0-9a-f]*\|[a-z]* (bits 56.61)\)\( 0x[0-9a-f]*\)\?$/ ADDRESS FRAME/'
}

@test "JSON has the capabilities of the user, whether or not anything was measured" {
	"$IPCKIT" list --format=json malloc >list.json
	[ "$(json list.json machine capabilities)" = "$(json "$BATS_FILE_TMPDIR/five.json" machine capabilities)" ]
}

@test "the table as a whole" {
	"$IPCKIT" run malloc mmap_dontfork mmap_shared pipe process_vm >out
	without_figures <out | diff - <(cat <<'END'
malloc does not deliver: one address, two page frames. 3 of 5 ways do.

MECHANISM DELIVERS REPLIES SNAPSHOT ADDRESS FRAME
private memory
  malloc no: stale no: stale yes ADDRESS FRAME
  mmap_dontfork SIGSEGV SIGSEGV SIGSEGV SIGSEGV SIGSEGV
shared memory
  mmap_shared yes yes yes ADDRESS FRAME
stream
  pipe yes yes yes - -
reach
  process_vm yes yes - ADDRESS FRAME

one number: the same in both processes; two: the parent's, then the child's

3 delivered, 2 not delivered, 0 could not run
END
	)
}

@test "markdown as a whole" {
	"$IPCKIT" run --format=markdown malloc mmap_dontfork mmap_shared pipe process_vm >out
	sed -e 's/| 0x[0-9a-f]* | [^|]* |$/| ADDRESS | FRAME |/' -e 's/two pages by bits 56.61/two page frames/' out |
		diff - <(cat <<'END'
malloc does not deliver: one address, two page frames. 3 of 5 ways do.

| GROUP | MECHANISM | DELIVERS | REPLIES | SNAPSHOT | ADDRESS | FRAME |
| --- | --- | --- | --- | --- | --- | --- |
| private memory | malloc | no: stale | no: stale | yes | ADDRESS | FRAME |
| private memory | mmap_dontfork | SIGSEGV | SIGSEGV | SIGSEGV | SIGSEGV | SIGSEGV |
| shared memory | mmap_shared | yes | yes | yes | ADDRESS | FRAME |
| stream | pipe | yes | yes | yes | - | - |
| reach | process_vm | yes | yes | - | ADDRESS | FRAME |

3 delivered, 2 not delivered, 0 could not run
END
	)
}

@test "CSV as a whole" {
	"$IPCKIT" run --format=csv malloc mmap_dontfork mmap_shared pipe process_vm >out
	[ "$(grep -c $'\r$' out)" -eq "$(wc -l <out)" ]
	sed -e 's/\r$//' -e 's/,measured,\([a-z]*\),,0x[0-9a-f]*,0x[0-9a-f]*,pagemap,/,measured,\1,,,,SOURCE,/' \
		-e 's/,bits 56.61,/,SOURCE,/' -e 's/,0x[0-9a-f]*,0x[0-9a-f]*,/,ADDRESS,ADDRESS,/' out | diff - <(cat <<'END'
variant,group,column,status,value,saw,parent,child,source,error,call,signal,detail,leak,bound
malloc,private memory,delivers,measured,false,stale,,,,,,,,,
malloc,private memory,replies,measured,false,stale,,,,,,,,,
malloc,private memory,snapshot,measured,true,message,,,,,,,,,
malloc,private memory,address,measured,same,,ADDRESS,ADDRESS,,,,,,,
malloc,private memory,frame,measured,different,,,,SOURCE,,,,,,
mmap_dontfork,private memory,delivers,crashed,false,,,,,,,SIGSEGV,receiver died in recv(),,
mmap_dontfork,private memory,replies,crashed,false,,,,,,,SIGSEGV,sender died in send(),,
mmap_dontfork,private memory,snapshot,crashed,,,,,,,,SIGSEGV,receiver died in recv(),,
mmap_dontfork,private memory,address,crashed,,,,,,,,SIGSEGV,receiver died in the experiment,,
mmap_dontfork,private memory,frame,crashed,,,,,,,,SIGSEGV,receiver died in the experiment,,
mmap_shared,shared memory,delivers,measured,true,message,,,,,,,,,
mmap_shared,shared memory,replies,measured,true,message,,,,,,,,,
mmap_shared,shared memory,snapshot,measured,true,message,,,,,,,,,
mmap_shared,shared memory,address,measured,same,,ADDRESS,ADDRESS,,,,,,,
mmap_shared,shared memory,frame,measured,same,,,,SOURCE,,,,,,
pipe,stream,delivers,measured,true,message,,,,,,,,,
pipe,stream,replies,measured,true,message,,,,,,,,,
pipe,stream,snapshot,measured,true,message,,,,,,,,,
pipe,stream,address,not_applicable,,,,,,,,,no memory that both ends hope to share,,
pipe,stream,frame,not_applicable,,,,,,,,,no memory that both ends hope to share,,
process_vm,reach,delivers,measured,true,message,,,,,,,,,
process_vm,reach,replies,measured,true,message,,,,,,,,,
process_vm,reach,snapshot,not_applicable,,,,,,,,,no way to send before fork(): process_vm_writev: No such process,,
process_vm,reach,address,measured,same,,ADDRESS,ADDRESS,,,,,,,
process_vm,reach,frame,measured,different,,,,SOURCE,,,,,,
END
	)
}

@test "JSON as a whole" {
	"$IPCKIT" run --format=json malloc >out
	sed -e 's/\("\(kernel\|processor\|capabilities\)": \)".*"/\1"…"/' -e 's/\("\(cpus\|page_size\|uid\)": \)[0-9]*/\1N/' \
		-e '/"\(parent\|child\)": "0x/d' -e 's/"\(pagemap\|bits 56.61\)"/"…"/' -e 's/\(ipckit \)[0-9.]*/\1…/' \
		-e 's/,$//' out | diff - <(cat <<'END'
{
 "schema": 1
 "program": "ipckit …"
 "machine": {
  "kernel": "…"
  "processor": "…"
  "cpus": N
  "page_size": N
  "uid": N
  "capabilities": "…"
 }
 "columns": [
  {
   "name": "delivers"
   "heading": "DELIVERS"
   "question": "Does what the parent sends after fork() reach the child?"
  }
  {
   "name": "replies"
   "heading": "REPLIES"
   "question": "Does what the child sends after fork() reach the parent?"
  }
  {
   "name": "snapshot"
   "heading": "SNAPSHOT"
   "question": "Is what was written before fork() seen in the child?"
  }
  {
   "name": "address"
   "heading": "ADDRESS"
   "question": "Is the memory at the same virtual address in parent and child?"
  }
  {
   "name": "frame"
   "heading": "FRAME"
   "question": "Is the memory in the same physical page frame after the parent wrote to it?"
  }
 ]
 "rows": [
  {
   "variant": "malloc"
   "group": "private memory"
   "title": "heap buffer from before fork"
   "man": "malloc(3)"
   "expect": "stale"
   "surprise": false
   "cells": {
    "delivers": {
     "status": "measured"
     "value": false
     "saw": "stale"
    }
    "replies": {
     "status": "measured"
     "value": false
     "saw": "stale"
    }
    "snapshot": {
     "status": "measured"
     "value": true
     "saw": "message"
    }
    "address": {
     "status": "measured"
     "value": "same"
    }
    "frame": {
     "status": "measured"
     "value": "different"
     "source": "…"
    }
   }
  }
 ]
}
END
	)
}

# --- demo

# demo ARGUMENT…: to demo.txt, each frame as one word.
demo()
{
	"$IPCKIT" demo "$@" >demo.txt || return
	sed -i 's/its own$/its_own/' demo.txt
	cat demo.txt
}

# field WHO TEXT N: the last field but N of the line in demo.txt where WHO does TEXT.
field()
{
	awk -v want="$1" -v text="$2" 'index($0, want) == 1 && index($0, text) { print $(NF - back) }' back="$3" demo.txt
}

@test "demo: malloc and mmap_shared visibly differ" {
	demo malloc
	[ "$(field Child 'looks again' 1)" = cccccccccccccccc ]
	[ "$(field Parent 'looks again' 1)" = pppppppppppppppp ]
	[ "$(field Parent 'looks before' 1)" = ---------------- ]
	[[ $(tail -n 1 demo.txt) == 'The child does not see the write: one address, two page'* ]]
	demo mmap_shared
	[ "$(field Child 'looks again' 1)" = pppppppppppppppp ]
	[ "$(field Parent 'looks again' 1)" = pppppppppppppppp ]
	[ "$(field Parent 'looks before' 1)" = cccccccccccccccc ]
	[[ $(tail -n 1 demo.txt) == 'The child sees the write: one address, one page'* ]]
}

@test "demo: every look has an address, and a frame that tells a copy from the same page" {
	demo malloc
	[ "$(awk '/^(Parent|Child) / { print $(NF - 2) }' demo.txt | sort -u | wc -l)" -eq 1 ]
	[ "$(field Child 'looks again' 0)" != "$(field Parent 'looks again' 0)" ] || [ "$(field Child 'looks again' 0)" = its_own ]
	demo mmap_shared
	[ "$(grep -c '^\(Parent\|Child\) ' demo.txt)" -eq 7 ]
	[ "$(awk '/^(Parent|Child) / && !/Init/ { print $NF }' demo.txt | sort -u | wc -l)" -eq 1 ]
	[ "$(field Child 'looks again' 0)" = shared ] || [[ $(field Child 'looks again' 0) == 0x* ]]
}

@test "demo says how it told the pages apart: by frame numbers, or without them by two bits" {
	local hidden=()
	[ "$(id -u)" -ne 0 ] || hidden=(setpriv --bounding-set=-sys_admin)
	"${hidden[@]}" "$IPCKIT" demo malloc >demo.txt
	run ! grep -q "page frame" demo.txt
	grep -q "^process .* bits 56/61$" demo.txt
	[[ $(tail -n 1 demo.txt) == *": one address, two pages by bits 56/61." ]]
	"${hidden[@]}" "$IPCKIT" demo mmap_shared >demo.txt
	[[ $(tail -n 1 demo.txt) == *": one address, one page by bits 56/61." ]]
	demo malloc
	[[ $(field Child "looks again" 0) == 0x* ]] || skip "the kernel does not show frame numbers here"
	grep -q "^process .* page frame$" demo.txt
	[[ $(tail -n 1 demo.txt) == *": one address, two page frames by pagemap." ]]
}

@test "demo of a row that does other than its textbook says is a surprise, as in run" {
	local program=${IPCKIT_FIXTURES:-$BATS_TEST_DIRNAME/../build/ipckit-fixtures}
	for row in copies_on_write leaves_name; do
		run -1 --separate-stderr "$program" demo $row
		[ "${lines[-1]}" = "surprises: $row" ]
	done
	[[ $stderr == *"leaves_name: left "* ]]
	run -1 "$program" run copies_on_write
	run -77 "$program" demo refused
}

@test "demo: two processes, and Init once although stdout is a file" {
	"$IPCKIT" demo malloc >demo.txt
	[ "$(grep -c Init demo.txt)" -eq 1 ]
	[ "$(awk '/^(Parent|Child) / { print $1, $2 }' demo.txt | sort -u | wc -l)" -eq 2 ]
	"$IPCKIT" demo malloc --output=demo.txt
	[ "$(grep -c Init demo.txt)" -eq 1 ]
	[ "$("$IPCKIT" demo malloc | grep -c Init)" -eq 1 ]
}

@test "demo --vars: each process counts its own loc and g" {
	for row in malloc mmap_shared; do
		"$IPCKIT" demo --vars $row >demo.txt
		grep -o 'loc = -\?[0-9]*\|g = -\?[0-9]*' demo.txt | paste -s -d ' \n' | diff - <(cat <<'END'
loc = 8 g = 5
loc = 8 g = 5
loc = 9 g = 4
loc = 8 g = 5
loc = 7 g = 6
loc = 9 g = 4
loc = 7 g = 6
END
		)
		[ "$(grep -o 'loc = .* at 0x[0-9a-f]*,' demo.txt | sed 's/.* at//' | sort -u | wc -l)" -eq 1 ]
		[ "$(grep -o 'g = .* at 0x[0-9a-f]*$' demo.txt | sed 's/.* at//' | sort -u | wc -l)" -eq 1 ]
	done
}

@test "demo shows bytes that do not print, and keeps its columns" {
	demo mmap_wipeonfork
	[ "$(field Child 'looks before' 1)" = ................ ]
	run ! grep -q $'[^\t -~]' demo.txt
}

@test "demo of a row without plain memory is wrong usage" {
	for row in pipe fifo; do
		run --separate-stderr "$IPCKIT" demo $row
		fails 2 "demo: $row has no memory of the child that the parent would write to"
	done
	run --separate-stderr "$IPCKIT" demo
	fails 2 'name one row'
	run --separate-stderr "$IPCKIT" demo malloc mmap_shared
	fails 2 'name one row'
}

@test "demo of a row that crashes ends with the signal" {
	run --separate-stderr "$IPCKIT" demo mmap_dontfork
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == *SIGSEGV* ]]
	[[ $output == *'Init:'* ]]
}

@test "demo works for every row with memory of the child that the parent writes to" {
	mapfile -t names < <(awk '/ (private|shared|synchronised) memory / || $2 == "reach" { print $1 }' "$BATS_FILE_TMPDIR/list" |
		grep -vx process_vm_read) # there the child reads that of the parent
	[ ${#names[@]} -gt 20 ]
	for row in "${names[@]}"; do
		run --separate-stderr "$IPCKIT" demo "$row"
		echo "$row: $status $output $stderr"
		[ "$status" -eq 0 ] || [[ $stderr == *"$row: "*'No such file'* || $stderr == *'not permitted'* ]]
	done
}

@test "demo of a row that reaches across writes by it, and two frames hold the same bytes" {
	run --separate-stderr "$IPCKIT" demo process_vm
	[ "$status" -eq 0 ]
	[[ ${lines[6]} == Parent*"sends 'p' across"*' ---------------- '* ]]
	[[ ${lines[7]} == Child*'looks again'*' pppppppppppppppp '* ]]
	[[ ${lines[-1]} == 'The child sees the write: one address, two page'* ]]
}

# --- where results go

@test "--output writes the same, and nothing to stdout" {
	run --separate-stderr "$IPCKIT" run --format=csv --output=results mmap_shared pipe
	[ "$status" -eq 0 ]
	[ -z "$output$stderr" ]
	[ "$(cut -d , -f 1-6 results)" = "$("$IPCKIT" run --format=csv mmap_shared pipe | cut -d , -f 1-6)" ]
	for command in list explain demo; do
		"$IPCKIT" $command --output=results malloc
		grep -q malloc results
	done
}

@test "an --output that cannot be opened is one line and wrong usage" {
	for command in run list explain demo; do
		run --separate-stderr "$IPCKIT" $command --output="$BATS_TEST_TMPDIR" malloc
		fails 2 "$BATS_TEST_TMPDIR: Is a directory"
		run --separate-stderr "$IPCKIT" $command --output=no/such/place malloc
		fails 2 'no/such/place: No such file or directory'
		run --separate-stderr "$IPCKIT" $command --output= malloc
		fails 2 'No such file or directory'
	done
	[ "$(id -u)" -ne 0 ] || return 0
	: >locked
	chmod 400 locked
	run --separate-stderr "$IPCKIT" run --output=locked malloc
	fails 2 'locked: Permission denied'
}

@test "an --output that is full is one line and status 1" {
	for command in run list explain demo; do
		run --separate-stderr "$IPCKIT" $command --output=/dev/full malloc
		fails 1 '/dev/full: No space left on device'
	done
}

# each_way_to_print CHECK TEXT: every command, its standard output as CHECK makes it.
each_way_to_print()
{
	local arguments

	for arguments in --help --version 'run --help' list "explain $(rows | paste -s -d ' ')" 'demo malloc' 'run malloc' \
		'run --format=json malloc' 'run --format=csv malloc' 'run --format=markdown malloc'; do
		echo "ipckit $arguments"
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$1" $arguments
		fails 1 "$2"
	done
}

@test "a stdout that is full is one line and status 1" {
	to_full() { "$IPCKIT" "$@" >/dev/full; }
	each_way_to_print to_full 'No space left on device'
}

@test "a stdout that is closed is one line and status 1" {
	to_nowhere() { "$IPCKIT" "$@" >&-; }
	each_way_to_print to_nowhere 'Bad file descriptor'
}

@test "a reader that went away ends it by SIGPIPE, or by an error where that is ignored" {
	# shellcheck disable=SC2016 # the other shell's
	run bash -c 'exec 3> >(:); wait $!; exec "$0" list >&3' "$IPCKIT"
	[ "$status" -eq 141 ]
	# shellcheck disable=SC2016
	run --separate-stderr bash -c 'trap "" PIPE; exec 3> >(:); wait $!; exec "$0" list >&3' "$IPCKIT"
	fails 1 'Broken pipe'
}

# --- what the parent process hands over

# What a run should print, whatever is around it.
plain_results()
{
	"$@" | cut -d , -f 1-6 >results
	[ "${PIPESTATUS[0]}" -eq 0 ]
	diff results - <<'END'
variant,group,column,status,value,saw
malloc,private memory,delivers,measured,false,stale
malloc,private memory,replies,measured,false,stale
malloc,private memory,snapshot,measured,true,message
malloc,private memory,address,measured,same,
malloc,private memory,frame,measured,different,
mmap_dontfork,private memory,delivers,crashed,false,
mmap_dontfork,private memory,replies,crashed,false,
mmap_dontfork,private memory,snapshot,crashed,,
mmap_dontfork,private memory,address,crashed,,
mmap_dontfork,private memory,frame,crashed,,
pipe,stream,delivers,measured,true,message
pipe,stream,replies,measured,true,message
pipe,stream,snapshot,measured,true,message
pipe,stream,address,not_applicable,,
pipe,stream,frame,not_applicable,,
END
}

three_rows()
{
	"$IPCKIT" run --format=csv malloc mmap_dontfork pipe
}

@test "closed standard descriptors do not change results" {
	without_stdin() { three_rows <&-; }
	without_stderr() { three_rows 2>&-; }
	without_both() { three_rows <&- 2>&-; }
	plain_results three_rows
	plain_results without_stdin
	plain_results without_stderr
	plain_results without_both
}

@test "signals that the parent ignored or blocked do not change results" {
	ignored() { (trap '' CHLD PIPE TERM INT HUP SEGV USR1 ALRM; three_rows); }
	plain_results ignored
	env --block-signal true || skip 'no env --block-signal here'
	blocked() { env --block-signal "$IPCKIT" run --format=csv malloc mmap_dontfork pipe; }
	plain_results blocked
}

@test "an environment that is empty or strange does not change results" {
	empty() { env -i "$IPCKIT" run --format=csv malloc mmap_dontfork pipe; }
	strange() { TMPDIR=/no/such/place LC_ALL=xx_YY COLUMNS=-1 POSIXLY_CORRECT=1 three_rows; }
	plain_results empty
	plain_results strange
}

# --- terminals

@test "in a pipe the table has no escape bytes and at most 80 columns" {
	TERM=xterm "$IPCKIT" run >table 2>/dev/null || [ $? -eq 1 ]
	run ! has_escapes table
	[ "$(widest table)" -le 80 ]
	[ "$(wc -l <table)" -gt 20 ]
}

@test "on a terminal of 80 columns the table is coloured and fits" {
	TERM=xterm terminal 80 "$IPCKIT" run malloc mmap_dontfork mmap_shared pipe process_vm shm_open >table
	has_escapes table
	grep -q $'\033\[31m.*stale' table
	grep -q $'\033\[32m.*yes' table
	[ "$(widest table)" -le 80 ]
	[ "$(sed 's/\x1b\[[0-9;]*m//g' table | tr -d '\r' | without_figures | grep -c '^  .* ADDRESS FRAME$')" -eq 4 ]
}

@test "on a terminal of 80 columns nothing that a command prints is wider" {
	local command arguments

	while read -r arguments; do
		# shellcheck disable=SC2086 # words
		TERM=xterm terminal 80 "$IPCKIT" $arguments >printed || [ $? -eq 1 ]
		echo "ipckit $arguments"
		cat printed
		[ "$(wc -l <printed)" -gt 3 ]
		[ "$(widest printed)" -le 80 ]
	done < <(
		for command in $(commands); do echo "$command --help"; done
		echo "explain $(rows | paste -s -d " ")"
		cat <<'END'
--help
list
run malloc mmap_dontfork mmap_shared pipe
matrix malloc pipe udp
matrix --question
pick --explain --need unrelated pipe posix_mq
demo --vars mmap_shared
demo mmap_dontfork
demo shm_no_size
END
	)
}

@test "a terminal gets titles and questions folded, a pipe one line for each" {
	terminal 72 "$IPCKIT" list >narrow
	[ "$(widest narrow)" -le 72 ]
	[ "$(tr -d "\r" <narrow | tr -s " \n" " ")" = "$(tr -s " \n" " " <"$BATS_FILE_TMPDIR/list")" ]
	terminal 72 "$IPCKIT" matrix --question >narrow
	[ "$(widest narrow)" -le 72 ]
	[ "$(wc -l <narrow)" -gt "$("$IPCKIT" matrix --question | grep -c "^[a-z_]* .*?$")" ]
}

@test "on a narrow terminal the table still fits" {
	for columns in 60 40; do
		TERM=xterm terminal $columns "$IPCKIT" run malloc mmap_dontfork mmap_shared pipe process_vm >table
		cat table
		[ "$(widest table)" -le $columns ]
	done
}

@test "NO_COLOR and a dumb terminal get plain text" {
	NO_COLOR=1 TERM=xterm terminal 80 "$IPCKIT" run malloc >table
	run ! has_escapes table
	grep -q 'no: stale' table
	TERM=dumb terminal 80 "$IPCKIT" run malloc >table
	run ! has_escapes table
	grep -q 'no: stale' table
	TERM=xterm terminal 80 "$IPCKIT" run --format=csv malloc >table
	run ! has_escapes table
}

@test "what tmux shows of it is what a pipe gets" {
	command -v tmux >/dev/null || skip 'no tmux here'
	local server=ipckit-$BATS_TEST_NUMBER-$$

	tmux -L "$server" -f /dev/null new-session -d -x 80 -y 50 \
		"'$IPCKIT' run malloc mmap_shared pipe; tmux -L $server wait-for -S printed; cat"
	tmux -L "$server" wait-for printed
	tmux -L "$server" capture-pane -p >table
	tmux -L "$server" kill-server
	cat table
	[[ $(head -n 1 table) == 'malloc does not deliver: one address, two page'* ]]
	grep -q '^  pipe  *yes  *yes  *yes  *-  *-$' table
	[ "$(without_figures <table | grep -c '^  .* ADDRESS FRAME$')" -eq 2 ]
}

@test "what an output had stays until there is something to take its place" {
	local ended=0 fixtures=${IPCKIT_FIXTURES:-$BATS_TEST_DIRNAME/../build/ipckit-fixtures}
	seq 1000 >"$BATS_TEST_TMPDIR/out"
	"$fixtures" run recv_spins --output="$BATS_TEST_TMPDIR/out" 3>&- &
	until pgrep -P $! >/dev/null; do
		kill -0 $! # not for ever, where it does not run at all
	done
	kill -TERM $!
	wait $! || ended=$?
	[ "$ended" -eq 143 ] # by the signal
	cmp "$BATS_TEST_TMPDIR/out" <(seq 1000)
	"$IPCKIT" list pipe --output="$BATS_TEST_TMPDIR/out"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -eq 1 ]
}

@test "of what an output had nothing is left behind the half that could be written" {
	seq 1000 >out
	too_little() { (trap '' XFSZ; ulimit -f 1; "$IPCKIT" list --output=out); }
	run --separate-stderr too_little
	fails 1 'out: File too large'
	[ "$(head -c 1024 out)" = "$("$IPCKIT" list | head -c 1024)" ]
	[ "$(wc -c <out)" -eq 1024 ]
}

@test "the questions of some columns; of a row there are none" {
	run "$IPCKIT" matrix --question --columns=eof,blocks
	[ "$status" -eq 0 ]
	[ "$(cut -d" " -f1 <<<"$output" | xargs)" = "blocks eof" ]
	run --separate-stderr "$IPCKIT" matrix --question pipe
	[ "$status" -eq 2 ]
	[[ $stderr == *"takes no row, and is given "*pipe* ]]
}

@test "help and version stand alone, before a command there is nothing else" {
	run --separate-stderr "$IPCKIT" --version extra
	fails 2 "--version takes nothing more, and is given 'extra'"
	run --separate-stderr "$IPCKIT" --help run
	fails 2 "--help takes nothing more"
	run --separate-stderr "$IPCKIT" -h
	fails 2 "unknown option '-h'"
}

@test "what a line on stderr names is escaped, and shortened before the reason" {
	run --separate-stderr "$IPCKIT" run $'a\e[31mb\nipckit: ok'
	[ "$status" -eq 2 ]
	[ "$stderr" = 'ipckit: a\x1b[31mb\x0aipckit: ok: no such row; see '\''ipckit list'\' ]
	run --separate-stderr "$IPCKIT" run "$(printf "%05000d" 0)"
	[[ $stderr == "ipckit: 000"*"0 ... 0"*"0: no such row; see "* ]]
	[ ${#stderr} -lt 1000 ]
}
