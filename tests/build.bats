#!/usr/bin/env bats
# The Makefile and the registry, tried on a copy of the tree that has the objects already.

bats_require_minimum_version 1.5.0

setup_file()
{
	local root=$BATS_TEST_DIRNAME/.. build=${BUILD:-$BATS_TEST_DIRNAME/../build} tree=$BATS_FILE_TMPDIR/tree part

	clean_environment
	mkdir -p "$tree/build"
	cp -a "$root"/{Makefile,LICENSE,common,variants,tests} "$tree"
	for part in common variants ipckit flags sources registry.c registry.d registry.o; do
		[ ! -e "$build/$part" ] || cp -a "$build/$part" "$tree/build"
	done
	make -C "$tree"
}

setup()
{
	clean_environment
	cp -a "$BATS_FILE_TMPDIR/tree" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR/tree" || return
}

# What the make that runs these tests was told is not meant for those in here, but for the flags: so objects stay good.
clean_environment()
{
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES B V ROW ARGS PREFIX DESTDIR PKG_CONFIG
}

names()
{
	build/ipckit list | awk '{ print $1 }'
}

has_row()
{
	names | grep -qx "$1"
}

# new_row FROM TO: a copy of a row under another name.
new_row()
{
	sed "s/$1/$2/g" "variants/$1.c" >"variants/$2.c"
}

one_line_with()
{
	echo "$output"
	[ "$status" -ne 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"$1"* ]]
	[[ $output == *"\`make deps\`"* ]]
}

# Everything is of the past, and what was made is newer than what it was made from.
settle()
{
	touch -d '1 hour ago' reference
	find build -exec touch -r reference {} +
	find common variants tests Makefile -exec touch -d '2 hours ago' {} +
}

@test "a missing library is one line that names make deps" {
	run make B=fresh PKG_CONFIG=false
	one_line_with 'libcap smartcols jansson'
	run make -j4 B=fresh PKG_CONFIG=false run-all
	one_line_with 'libcap smartcols jansson'
}

@test "a missing compiler or pkg-config is one line that names make deps" {
	run make B=fresh CC=no-such-compiler
	one_line_with 'no-such-compiler'
	run make B=fresh PKG_CONFIG=no-such-pkg-config
	one_line_with 'no-such-pkg-config'
}

@test "cmocka is missed by the unit tests only" {
	cat >pkg-config-without-cmocka <<'END'
#!/bin/sh
case $* in
*cmocka*) exit 1 ;;
*) exec pkg-config "$@" ;;
esac
END
	chmod +x pkg-config-without-cmocka
	echo 'int main(void) { return 0; }' >tests/unit/test_nothing.c
	run make PKG_CONFIG=./pkg-config-without-cmocka build/tests/unit/test_nothing
	one_line_with 'cmocka'
	make -B PKG_CONFIG=./pkg-config-without-cmocka build/common/failure.o
}

@test "pkg-config is asked after deps has run" {
	cat >common/deps.sh <<'END'
sleep 0.2 # long enough for whoever does not wait to fail
ln -s "$(command -v pkg-config)" installed-by-deps
END
	run make -j4 B=fresh PKG_CONFIG=./installed-by-deps fresh/common/failure.o
	[ "$status" -ne 0 ]
	make -j4 B=fresh PKG_CONFIG=./installed-by-deps deps fresh/common/failure.o
	[ -e fresh/common/failure.o ]
}

@test "a file dropped into variants is a row" {
	run ! has_row dropped
	new_row mmap_shared dropped
	make
	has_row dropped
	build/ipckit run dropped
}

@test "a renamed row has its new name only" {
	new_row mmap_shared renamed
	rm variants/mmap_shared.c
	make
	has_row renamed
	run ! has_row mmap_shared
}

@test "a removed row is gone" {
	has_row mmap_shared
	rm variants/mmap_shared.c
	make
	run ! has_row mmap_shared
	has_row malloc
}

@test "a removed file of the harness is noticed" {
	echo 'int unused_here(void); int unused_here(void) { return 0; }' >common/unused_here.c
	make
	nm build/ipckit | grep -q unused_here
	rm common/unused_here.c
	make
	run ! grep -q unused_here <(nm build/ipckit)
}

@test "nothing is made again when nothing changed" {
	settle
	run make
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run find build -type f -newer reference
	[ -z "$output" ]
	touch variants/malloc.c # a row that changed, but not its comment
	make
	run find build -name '*.[co]' -newer reference
	[ "$(sort <<<"$output" | grep -v ^build/grade/)" = build/variants/malloc.o ]
}

@test "a changed header rebuilds what includes it" {
	echo '#define ANSWER 1' >common/answer.h
	printf '#include "answer.h"\nint answer(void);\nint answer(void) { return ANSWER; }\n' >common/answer.c
	make
	settle
	touch common/answer.h
	run make
	[ "${lines[*]}" = '  CC   common/answer.c   LD   build/ipckit' ]
}

@test "the user's flags are kept, and so are the kit's" {
	run make B=other V=1 CC="${CC:-cc}" CPPFLAGS=-DUSER_CPP CFLAGS='-O1 -DTEXT="a b"' other/common/failure.o
	[ "$status" -eq 0 ]
	[[ $output == *-std=gnu11*-Wconversion*'-O1 -DTEXT="a b"'* ]]
	[[ $output == *-DUSER_CPP* ]]
	run make B=other CPPFLAGS=-DUSER_CPP CFLAGS='-O1 -DTEXT="a b"' other/common/failure.o
	[ -z "$output" ]
	run make B=other CPPFLAGS=-DUSER_CPP CFLAGS=-O2 other/common/failure.o
	[[ $output == *'CC   common/failure.c'* ]]
}

@test "a row with another name than its file is one line" {
	sed 's/variant_pipe/variant_mine/' variants/pipe.c >variants/mine.c
	run make
	rm variants/mine.c
	[ "$status" -ne 0 ]
	[ "${lines[0]}" = 'variants/mine.c: .name = "pipe" is not the name of the file' ]
}

@test "a file name that is no C identifier is one line" {
	echo >variants/foo-bar.c
	run make
	[ "$status" -ne 0 ]
	[ "${lines[0]}" = 'variants/foo-bar.c: the name of the file must be a C identifier and .c' ]
	rm variants/foo-bar.c
	echo >'variants/pipe (copy).c'
	run make
	[ "$status" -ne 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *'must not contain a space'* ]]
}

@test "the comment of a row reaches the registry with every awk" {
	local awk count=0

	printf '/*\n * dropped - "quoted" \\ and ??/\r\n *\n * What:   a\n *         b\n */\nint x;\n' >variants/dropped.c
	printf '// no block comment\n' >variants/bare.c
	: >variants/empty.c
	cat >expected <<'END'
	{ &variant_bare,
		"" },
	{ &variant_dropped,
		"dropped - \"quoted\" \\ and \?\?/\n"
		"\n"
		"What:   a\n"
		"        b" },
	{ &variant_empty,
		"" },
END
	for awk in awk mawk gawk 'busybox awk'; do
		command -v "${awk%% *}" || continue
		$awk -f common/registry.awk variants/{bare,dropped,empty}.c common/probes/delivers.c >registry.c
		grep -A 8 '{ &variant_bare' registry.c | diff expected -
		grep -qx $'\t&probe_delivers,' registry.c
		"${CC:-cc}" -Icommon -Wall -Wextra -Werror -pedantic -fsyntax-only registry.c
		count=$((count + 1))
	done
	[ $count -gt 0 ]
}

@test "uninstall leaves nothing of what install has put there" {
	local dest="$BATS_TEST_TMPDIR/a place"

	make install DESTDIR="$dest" PREFIX=/opt/kit
	"$dest/opt/kit/bin/ipckit" --version
	[ -s "$dest/opt/kit/share/doc/ipckit/LICENSE" ]
	make uninstall DESTDIR="$dest" PREFIX=/opt/kit
	run find "$dest" ! -type d -o -name ipckit
	[ -z "$output" ]
}

@test "clean removes a build and nothing else" {
	run make clean B=common
	[ "$status" -ne 0 ]
	[ -e common/variant.h ]
	make clean
	[ ! -e build ]
	make clean
}

@test "a failing run fails make" {
	printf '#!/bin/sh\nexit 1\n' >build/ipckit
	run make run-all
	[ "$status" -ne 0 ]
}

@test "make help names every target" {
	run make help
	targets=$(sed -n 's/^\.PHONY: //p' "$BATS_TEST_DIRNAME/../Makefile")
	[ "$(wc -w <<<"$targets")" -gt 10 ]
	for target in ${targets% FORCE}; do
		[[ $output == *"  $target "* ]]
	done
}

@test "make torture hands its parts on, and builds the grader all the same" {
	echo 'echo "parts: $*"' >tests/torture/all.sh
	run -0 make -s -o grading torture
	[ "$output" = 'parts: ' ]
	run -0 make -s -o grading torture PARTS='faults stress'
	[ "$output" = 'parts: faults stress' ]
	run -0 make -n grading PARTS='faults stress'
}

@test "make torture runs a part in a folder whose name has a space, and tells what is not here from what fails" {
	local tool

	mkdir bin
	for tool in bash sh realpath dirname timeout make env cat cut sed mktemp rm; do
		ln -s "$(command -v $tool)" bin
	done
	mkdir "a b"
	mv tests build Makefile common variants LICENSE "a b"
	cd "a b" || return
	cat >tests/torture/matrix.sh <<-'END'
		[ -x "$1" ] && [ $# -eq 1 ]
	END
	echo 'exit 3' >tests/torture/class.sh
	rm tests/torture/repeat.sh
	run -1 env PATH="$BATS_TEST_TMPDIR/tree/bin" bash tests/torture/all.sh matrix class valgrind fuzz repeat
	echo "$output"
	[ "${lines[-1]}" = 'torture: passed: matrix; failed: class; not here: valgrind fuzz repeat' ]
	run -2 bash tests/torture/all.sh matrix no_such_part
}

# None of the parts has its script here, and make does nothing: they are only named.
@test "make torture has a part for each goal of make that takes long" {
	local part

	find tests -name '*.sh' ! -name all.sh -delete
	MAKE=true run -0 bash tests/torture/all.sh
	echo "$output"
	for part in slow places fresh fuzz stress models portability analyze handout; do
		[[ "${lines[-1]};" == *" $part"[\ \;]* ]]
	done
}

@test "the time of day is asked only where nothing else will do" {
	# musl has no sem_clockwait(3).
	run grep -rlE --include='*.[ch]' \
		'CLOCK_REALTIME|(gettimeofday|timespec_get|sem_timedwait|mutex_timedlock|mq_timed(send|receive))\(|[^_a-z](time|ftime)\((NULL|0|&)' \
		common variants
	[ "$(sort <<<"$output")" = $'common/peer.c\ncommon/peer.h' ]
	run -1 grep -rl --include='*.sh' EPOCHSECONDS tests
}

@test "the size of a page is asked, and never a number" {
	# Those count rounds, names and slots.
	run grep -rnE --include='*.[ch]' '\b(4096|0x1000)[uUlL]*\b|PAGE_SHIFT|<< *12\b' common variants
	diff <(sed -E 's/:[0-9]+:[\t ]*/: /' <<<"$output" | sort) - <<'END'
common/grade/slot.c: enum { SLOTS = 4096 };
common/grade/warden/residue.c: enum { KINDS = sizeof kinds / sizeof kinds[0], BEFORE_MOST = 4096, KNOWN_MOST = 128 };
common/probes/broken.c: enum { LENGTH = 512, MANY = 4096, FEW = 64, FOR_EVER_MS = 300 };
END
}
