#!/usr/bin/env bats
# Every header compiles alone: whoever includes it needs no other one before it.

setup()
{
	cd "$BATS_TEST_DIRNAME/.." || return
	read -r -a libs <<<"$(pkg-config --cflags libcap smartcols jansson)"
}

# compile_alone COMPILER HEADER…: names those that do not.
compile_alone()
{
	# shellcheck disable=SC2016 # the inner shell's
	printf '%s\n' "${@:2}" | xargs -P "$(nproc)" -I '{}' bash -c '"$1" "${@:3}" -include "$2" -x c /dev/null ||
		{ echo "does not compile alone: $2"; exit 1; }' - "$1" '{}' \
		-std=gnu11 -D_GNU_SOURCE -Icommon "${libs[@]}" -Wall -Wextra -Werror -fsyntax-only
}

every_header_with()
{
	command -v "$1" || skip "no $1 here"
	mapfile -t headers < <(find common tests -name '*.h')
	[ ${#headers[@]} -gt 5 ]
	compile_alone "$1" "${headers[@]}"
}

# bats test_tags=slow
@test "every header compiles alone with gcc" {
	every_header_with gcc
}

# bats test_tags=slow
@test "every header compiles alone with clang" {
	every_header_with clang
}

@test "a header that needs another one would be noticed" {
	echo 'size_t length(void);' >"$BATS_TEST_TMPDIR/lacking.h"
	run compile_alone "${CC:-cc}" "$BATS_TEST_TMPDIR/lacking.h"
	[ "$status" -ne 0 ]
	[[ $output == *"does not compile alone: "*lacking.h* ]]
}
