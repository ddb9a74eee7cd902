#!/bin/sh
# handout.sh FILE - packs what students get: harness, grader, the malloc row, the sheet and the starters
#
# No reference answer, no test, no history. The same tree gives the same bytes: names are sorted, and times, owners and
# modes are fixed (SOURCE_DATE_EPOCH, 0).
set -eu
umask 022
export LC_ALL=C

out=$1
name=ipckit-exercise
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

# transfer and peer do what a level asks for, and only rows call them; so does the bench, which has a ring and hand-overs of
# its own; platforms are for teachers.
files()
{
	echo Makefile LICENSE variants/malloc.c | tr ' ' '\n'
	find variants/exercise common -type f \( -name '*.[ch]' -o -name '*.awk' -o -name '*.sh' -o -name '*.csv' -o -name '*.md' \) \
		! -name 'transfer.[ch]' ! -name 'peer.[ch]' ! -path '*/platforms/*' ! -name handout.sh \
		! -path '*/bench/*' ! -path '*/commands/bench.c' ! -path '*/commands/cow.c'
}

files | while read -r file; do
	mkdir -p "$stage/$name/$(dirname "$file")"
	cp "$file" "$stage/$name/$file"
done
cp variants/exercise/README.md "$stage/$name/README.md"
mkdir -p "$(dirname "$out")"
tar -C "$stage" --sort=name --format=ustar --mtime="@${SOURCE_DATE_EPOCH:-0}" --owner=0 --group=0 --numeric-owner \
	--mode='u=rwX,go=rX' -cf "$stage/tar" "$name"
gzip -9n <"$stage/tar" >"$out.new"
mv "$out.new" "$out"
echo "$out: $(tar -tzf "$out" | grep -vc '/$') files; make handout-check proves that no answer is in it"
