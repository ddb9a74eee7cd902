#!/usr/bin/env bash
# portability.sh FOLDER [TOOLCHAIN…] - builds the kit by every toolchain that is here, without a warning, and runs what the
# machine can run: "ok|not ok|not here: TOOLCHAIN: what was done"
#
#   gcc clang fortify    unit tests, and every row delivers as the build at hand does (fortify: -D_FORTIFY_SOURCE=3)
#   m32 aarch64          the same by qemu's user emulation, aarch64 with pages of 4, 16 and 64 KiB, and the stress of the two
#                        rows of futex(2); the grader is built (m32: its warden), but not run. The libraries come from Debian's packages for
#                        that architecture and are only unpacked
#   musl                 rows, core and grader compile; the rows are linked to a program that needs none of the kit's libraries,
#                        which are not to be had for musl, and pass their messages
#
# Some 15 minutes, of which each command is ended after LIMIT seconds (300). Exit status 1 if one is not ok, 77 if none is here.
set -u

folder=$1 LIMIT=${LIMIT:-300}
shift
mkdir -p "$folder" && folder=$(cd "$folder" && pwd) || exit
kit=${IPCKIT:-build/ipckit}
failed=0 good=0

report()
{
	[ "$1" != 'not ok' ] || failed=1
	[ "$1" != ok ] || good=$((good + 1))
	echo "$1: $2: $3"
}

# here TOOLCHAIN COMMAND…: all of the commands are, or it is said which is not
here()
{
	local toolchain=$1 command

	shift
	for command; do
		command -v "$command" >/dev/null || { report 'not here' "$toolchain" "no $command"; return 1; }
	done
}

# build NAME CC FLAGS [VARIABLE=…]
build()
{
	local name=$1 cc=$2 flags=$3

	shift 3
	timeout "$LIMIT" make -j2 B="$folder/$name" CC="$cc" CFLAGS="$flags -Werror" "$@" >"$folder/$name.log" 2>&1 &&
		return
	report 'not ok' "$name" "does not build: $(grep -m 1 -E 'error|Error' "$folder/$name.log")"
	return 1
}

# "row value" of each row
delivered()
{
	awk -F , '$3 == "delivers" { print $1, $5 }' "$1"
}

native()
{
	local name=$1 passed=0 unit bad=''

	build "$@" programs grading || return
	for unit in "$folder/$name"/tests/unit/test_*.o; do
		timeout "$LIMIT" "${unit%.o}" >"$folder/unit.log" 2>&1 </dev/null || bad+=" $(basename "$unit" .o)"
		passed=$((passed + $(grep -c '^\[       OK' "$folder/unit.log")))
	done
	timeout "$LIMIT" "$folder/$name/ipckit" run --format=csv >"$folder/$name.csv" 2>>"$folder/$name.log" || bad+=' run'
	cmp -s <(delivered "$folder/here.csv") <(delivered "$folder/$name.csv") || bad+=' rows-differ'
	if [ -n "$bad" ] || [ $passed -le 50 ]; then
		report 'not ok' "$name" "$passed unit tests; wrong:$bad"
	else
		report ok "$name" "$passed unit tests, $(delivered "$folder/$name.csv" | wc -l) rows deliver as they should"
	fi
}

# emulated NAME CPU PAGE
emulated()
{
	local said

	said=$(unshare --user --map-root-user --mount \
		bash tests/portability/emulated.sh "$folder/$1" "$2" "$3" "$folder/here.csv" 2>&1)
	case $? in
	0) report ok "$1" "$said" ;;
	77) report 'not here' "$1" "built only: $said" ;;
	*) report 'not ok' "$1" "$said" ;;
	esac
}

# foreign NAME DEBIAN TRIPLE LOADER PAGES CC…: cross-compiled, and run by qemu, with pages of each of the sizes
foreign()
{
	local name=$1 debian=$2 triple=$3 loader=$4 pages=$5 root=$folder/$2/root cpu page goals=(programs grading)

	shift 5
	cpu=${triple%%-*}
	here "$name" "$1" "qemu-$cpu-static" dpkg-deb || return
	sh tests/portability/sysroot.sh "$debian" "$folder/$debian" >"$folder/$debian.log" 2>&1 ||
		{ report 'not here' "$name" "no libraries for $debian: $(grep -m 1 ^E: "$folder/$debian.log")"; return; }
	# A 32-bit object that was reduced to one symbol lacks what its code finds its place by.
	[ "$name" != m32 ] || goals=(programs "$folder/$name/grade/ipckit-warden")
	build "$name" "${*//ROOT/$root}" '-O2 -g' "${goals[@]}" OBJCOPY="$triple-objcopy" \
		PKG_CONFIG="env PKG_CONFIG_LIBDIR=$root/usr/lib/$triple/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root pkg-config" \
		LDFLAGS="-Wl,-dynamic-linker=$root/lib/$loader -Wl,-rpath=$root/lib/$triple:$root/usr/lib/$triple" || return
	for page in $pages; do
		emulated "$name" "$cpu" "$page"
	done
	CC="${*//ROOT/$root}" STRESS_FLAGS="-static" RUN="qemu-$cpu-static" GOOD_ONLY=1 \
		bash tests/stress/stress.sh "$folder/$name/stress" 20000 | sed "s/: stress/: $name: stress/" | tee "$folder/stress"
	! grep -q '^not ok' "$folder/stress" || failed=1
}

# All of the program, the grader and the rows by musl; kernel headers and the kit's libraries' headers are those of this
# machine. Some calls take an int there that is unsigned in glibc, so signs are the other compilers' business.
musl()
{
	local cc objects=0 rows=0 bad='' file name
	local -a flags=(-std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Icommon -O2)
	local -a strict=(-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror)

	here musl musl-gcc pkg-config || return
	cc="musl-gcc -idirafter /usr/include -idirafter /usr/include/$(gcc -print-multiarch)"
	mkdir -p "$folder/musl"
	for file in common/*.c common/*/*.c common/*/*/*.c variants/*.c; do
		# shellcheck disable=SC2046,SC2086 # words of their own
		if $cc "${flags[@]}" "${strict[@]}" $(pkg-config --cflags libcap smartcols jansson libseccomp) -c -o "$folder/musl/object" \
			"$file" 2>>"$folder/musl.log"; then
			objects=$((objects + 1))
		else
			bad+=" $file"
		fi
	done
	for file in variants/*.c; do
		name=$(basename "$file" .c)
		if ! grep -q '\.blocks = true' "$file" || [[ " eventfd pointer_pipe udp " == *" $name "* ]]; then
			continue # no stream of messages: they need turns, add, point, drop
		fi
		# shellcheck disable=SC2086
		if $cc "${flags[@]}" -DROW="variant_$name" -static -Wl,--wrap=peer_patience -o "$folder/musl/$name" \
			tests/stress/stress.c "$file" common/peer.c common/transfer.c common/futex.c 2>>"$folder/musl.log" &&
			timeout 60 "$folder/musl/$name" 500 2>>"$folder/musl.log"; then
			rows=$((rows + 1))
		else
			bad+=" $name"
		fi
	done
	if [ -n "$bad" ] || [ $objects -le 200 ] || [ $rows -le 10 ]; then
		report 'not ok' musl "$objects files, $rows rows; wrong:$bad"
	else
		report ok musl "$objects files compile, $rows rows pass 500 messages each; not linked: the program, for want of its libraries"
	fi
}

each()
{
	case $1 in
	gcc | clang) ! here "$1" "$1" || native "$1" "$1" '-O2 -g' ;;
	fortify) ! here fortify gcc || native fortify gcc '-O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3' ;;
	m32) foreign m32 i386 i386-linux-gnu ld-linux.so.2 4096 gcc -m32 --sysroot=ROOT \
		-BROOT/usr/lib/gcc/i686-linux-gnu/12/ -LROOT/usr/lib/gcc/i686-linux-gnu/12 ;;
	aarch64) foreign aarch64 arm64 aarch64-linux-gnu ld-linux-aarch64.so.1 '4096 16384 65536' aarch64-linux-gnu-gcc --sysroot=ROOT ;;
	musl) musl ;;
	*) report 'not ok' "$1" 'no such toolchain' ;;
	esac
}

"$kit" run --format=csv >"$folder/here.csv" 2>/dev/null || true
[ $# -gt 0 ] || set -- gcc clang fortify m32 aarch64 musl
for toolchain; do
	each "$toolchain"
done
[ $((failed + good)) -gt 0 ] || exit 77
exit $failed
