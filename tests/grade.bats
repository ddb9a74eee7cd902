#!/usr/bin/env bats
# The core of the grader: references get full marks, mistakes are named, and foreign code gets nowhere.

bats_require_minimum_version 1.5.0

IPCKIT=${IPCKIT:-$BATS_TEST_DIRNAME/../build/ipckit}

# shellcheck source=tests/restricted.bash
. "$BATS_TEST_DIRNAME/restricted.bash"

# record FILE KEY, or record FILE ITEM KEY: a value of the record
setup_file()
{
	command -v gcc objcopy >/dev/null || skip 'no gcc or objcopy'
	[ -x "$(dirname "$IPCKIT")/grade/ipckit-warden" ] || skip 'the warden was not built: no libseccomp'
	read -r -a jansson <<<"$(pkg-config --cflags --libs jansson)"
	"${CC:-cc}" -o "$BATS_FILE_TMPDIR/record" -x c - "${jansson[@]}" <<'END'
#include <jansson.h>
#include <string.h>

int main(int argc, char **argv)
{
	json_t *record = json_load_file(argv[1], JSON_REJECT_DUPLICATES, NULL), *at = record, *item;
	size_t i;

	if (argc == 4)
		json_array_foreach(json_object_get(record, "items"), i, item)
			if (strcmp(json_string_value(json_object_get(item, "id")), argv[2]) == 0)
				at = item;
	at = json_object_get(at, argv[argc - 1]);
	return !at || (argc == 4 && at == record) || json_dumpf(at, stdout, JSON_ENCODE_ANY) == -1;
}
END
}

# A folder for work folders that no other run uses; its name has to be short.
setup()
{
	TMPDIR=$(mktemp -d /tmp/grade-XXXXXX)
	chmod 711 "$TMPDIR"
	export TMPDIR
	shopt -s extglob
	MARK=$((9000 + BASHPID % 5000))
	ulimit -S -i "$MARK"
	objects >"$BATS_TEST_TMPDIR/objects"
}

teardown()
{
	rm -rf "$TMPDIR" ${KIT:+"$KIT"}
}

record()
{
	"$BATS_FILE_TMPDIR/record" "$BATS_TEST_TMPDIR/record.json" "$@"
}

# grade LEVEL [OPTION…]: the submission on standard input; its record then lies in record.json. Another file of tests may
# run beside this one: where the grader finds the machine too busy, it is asked again.
grade()
{
	local level=$1
	shift
	cat >"$BATS_TEST_TMPDIR/answer.c"
	for _ in 1 2; do
		run "$IPCKIT" grade --level "$level" --format json --output "$BATS_TEST_TMPDIR/record.json" "$@" \
			"$BATS_TEST_TMPDIR/answer.c"
		[[ $(record error 2>/dev/null) == *'is too busy'* ]] || break
	done
}

row()
{
	(cd "$BATS_TEST_DIRNAME/.." && sh tests/grading/amalgam.sh "$1")
}

is()
{
	local value
	value=$(record "${@:1:$#-1}")
	[ "$value" = "${*: -1}" ] || {
		echo "$*: it is $value: $(record "$1" measured)"
		return 1
	}
}

# A memory answer that does this in setup().
malloc_with()
{
	cat <<END
#include "variant.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	$1
	l->mem = malloc(size);
	l->size = size;
	return 0;
}

const struct variant variant_answer = {.name = "answer", .setup = answer_setup};
END
}

# The same with shared memory, which delivers.
shared_with()
{
	malloc_with "$1" | sed 's/= malloc(size)/= mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)/'
}

# Every process that the test has started, and what that has started: the limit is inherited through namespaces and new
# names. "PID PROGRAM". One that has ended but not been waited for has no program.
ours()
{
	local process limits program
	for process in /proc/[0-9]*; do
		{ limits=$(<"$process/limits") && program=$(readlink "$process/exe"); } 2>/dev/null || continue
		[[ $limits != *"Max pending signals"*([[:space:]])"$MARK "* ]] || [ "$program" -ef "$BASH" ] ||
			echo "${process#/proc/} $program"
	done
}

# What outlives processes, with its owner: "UID OBJECT".
objects()
{
	{
		find /dev/shm -mindepth 1 -printf '%U %p\n' 2>/dev/null
		awk 'FNR == 1 { for (i = 1; i <= NF; i++) if ($i == "uid") at = i; next } { print $at, FILENAME, $2 }' \
			/proc/sysvipc/*
	} | sort
}

# Without what others make meanwhile: as root the owner is a user of this run alone, and all its processes have ended.
new_objects()
{
	objects | comm -13 "$BATS_TEST_TMPDIR/objects" - | while read -r uid object; do
		if [ "$(id -u)" -eq 0 ]; then
			grep -qs "^Uid:.*[[:space:]]${uid}[[:space:]]" /proc/[0-9]*/status || echo "$object of $uid"
		elif [ "$(id -u)" -eq "$uid" ]; then
			echo "$object"
		fi
	done
}

nothing_left()
{
	local left
	left=$(ls -A "$TMPDIR"; ours; new_objects)
	[ -z "$left" ] || {
		echo "left: $left"
		return 1
	}
}

@test "each level's reference gets full marks" {
	local pair
	# shellcheck disable=SC2016 # the inner shell's
	for pair in L1:mmap_shared L2:pipe L3:shm_open L4:posix_mq L4:socketpair_seqpacket L5:shm_sem L5:shm_futex \
		L5:shm_mutex L6:unix_stream L6:fifo L6:file_lock; do
		row "${pair#*:}" >"$BATS_TEST_TMPDIR/$pair.c"
		echo "$pair"
	done | xargs -P "$(nproc)" -I '{}' sh -c '"$1" grade --level "${2%:*}" --format json "$3/$2.c" >"$3/$2.json"' \
		- "$IPCKIT" '{}' "$BATS_TEST_TMPDIR"
	grep -h '^ "score"' "$BATS_TEST_TMPDIR"/*.json
	[ "$(grep -hc '^ "score": 100.0,' "$BATS_TEST_TMPDIR"/L*.json | sort | uniq -c | xargs)" = '11 1' ]
	nothing_left
}

# bats test_tags=slow
@test "malloc is below 10 at every level, and the reason is the one that was measured" {
	for level in L1 L2 L3 L4 L5 L6; do
		grade "$level" < <(row malloc)
		[ "$status" -eq 1 ]
		is parent_to_child status '"failed"'
		awk -v score="$(record score)" 'BEGIN { exit !(score < 10) }'
	done
	grade L1 < <(row malloc)
	[[ $(record parent_to_child measured) == *'bytes from before the fork'* ]]
}

@test "what follows from a failure is not failed once more" {
	grade L1 < <(row malloc)
	is many status '"not_checkable"'
	is many hint null
}

# bats test_tags=slow
@test "the hint gets clearer with the attempts" {
	grade L1 < <(row malloc)
	first=$(record parent_to_child hint)
	grade L1 --attempt 2 < <(row malloc)
	second=$(record parent_to_child hint)
	grade L1 --attempt 9 < <(row malloc)
	third=$(record parent_to_child hint)
	[[ $first == *'?"' ]]
	[ "$first" != "$second" ]
	[[ $third == *'(2)'* ]]
}

@test "a crash is named with its signal and the hook" {
	grade L1 < <(malloc_with 'raise(SIGSEGV);')
	[[ $(record parent_to_child measured) == *'died of SIGSEGV in setup()'* ]]
	is status '"graded"'
	grade L3 <"$BATS_TEST_DIRNAME/../variants/exercise/L3.c"
	[[ $(record parent_to_child measured) == *'died of SIGBUS in send()'* ]]
}

@test "a crash outside of every hook is not put down to setup()" {
	grade L1 < <(malloc_with ''; echo '__attribute__((constructor)) static void early(void) { raise(SIGSEGV); }')
	[[ $(record parent_to_child measured) == *'died of SIGSEGV in the start (before any hook)'* ]]
	grade L1 < <(malloc_with 'large[size] = 1;' | sed 's/^static int/static volatile char large[400 << 20];\n&/')
	[[ $(record parent_to_child measured) == *'died of SIG'*' in the start (before any hook)'* ]]
	[[ $(record parent_to_child hint) == *'before the first of your hooks'* ]]
}

@test "who is stopped does not sleep, whoever waits for it" {
	grade L1 < <(malloc_with 'raise(SIGSTOP);')
	[[ $(record parent_to_child measured) == *'the parent is stopped in setup()'* ]]
	grade L2 < <(row pipe | sed 's/^\treturn write_full.*/\traise(SIGSTOP);\n&/')
	[[ $(record parent_to_child measured) == *'the parent is stopped in send()'* ]]
	[[ $(record parent_to_child hint) == *'stop'* ]]
}

@test "an error without a name is told by its number" {
	grade L1 < <(malloc_with 'return -99999;')
	is parent_to_child measured '"setup() returned -99999 in the parent"'
	grade L2 < <(row pipe | sed 's/^\treturn write_full.*/\treturn -2147483647 - 1;/')
	is parent_to_child measured '"send() of message 1 returned -2147483648"'
}

@test "a hang is found out by how it waits, and costs little" {
	start=$(date +%s%N)
	grade L1 < <(malloc_with 'pause();')
	[[ $(record parent_to_child measured) == *'sleeps for ever in setup() in pause(2)'* ]]
	[ $((($(date +%s%N) - start) / 1000000)) -lt 6000 ]
	nothing_left
}

# bats test_tags=slow
@test "who is slow is not checkable there, and does not hang" {
	grade L2 < <(sed '/^static ssize_t answer_send/,/^}/ {
		s/len - done)/len - done < 256 ? len - done : 256)/
		s/ssize_t n = .*/nanosleep(\&(struct timespec){.tv_nsec = 4000000}, NULL);\n&/
	}' "$BATS_TEST_DIRNAME/grading/right/l2_slow_sender.c")
	is status '"graded"'
	is largest status '"not_checkable"'
	[[ $(record largest measured) == *'no answer from recv()'* ]]
	is small score "$(record small points)"
	[[ $(record clean_exit measured) != *'no answer came in time'* ]]
}

@test "what does not compile says so, and gets nothing" {
	grade L1 <<<'int variant_answer = ;'
	[ "$status" -eq 1 ]
	is build status '"failed"'
	is score 0.0
	grade L1 <<<'int x;'
	[[ $(record build measured) == *variant_answer* ]]
}

@test "the PATH of whoever grades is not that of the sandbox" {
	row mmap_shared >"$BATS_TEST_TMPDIR/answer.c"
	run env PATH=/nonexistent "$IPCKIT" grade --format json --output "$BATS_TEST_TMPDIR/record.json" "$BATS_TEST_TMPDIR/answer.c"
	[ "$status" -eq 0 ]
	is score 100.0
	grade L1 < <(row mmap_shared)
	[ "$(record isolation)" = "$("$BATS_FILE_TMPDIR/record" "$BATS_TEST_TMPDIR/record.json" isolation)" ]
}

@test "a limit of whoever grades costs no points, and is named" {
	! grep -q __asan_init "$IPCKIT" || skip "a sanitizer makes calls, and needs memory and /proc, of its own"
	row mmap_shared >"$BATS_TEST_TMPDIR/answer.c"
	cp "$BATS_TEST_DIRNAME/../variants/exercise/predict.csv" "$BATS_TEST_TMPDIR/predict.csv"
	for limit in '-v 300000' '-f 0' '-n 100' '-u 5'; do
		for file in 'L1 answer.c' 'L0 predict.csv'; do
			# shellcheck disable=SC2016 # expanded by the inner shell
			run bash -c 'ulimit $1 && exec "$2" grade --level "$3" "$4"' - "$limit" "$IPCKIT" "${file% *}" \
				"$BATS_TEST_TMPDIR/${file#* }"
			[ "$status" -eq 77 ]
			[[ $output == *'grader error: the limit of '*"(ulimit ${limit% *})"*'there is no score'* ]]
		done
	done
}

@test "results that may not be written are told, and do not end the grader" {
	row mmap_shared >"$BATS_TEST_TMPDIR/answer.c"
	mkdir "$BATS_TEST_TMPDIR/class"
	cp "$BATS_TEST_TMPDIR/answer.c" "$BATS_TEST_TMPDIR/class/a.c"
	# shellcheck disable=SC2016 # expanded by the inner shell
	run bash -c 'ulimit -f 0 && exec "$1" grade --output "$2/result" "$2/answer.c"' - "$IPCKIT" "$BATS_TEST_TMPDIR"
	[ "$status" -eq 1 ]
	[ "$output" = "ipckit: $BATS_TEST_TMPDIR/result: File too large" ]
	# shellcheck disable=SC2016 # expanded by the inner shell
	run bash -c 'ulimit -f 0 && exec "$1" grade --batch "$2/class" --out "$2/out"' - "$IPCKIT" "$BATS_TEST_TMPDIR"
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "ipckit: $BATS_TEST_TMPDIR/out/a.json: File too large" ]
}

# bats test_tags=slow
@test "a right answer that cannot be built for want of room has no grade, and never a 0" {
	unshare --mount true 2>/dev/null || skip 'no mount namespace to be had'
	row mmap_shared >"$BATS_TEST_TMPDIR/answer.c"
	for kib in 300 400 500 550 600 650 700 800 1000 2000 4000; do
		# shellcheck disable=SC2016 # expanded by the inner shell
		run unshare --mount sh -c 'mount -t tmpfs -o size="$0"k none "$TMPDIR" && chmod 711 "$TMPDIR" && exec "$@"' "$kib" \
			"$IPCKIT" grade --format json --output "$BATS_TEST_TMPDIR/record.json" "$BATS_TEST_TMPDIR/answer.c"
		echo "$kib KiB: $(record status) $(record score) $(record error)"
		[ "$(record status)" = '"grader_error"' ] || [ "$(record build status)" = '"passed"' ]
		[ "$kib" -gt 300 ] || [ "$(record status)" = '"grader_error"' ]
	done
	is score 100.0
}

@test "a grader that was started by nohup is not ended by the end of the terminal" {
	row mmap_shared >"$BATS_TEST_TMPDIR/answer.c"
	(
		trap '' HUP
		exec "$IPCKIT" grade --format json --output "$BATS_TEST_TMPDIR/record.json" "$BATS_TEST_TMPDIR/answer.c" 3>&-
	) &
	until pgrep -P $! >/dev/null; do kill -0 $!; done
	kill -HUP $!
	wait $!
	is score 100.0
}

@test "the folder of the results may lie in that of the class" {
	mkdir "$BATS_TEST_TMPDIR/class"
	cp "$BATS_TEST_DIRNAME/../variants/exercise/predict.csv" "$BATS_TEST_TMPDIR/class/a.csv"
	for _ in 1 2; do
		run "$IPCKIT" grade --level L0 --batch "$BATS_TEST_TMPDIR/class" --out "$BATS_TEST_TMPDIR/class/results"
		[ "$status" -eq 0 ]
	done
	run -2 "$IPCKIT" grade --level L0 --batch "$BATS_TEST_TMPDIR/class" --out "$BATS_TEST_TMPDIR/class/."
	[[ $output == *'another folder than the answers'* ]]
	[ "$(ls "$BATS_TEST_TMPDIR/class")" = $'a.csv\nresults' ]
	run -2 "$IPCKIT" grade --batch "$BATS_TEST_TMPDIR/class" --out "$BATS_TEST_TMPDIR/out" --record=r.json
	run -2 "$IPCKIT" grade --record=r.json --level L1
}

# The run with sanitizers would go on for as long as its own sleeps last.
@test "where no message arrives the sanitizers' run is not waited for" {
	grade L2 <"$BATS_TEST_DIRNAME/grading/wrong/l2_sleeping_sender.c"
	is sanitizers measured '"not tried: no message arrives"'
	[[ $(record parent_to_child measured) == *'by the clock"' ]]
}

@test "a file that is too large is the student's, and gets nothing" {
	grade L1 < <(row mmap_shared; head -c 1200000 /dev/zero | tr '\0' ' ')
	[ "$status" -eq 1 ]
	is status '"graded"'
	is score 0.0
	is build measured '"the file is larger than 1 MiB"'
	is build hint '"What makes your file so large?"'
}

@test "warnings cost something" {
	grade L1 < <(row mmap_shared; echo 'static int unused(void) { return 1; }')
	is build status '"partial"'
	[[ $(record build measured) == '"1 warning'* ]]
}

@test "neither the kit nor the machine's files can be included" {
	for file in transfer.h "$BATS_TEST_DIRNAME/../variants/pipe.c" /etc/passwd /root/.profile; do
		grade L1 < <(printf '#include "%s"\n' "$file"; row mmap_shared)
		is build status '"failed"'
	done
}

# bats test_tags=slow
@test "without namespaces they cannot either" {
	grep -qs landlock_restrict_self /proc/kallsyms || skip 'this kernel has no Landlock'
	for file in "$BATS_TEST_DIRNAME/../variants/mmap_shared.c" /etc/passwd; do
		grade L1 --isolation limits < <(printf '#define variant_mmap_shared variant_answer\n#include "%s"\n' "$file")
		is build status '"failed"'
		[[ $(record build measured) == *'Permission denied'* ]]
	done
	grade L1 --isolation limits < <(
		printf 'asm(".incbin \\"%s/grade/sample-mmap_shared\\"");\n' "$(dirname "$IPCKIT")"
		row mmap_shared
	)
	is build status '"failed"'
	grade L1 --isolation limits < <(printf 'asm(".incbin \\"../samples/sample-mmap_shared\\"");\n'; row mmap_shared)
	is build status '"failed"'
}

# bats test_tags=slow
@test "the answers in an installed kit cannot be read by a compiler either" {
	make -C "$BATS_TEST_DIRNAME/.." --no-print-directory B="$(dirname "$IPCKIT")" PREFIX="$BATS_TEST_TMPDIR/usr" install \
		>/dev/null
	[ -x "$BATS_TEST_TMPDIR/usr/libexec/ipckit/ipckit-warden" ]
	IPCKIT=$BATS_TEST_TMPDIR/usr/bin/ipckit grade L1 < <(row mmap_shared)
	is score 100.0
	grade L1 < <(printf 'asm(".incbin \\"%s\\"");\n' "$BATS_TEST_TMPDIR/usr/libexec/ipckit/sample-pipe"; row mmap_shared)
	is build status '"failed"'
}

# bats test_tags=slow
@test "a kit that lies among the files of the system is hidden, with its sources" {
	[ "$(id -u)" -eq 0 ] || skip 'only root may put it there'
	KIT=$(mktemp -d /usr/lib/ipckit-XXXXXX)
	chmod 755 "$KIT"
	mkdir "$KIT/build"
	cp -r "$BATS_TEST_DIRNAME"/../{common,variants} "$KIT"
	cp -r "$(dirname "$IPCKIT")"/{ipckit,grade} "$KIT/build"
	for file in common/transfer.c variants/pipe.c build/ipckit build/grade/sample-pipe; do
		IPCKIT=$KIT/build/ipckit grade L1 < <(printf 'asm(".incbin \\"%s\\"");\n' "$KIT/$file"; row mmap_shared)
		is build status '"failed"'
	done
	IPCKIT=$KIT/build/ipckit grade L1 < <(
		row mmap_shared
		printf '#include <signal.h>\n#include <unistd.h>\n'
		printf '__attribute__((constructor)) static void look(void)\n'
		printf '{\n\tif (access("%s", F_OK) == 0)\n\t\traise(SIGSEGV);\n}\n' "$KIT/variants/pipe.c"
	)
	is score 100.0
}

# bats test_tags=slow
@test "a compiler that is kept busy is the answer's fault" {
	grade L1 < <(printf '#if __INCLUDE_LEVEL__ < 60\n#include "answer.c"\n#include "answer.c"\n#endif\n')
	[ "$status" -eq 1 ]
	is status '"graded"'
	is build status '"failed"'
	[[ $(record build measured) == *'too much time'* ]]
	[[ $(record build hint) == *'keeps the compiler busy'* ]]
}

# bats test_tags=slow
@test "an assembler without memory, or without room for its file, has met a limit" {
	for code in '.rept 2000000000\n.quad 1\n.endr' '.fill 70000000,1,1'; do
		grade L1 < <(printf 'asm("%s");\n' "$code")
		[ "$status" -eq 1 ]
		[[ $(record build measured) == *'time, memory or room'* ]]
		[[ $(record build hint) == *'keeps the compiler busy'* ]]
	done
}

# bats test_tags=slow
@test "who exits, prints or writes results has not delivered" {
	for trick in 'puts("::notice::100/100"); exit(0);' '_exit(0);' \
		'for (int i = 1; i < 256; i++) dprintf(i, "parent_to_child\tpassed\t\tx\n#end\t\n");' \
		'int r = open("/proc/1/fd/3", O_WRONLY); dprintf(r, "parent_to_child\tpassed\t\tx\n");' \
		'kill(-1, SIGKILL); kill(1, SIGKILL); kill(1, SIGSTOP); kill(getppid(), SIGSTOP);'; do
		grade L1 < <(malloc_with "$trick")
		[[ $(record error) != *'is too busy'* ]] || skip "$(record error)"
		is parent_to_child status '"failed"'
		is status '"graded"'
		[ "$status" -eq 1 ]
	done
	nothing_left
}

# bats test_tags=slow
@test "floods of output, processes, memory and files end with the case" {
	for trick in 'for (;;) printf("%0999d\n", 1);' 'for (;;) fork();' 'for (;;) memset(malloc(1 << 20), 1, 1 << 20);' \
		'int f = open("/dev/shm/x", O_CREAT | O_RDWR, 0600); for (;;) if (write(f, &f, 4) < 0) break;'; do
		grade L1 < <(malloc_with "$trick")
		is status '"graded"'
		[ "$(record parent_to_child status)" != '"passed"' ] # not checkable, where something else has the CPUs meanwhile
		[ "$(record output | wc -c)" -lt 60000 ]
	done
	nothing_left
}

# bats test_tags=slow
@test "process_vm_readv is denied, and a pipe is not shared memory" {
	grade L1 < <(row process_vm_read)
	is parent_to_child status '"failed"'
	grade L1 < <(row pipe)
	is parent_to_child status '"passed"'
	is mechanism status '"failed"'
	[[ $(record mechanism measured) == *'a pipe'* ]]
}

@test "memory that is only a decoy beside a pipe is noticed" {
	grade L1 < <(
		row pipe | sed -e '/^const struct variant/,$d' -e 's/pipe_send(/pipe_send_only(/;s/pipe_setup(/pipe_make(/'
		cat <<-'END'
			#include <string.h>
			#include <sys/mman.h>
			static int decoy_setup(struct link *l, size_t size)
			{
				l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
				return pipe_make(l, size);
			}
			static ssize_t decoy_send(struct link *l, const void *buf, size_t len)
			{
				memcpy(l->mem, buf, len);
				return pipe_send_only(l, buf, len);
			}
			const struct variant variant_answer = {.name = "answer", .setup = decoy_setup, .attach = pipe_attach,
				.send = decoy_send, .recv = pipe_recv, .teardown = pipe_teardown};
		END
	)
	is parent_to_child status '"passed"'
	is mechanism status '"failed"'
	[[ $(record mechanism measured) == *denied*EPERM* ]]
}

# bats test_tags=slow
@test "random bytes differ from run to run, the score does not" {
	grade L1 < <(row mmap_shared)
	first=$(record seed)
	grade L1 < <(row mmap_shared)
	[ "$first" != "$(record seed)" ]
	[[ $first =~ ^\"[0-9a-f]{32}\"$ ]]
	is score 100.0
}

# bats test_tags=slow
@test "the umask of whoever grades costs no points" {
	umask 077
	grade L1 < <(row mmap_shared)
	is score 100.0
	umask 000
	grade L1 --isolation limits < <(row mmap_shared)
	is score 100.0
}

# bats test_tags=slow
@test "without namespaces the rest still holds, and the record says so" {
	grade L3 --isolation limits < <(row shm_open)
	[[ $(record isolation) == *'"level": "limits"'*'only limits'* ]]
	[[ $(record isolation) != *', Landlock'* || $(record isolation) == *'below /tmp can be read"'* ]]
	is score 100.0
	grade L1 --isolation limits < <(malloc_with 'kill(-1, SIGKILL);')
	is parent_to_child status '"failed"'
	nothing_left
}

@test "without namespaces a file in a folder that was there already is found and removed" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can tell whose it is'
	install -d -m 1777 "$TMPDIR/old"
	grade L1 --isolation limits < <(shared_with "char p[80];
		snprintf(p, sizeof p, \"$TMPDIR/old/left.%d\", (int)getpid());
		close(open(p, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));")
	[[ $(record clean_exit measured) == *"$TMPDIR/old/left."*' is left"' ]]
	[ -z "$(ls -A "$TMPDIR/old")" ]
}

# unlisted [COMMAND…]: IPCKIT becomes $program, run by that command in an ipc namespace whose queues no folder lists.
# What it leaves of them is then named in the file $left.
unlisted()
{
	left=$BATS_TEST_TMPDIR/left
	cat >"$BATS_TEST_TMPDIR/unlisted" <<-END
		#!/bin/sh
		exec unshare --ipc --mount --propagation private sh -c '
			umount -l /dev/mqueue 2>/dev/null
			$* "$program" "\$@"
			status=\$?
			mount -t mqueue none "$BATS_TEST_TMPDIR/queues" && ls -A "$BATS_TEST_TMPDIR/queues" >"$left"
			exit \$status' - "\$@"
	END
	chmod +x "$BATS_TEST_TMPDIR/unlisted"
	mkdir -p "$BATS_TEST_TMPDIR/queues"
	IPCKIT=$BATS_TEST_TMPDIR/unlisted
}

# queues_are_found STATUS: the one under the link's name, removed and left. A clean exit of who has a name of its own gets that
# status.
queues_are_found()
{
	grade L4 --isolation limits < <(row posix_mq)
	is score 100.0
	[ ! -s "$left" ]
	grade L4 --isolation limits <"$BATS_TEST_DIRNAME/grading/wrong/l4_queue_left.c"
	is clean_exit status '"failed"'
	[[ $(record clean_exit measured) == *'/dev/mqueue/ipckit.'*' is left"' ]]
	is clean_kill status '"failed"'
	[ ! -s "$left" ]
	grade L4 --isolation limits < <(row posix_mq | sed 's/l->name/own_name(l)/
		1i #include "variant.h"\n#include <stdio.h>
		1i static const char *own_name(const struct link *l);
		$a static const char *own_name(const struct link *l)\n{\n\tstatic char name[80];\n\tsnprintf(name, sizeof name, "%s.own", l->name);\n\treturn name;\n}')
	is clean_exit status "$1"
}

@test "queues that are left are found where /dev/mqueue is not mounted, and what cannot be seen is not checkable" {
	[ "$(id -u)" -eq 0 ] && unshare --ipc --mount true 2>/dev/null || skip 'no ipc namespace to be had'
	program=$IPCKIT
	unlisted
	queues_are_found '"passed"'
	unlisted setpriv --bounding-set=-sys_admin --inh-caps=-all
	queues_are_found '"not_checkable"'
	is clean_kill status '"not_checkable"'
}

# through COMMAND…: IPCKIT becomes itself as that command runs it.
through()
{
	local script=$BATS_TEST_TMPDIR/$BASHPID.${#IPCKIT}
	printf '#!/bin/sh\nexec %s "$@"\n' "$* $IPCKIT" >"$script"
	chmod +x "$script"
	IPCKIT=$script
}

@test "root with the capabilities of a container can grade, and what cannot be seen of a process is a grader error" {
	[ "$(id -u)" -eq 0 ] || skip 'not root'
	through setpriv --inh-caps=-all --bounding-set=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap
	for answer in L1:mmap_shared L2:pipe L4:posix_mq L5:shm_sem L6:unix_abstract; do
		grade "${answer%:*}" < <(row "${answer#*:}")
		is score 100.0
		[[ $(record isolation) == *'"level": "limits"'* ]]
	done
	grade L2 < <(sed 's/usleep(20000)/usleep(500000)/' "$BATS_TEST_DIRNAME/grading/forged/clone_files.c")
	is parent_to_child status '"failed"'
	[[ $(record parent_to_child measured) == *'one descriptor table'* ]]
	grade L2 <"$BATS_TEST_DIRNAME/grading/forged/clone_vm.c"
	is parent_to_child status '"failed"'
	build_seccomp_deny "$BATS_TEST_TMPDIR"
	through "$seccomp_deny" EPERM setfsuid,setfsgid
	grade L1 < <(row mmap_shared)
	is error '"the warden cannot begin: setfsgid: Operation not permitted"'
	nothing_left
}

# The program and its parts where every user may run them.
kit_for_all()
{
	mkdir "$TMPDIR/kit"
	cp -r "$(dirname "$IPCKIT")"/{ipckit,grade} "$TMPDIR/kit"
	chmod -R a+rX "$TMPDIR/kit"
	install -d -m 1777 "$TMPDIR/work"
}

# ordinary COMMAND…: as a user that is not root, in a folder of its own for work folders
ordinary()
{
	if [ "$(id -u)" -eq 0 ]; then
		TMPDIR=$TMPDIR/work setpriv --reuid=1000 --regid=1000 --clear-groups "$@"
	else
		TMPDIR=$TMPDIR/work "$@"
	fi
}

@test "an ordinary user's answer leaves nothing unseen in a folder of the sandbox" {
	kit_for_all
	shared_with 'static const char *const where[] = {"/", "/dev/", "/run/", "/kit/", "/run/grade/"};
		for (int i = 0, fd; i < 5; i++) {
			char p[64];
			snprintf(p, sizeof p, "%sleft.%d", where[i], (int)getpid());
			fd = open(p, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
			if (fd != -1 && i < 4)
				return -7000 - i;
			close(fd);
		}' >"$TMPDIR/a.c"
	chmod a+r "$TMPDIR/a.c"
	ordinary "$TMPDIR/kit/ipckit" grade --level L1 --format json "$TMPDIR/a.c" >"$BATS_TEST_TMPDIR/record.json" || true
	[[ $(record isolation) == *'"level": "namespaces"'* ]] || skip 'no namespaces for an ordinary user'
	[[ $(record parent_to_child measured) != *-70* ]]
	[[ $(record clean_exit measured) == *'/run/grade/left.'* ]]
}

@test "where /run is read-only no other user can stop root's grader by a folder in /tmp" {
	[ "$(id -u)" -eq 0 ] && can_mount || skip 'not root, or no mounts'
	KIT=$(mktemp -d /var/tmp/kit.XXXXXX) # not in /tmp, which is covered
	cp -r "$(dirname "$IPCKIT")"/{ipckit,grade} "$KIT"
	chmod -R a+rX "$KIT"
	row mmap_shared >"$KIT/a.c"
	[ ! -e /dev/ipckit-slots-0 ] && made=/dev/ipckit-slots-0 # which is shared with this machine
	with_mounts 'mount -t tmpfs -o ro none /run && mount -t tmpfs none /tmp && install -d -o 65534 -m 700 /tmp/ipckit-slots-0' \
		env TMPDIR="$KIT" "$KIT/ipckit" grade --level L1 --format json --isolation limits "$KIT/a.c" \
		>"$BATS_TEST_TMPDIR/record.json" || true
	rm -rf ${made:+"$made"}
	is score 100.0
}

# What sends a signal to every process above, each by its own call.
senders='
	for (int pid = getppid(), up = 0; pid > 0; pid = up) {
		char path[40], text[300] = "";
		int fd, pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		siginfo_t info = {.si_signo = SIGNAL, .si_code = SI_QUEUE};
		snprintf(path, sizeof path, "/proc/%d/stat", pid);
		fd = open(path, O_RDONLY);
		up = 0;
		if (fd != -1 && read(fd, text, sizeof text - 1) > 0)
			sscanf(strrchr(text, 41) + 1, " %*c %d", &up);
		close(fd);
		syscall(SYS_kill, pid, SIGNAL);
		syscall(SYS_tkill, pid, SIGNAL);
		syscall(SYS_tgkill, pid, pid, SIGNAL);
		syscall(SYS_rt_sigqueueinfo, pid, SIGNAL, &info);
		syscall(SYS_rt_tgsigqueueinfo, pid, pid, SIGNAL, &info);
		syscall(SYS_pidfd_send_signal, pidfd, SIGNAL, NULL, 0);
		close(pidfd);
		if (pipe(pair) == 0 && fcntl(pair[0], F_SETOWN, pid) == 0) {
			fcntl(pair[0], F_SETSIG, SIGNAL);
			fcntl(pair[0], F_SETFL, O_ASYNC | O_NONBLOCK);
			if (write(pair[1], "", 1) == -1)
				return -1;
		}
		close(pair[0]);
		close(pair[1]);
	}
'

# shared_memory_that SIGNAL: right but for what it sends in setup()
shared_memory_that()
{
	cat <<-END
		#include <fcntl.h>
		#include <signal.h>
		#include <stdio.h>
		#include <string.h>
		#include <sys/syscall.h>
		#include <unistd.h>
		#define SIGNAL $1
		static int send_all(void)
		{
			int pair[2];
			$senders
			return 0;
		}
	END
	row mmap_shared | sed '/^static int mmap_shared_setup/,/^}/s/^{/{\n\tif (send_all() != 0)\n\t\treturn -1;/'
}

# batch [OPTION…]: shared memory and what sends signals, four at once; every one has full marks and nothing is left
batch()
{
	rm -rf "$TMPDIR/work/out"
	ordinary "$TMPDIR/kit/ipckit" grade --level L1 "$@" --batch "$TMPDIR/class" --jobs 4 --out "$TMPDIR/work/out" || true
	[ "$(grep -hc '^ "score": 100.0' "$TMPDIR"/work/out/*.json | xargs)" = '1 1 1 1' ]
	rm -rf "$TMPDIR/work/out"
	[ -z "$(ls -A "$TMPDIR/work"; ours)" ]
}

# bats test_tags=slow
@test "signals of an ordinary user's answer reach neither the grader nor another answer" {
	kit_for_all
	mkdir "$TMPDIR/class"
	shared_memory_that SIGKILL >"$TMPDIR/class/kill.c"
	shared_memory_that SIGALRM >"$TMPDIR/class/alarm.c"
	row mmap_shared | tee "$TMPDIR/class/a.c" >"$TMPDIR/class/z.c"
	chmod -R a+rX "$TMPDIR/class"
	batch
	batch --isolation limits
}

# bats test_tags=slow
@test "where nothing keeps an ordinary user's answers apart, their processes are few, and one answer runs at a time" {
	kit_for_all
	mkdir "$TMPDIR/class"
	row mmap_shared | tee "$TMPDIR/class/a.c" "$TMPDIR/class/b.c" >"$TMPDIR/class/c.c"
	malloc_with 'int n = 0, pid = 1; while (n < 500 && (pid = fork()) > 0) n++; if (pid == 0) pause(); dprintf(1, "made %d\n", n);' \
		>"$TMPDIR/class/z.c"
	chmod -R a+rX "$TMPDIR/class"
	# Which the same limit counts.
	# shellcheck disable=SC2016 # expanded by the inner shell
	ordinary sh -c 'for i in $(seq 60); do sleep 3333 & done' 3>&-
	ordinary "$TMPDIR/kit/ipckit" grade --isolation limits --batch "$TMPDIR/class" --out "$TMPDIR/work/out" >/dev/null &
	most=0
	while kill -0 $! 2>/dev/null && [ "$(ps -o stat= -p $!)" != Z ]; do
		now=$(pgrep -P $! | xargs -r pgrep -c -P || true)
		[ "${now:-0}" -le "$most" ] || most=$now
	done
	wait $! || true
	pkill -KILL -f '^sleep 3333$'
	[ "$most" -eq 1 ]
	[ "$(grep -hc '^ "score": 100.0' "$TMPDIR"/work/out/*.json | xargs)" = '1 1 1 0' ]
	made=$(grep -o 'made [0-9]*' "$TMPDIR/work/out/z.json" | cut -d' ' -f2 | sort -n | tail -n 1)
	[ "$made" -ge 10 ]
	[ "$made" -le 200 ]
	rm -rf "$TMPDIR/work/out"
	[ -z "$(ls -A "$TMPDIR/work"; ours)" ]
}

# bats test_tags=slow
@test "a grader without its controls or its tools gives no grade and no blame" {
	folder=$BATS_TEST_TMPDIR/kit
	mkdir -p "$folder/grade"
	cp "$IPCKIT" "$folder/ipckit"
	row mmap_shared >"$BATS_TEST_TMPDIR/a.c"
	run "$folder/ipckit" grade "$BATS_TEST_TMPDIR/a.c"
	[ "$status" -eq 77 ]
	[[ $output == *runner.o* ]]
	run "$folder/ipckit" grade --format json "$BATS_TEST_TMPDIR/a.c"
	[[ $output == *'"level": "none"'*'"seccomp": false'*'nothing was run'* ]]
	cp -r "$(dirname "$IPCKIT")"/grade/* "$folder/grade"
	cp "$folder/grade/sample-malloc" "$folder/grade/sample-mmap_shared"
	run "$folder/ipckit" grade "$BATS_TEST_TMPDIR/a.c"
	[ "$status" -eq 77 ]
	[[ $output == *'reference answer does not pass'* ]]
	cp "$(dirname "$IPCKIT")/grade/sample-mmap_shared" "$folder/grade"
	cp "$folder/grade/sample-mmap_shared" "$folder/grade/sample-malloc"
	run "$folder/ipckit" grade "$BATS_TEST_TMPDIR/a.c"
	[ "$status" -eq 77 ]
	[[ $output == *'malloc does not fail'* ]]
}

@test "a look at where the grader's parts lie that fails is named" {
	strace -f -o /dev/null true 2>/dev/null || skip 'nothing may be traced here'
	! grep -q __asan_init "$IPCKIT" || skip 'a sanitizer makes calls of its own'
	row mmap_shared >"$BATS_TEST_TMPDIR/a.c"
	# The link to the program; the folders that it and its sources are in.
	for n in 1 2; do
		run strace -o /dev/null -e inject=readlink:error=EACCES:when="$n" "$IPCKIT" grade "$BATS_TEST_TMPDIR/a.c"
		[ "$status" -eq 77 ]
		[[ $output == *': Permission denied'* ]]
		[[ $output != *'built with make'* ]]
	done
}

@test "what fails in the grader itself costs no points and is named" {
	strace -f -o /dev/null true 2>/dev/null || skip 'nothing may be traced here'
	! grep -q __asan_init "$IPCKIT" || skip 'a sanitizer makes calls of its own'
	row mmap_shared >"$BATS_TEST_TMPDIR/a.c"
	while read -r call error nth expected; do
		for _ in 1 2 3; do
			run strace -f -o /dev/null -e inject="$call:error=$error:when=$nth" \
				"$IPCKIT" grade --level L1 --format json "$BATS_TEST_TMPDIR/a.c"
			[[ $output == 'strace: ptrace('* ]] || break # its own failure, seen once, at a process that was stopped and killed
		done
		[ "$status" -eq 77 ]
		jq -e --arg expected "$expected" '.status == "grader_error" and (.error | contains($expected))' <<<"$output"
	done <<-'END'
		bind ENOMEM 1 the warden cannot begin: bind: Cannot allocate memory
		listen EADDRINUSE 1 the warden cannot begin: listen: Address already in use
		vfork EAGAIN 1 the compiler does not work here: 
		clone EAGAIN 9 Resource temporarily unavailable
	END
}

@test "a lock that a signal interrupts is asked for again" {
	strace -f -o /dev/null true 2>/dev/null || skip 'nothing may be traced here'
	row mmap_shared >"$BATS_TEST_TMPDIR/a.c"
	mkdir -m 711 "$TMPDIR/own"
	# Its sanitizer does not look for leaks where it is traced.
	ASAN_OPTIONS=detect_leaks=0 TMPDIR=$TMPDIR/own run -0 strace -qq -o /dev/null -e inject=flock:error=EINTR:when=1 \
		"$IPCKIT" grade --level L1 "$BATS_TEST_TMPDIR/a.c"
	rmdir "$TMPDIR/own" # and no other work folder was made, which would stay
}

@test "a file system that gives each folder to another user ends the grader, which does not try for ever" {
	strace -f -o /dev/null true 2>/dev/null || skip 'nothing may be traced here'
	row mmap_shared >"$BATS_TEST_TMPDIR/a.c"
	mkdir "$TMPDIR/own"
	ASAN_OPTIONS=detect_leaks=0 TMPDIR=$TMPDIR/own run -77 timeout --signal=KILL 20 strace -qq -o /dev/null \
		-e inject=geteuid:retval=4242 "$IPCKIT" grade --level L1 "$BATS_TEST_TMPDIR/a.c"
	[[ $output == *'no work folder: Operation not permitted'* ]]
	rmdir "$TMPDIR/own"
}

# cannot_begin CAUSE COMMAND…: which grades a.c in vain, and says why at once and nothing else.
cannot_begin()
{
	local said
	said=$("${@:2}" timeout 10 "$IPCKIT" grade --level L1 --format json --output "$BATS_TEST_TMPDIR/record.json" \
		"$BATS_TEST_TMPDIR/a.c" 2>&1) || [ $? -eq 77 ]
	[ -z "$said" ]
	[ "$(record error)" = "\"$1\"" ]
}

@test "where grading cannot begin the record names what is in its way" {
	row mmap_shared >"$BATS_TEST_TMPDIR/a.c"
	mkdir "$TMPDIR/own"
	! can_mount || cannot_begin 'no work folder: mkdtemp: Read-only file system' \
		with_mounts "mount -t tmpfs -o ro none '$TMPDIR/own'" env TMPDIR="$TMPDIR/own"
	[ "$(id -u)" -eq 0 ] || skip 'not root'
	cannot_begin 'filling the work folder: chown: Operation not permitted' no_capabilities
	! unshare --pid --fork true 2>/dev/null ||
		cannot_begin 'the /proc that is mounted here belongs to another pid namespace' env ASAN_OPTIONS=detect_leaks=0 unshare --pid --fork
}

@test "a child that has no /dev/null to read from names the call that failed" {
	strace -f -o /dev/null true 2>/dev/null || skip 'nothing may be traced here'
	row mmap_shared >"$BATS_TEST_TMPDIR/a.c"
	ASAN_OPTIONS=detect_leaks=0 run -77 strace -f -qq -o /dev/null -P /dev/null -e inject=openat:error=ENFILE \
		"$IPCKIT" grade --level L1 "$BATS_TEST_TMPDIR/a.c"
	[[ $output == *'open /dev/null: Too many'* ]]
}

# [COMMAND…]: one that COMMAND has started is noticed, too.
notices_a_process()
{
	local seen noticed=

	mkfifo "$BATS_TEST_TMPDIR/$#"
	cp /bin/cat "$TMPDIR/runner"
	"$@" "$TMPDIR/runner" <>"$BATS_TEST_TMPDIR/$#" &
	until pgrep -f "^$TMPDIR/runner" >/dev/null; do :; done
	rm "$TMPDIR/runner" # as a work folder is removed with its owner still there
	seen=$(nothing_left) || noticed=yes
	kill -KILL $!
	wait $! || true
	[ "$noticed" ]
	[[ $seen == *[0-9]" $TMPDIR/runner"* ]]
	until nothing_left; do :; done
}

# bats test_tags=slow
@test "what a run leaves would be noticed" {
	nothing_left
	notices_a_process
	! unshare --user --map-root-user --pid true || notices_a_process unshare --user --map-root-user --pid --fork --kill-child
	touch "/dev/shm/${TMPDIR##*/}"
	[ "$(id -u)" -ne 0 ] || chown 1610612735 "/dev/shm/${TMPDIR##*/}"
	run nothing_left
	rm "/dev/shm/${TMPDIR##*/}"
	[ "$status" -eq 1 ]
	[[ $output == *"/dev/shm/${TMPDIR##*/}"* ]]
	nothing_left
}

@test "a run that is interrupted leaves nothing" {
	malloc_with 'for (;;) pause();' >"$BATS_TEST_TMPDIR/a.c"
	"$IPCKIT" grade "$BATS_TEST_TMPDIR/a.c" &
	until pgrep -f "$TMPDIR/ipckit-grade" >/dev/null; do :; done
	kill -TERM $!
	ended=0
	wait $! || ended=$?
	[ "$ended" -eq 143 ]
	nothing_left
}

# ends_with_its_grader [COMMAND…]: a grader, started by that command, is killed while its answer and what that has started
# sleep: neither they nor what they have made stays, and the next run removes the work folder
ends_with_its_grader()
{
	local kit=$TMPDIR
	local TMPDIR=$kit/work

	"$@" "$kit/kit/ipckit" grade --isolation limits "$kit/a.c" >/dev/null 2>&1 3>&- &
	until pgrep -f "^$TMPDIR/ipckit-grade\.[^/]*/out/runner" >/dev/null; do kill -0 $!; done
	kill -KILL $!
	wait $! || true
	for ((SECONDS = 0; SECONDS < 60;)); do
		[ "$(ours)" ] || break
	done
	[ -z "$(ours; new_objects)" ]
	"$@" "$kit/kit/ipckit" grade --isolation limits "$kit/a.c" || true
	[ -z "$(ls -A "$TMPDIR"; new_objects)" ]
}

@test "a grader that is killed takes along all that it has started" {
	kit_for_all
	malloc_with 'shm_open(l->name, O_CREAT, 0600); if (fork() == 0) setsid(); for (;;) pause();' >"$TMPDIR/a.c"
	ends_with_its_grader
	[ "$(id -u)" -ne 0 ] || ends_with_its_grader setpriv --reuid=1000 --regid=1000 --clear-groups
}

@test "a grader that is pid 1, as in a container, is ended by a signal, too" {
	unshare --pid --fork --mount-proc true 2>/dev/null || skip 'no pid namespace to be had'
	mkdir "$BATS_TEST_TMPDIR/class"
	malloc_with 'for (;;) pause();' | tee "$BATS_TEST_TMPDIR/class/a.c" >"$BATS_TEST_TMPDIR/a.c"
	run -143 as_pid_1 "$IPCKIT" grade "$BATS_TEST_TMPDIR/a.c"
	run -143 as_pid_1 "$IPCKIT" grade --batch "$BATS_TEST_TMPDIR/class" --out "$BATS_TEST_TMPDIR/out"
	nothing_left
}

@test "wrong usage is told in one line" {
	echo >"$BATS_TEST_TMPDIR/a.c"
	ln -s a.c "$BATS_TEST_TMPDIR/link.c"
	for arguments in '' '--level L9 x.c' '--attempt 0 x.c' '--isolation none x.c' "$BATS_TEST_TMPDIR/missing.c" \
		"--attempt 4294967297 $BATS_TEST_TMPDIR/a.c" \
		"$BATS_TEST_TMPDIR/link.c" "--level L7 $BATS_TEST_TMPDIR/link.c" "$BATS_TEST_TMPDIR"; do
		read -r -a words <<<"$arguments"
		run "$IPCKIT" grade "${words[@]}"
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
	done
}
