#!/bin/sh
# readme.sh PROGRAM PLACES - prints README.md with the output blocks made anew; `make readme` puts it in place
#
# A block begins with `<!-- output: ipckit ARGUMENTS -->` and ends with `<!-- end -->`. Markdown goes in as it is,
# anything else in a fence. PLACES is what `<!-- output: make places -->` begins, which takes longer.
set -eu

program=$1 places=$2

block()
{
	# shellcheck disable=SC2086 # the arguments of a block are words
	case $1 in
	'make places') echo; cat "$places"; echo ;;
	*--format=markdown*) echo; "$program" ${1#ipckit }; echo ;;
	*) echo '```'; "$program" ${1#ipckit }; echo '```' ;;
	esac
}

skip=
while IFS= read -r line; do
	case $line in
	'<!-- end -->') skip= ;;
	esac
	[ -n "$skip" ] || printf '%s\n' "$line"
	case $line in
	'<!-- output: ipckit '* | '<!-- output: make places -->')
		skip=1
		command=${line#'<!-- output: '}
		block "${command%' -->'}" </dev/null
		;;
	esac
done <README.md
