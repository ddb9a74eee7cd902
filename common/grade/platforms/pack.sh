#!/bin/sh
# pack.sh gradescope|autolab LEVEL BUILD - makes BUILD/gradescope.zip or BUILD/autolab.tar, the same at each call
#
# Run in the kit's folder. Names are sorted and times fixed (SOURCE_DATE_EPOCH, or the year 2000). The packages hold the
# kit with its reference answers: they are for the platform, not for students.
set -eu
umask 022
export LC_ALL=C TZ=UTC

level=$2
build=$3
here=common/grade/platforms/$1
stage=$build/$1
time=@${SOURCE_DATE_EPOCH:-946684800}

case $level in
L[0-7]) ;;
*)
	echo "pack: unknown level '$level': L0 to L7" >&2
	exit 2
	;;
esac

# Copies with permissions that do not depend on whose they were.
copy()
{
	mkdir -p "$(dirname "$2")"
	cp "$1" "$2"
	chmod "${3:-644}" "$2"
}

kit()
{
	mkdir -p "$1"
	find Makefile LICENSE README.md common variants -type f ! -name '*.o' ! -name '*~' ! -name '.*' |
		tar --create --file=- --files-from=- | tar --extract --file=- --directory="$1"
	find "$1" -type f ! -perm -100 -exec chmod 644 '{}' +
	find "$1" \( -type d -o -perm -100 \) -exec chmod 755 '{}' +
}

# Sorted, without owners and with fixed times.
tar_of()
{
	find "$2" -exec touch -h -d "$time" '{}' +
	(cd "$2" && find . -mindepth 1 ! -type d | sed 's|^\./||' | sort | tar --create --file=- --format=ustar \
		--owner=0 --group=0 --numeric-owner --mtime="$time" --no-recursion --files-from=-) >"$1.new"
	mv "$1.new" "$1"
}

rm -rf "$stage"
mkdir -p "$stage"
case $1 in
gradescope)
	command -v zip >/dev/null || { echo 'pack: not found: zip' >&2; exit 1; }
	kit "$stage/kit"
	copy "$here/setup.sh" "$stage/setup.sh" 755
	copy "$here/run_autograder" "$stage/run_autograder" 755
	echo "$level" >"$stage/level"
	find "$stage" -exec touch -h -d "$time" '{}' +
	rm -f "$build/gradescope.zip"
	(cd "$stage" && find . -type f | sed 's|^\./||' | sort | zip -X -D -q -@ ../gradescope.zip)
	echo "$build/gradescope.zip: upload it as the autograder of an assignment worth 100 points"
	;;
autolab)
	lab=$stage/ipckit
	kit "$stage/parts/autograde/kit"
	copy "$here/driver.sh" "$stage/parts/autograde/driver.sh" 755
	echo "$level" >"$stage/parts/autograde/level"
	for file in autograde-Makefile ipckit.yml ipckit.rb; do
		copy "$here/$file" "$lab/$file"
	done
	case $level in
	L0 | L7) sed -i 's/answer\.c$/answer.csv/' "$lab/ipckit.yml" ;;
	esac
	tar_of "$lab/autograde.tar" "$stage/parts"
	rm -rf "$stage/parts"
	tar_of "$build/autolab.tar" "$stage"
	echo "$build/autolab.tar: install it as an assessment (Import from tarball)"
	;;
esac
