#!/bin/sh
# readme.sh PROGRAM - prints README.md with the output blocks made anew; `make readme` puts it in place
#
# A block begins with `<!-- output: ipckit ARGUMENTS -->` and ends with `<!-- end -->`. Markdown goes in as it is,
# anything else in a fence.
set -eu

program=$1

block()
{
	# shellcheck disable=SC2086 # the arguments of a block are words
	case $1 in
	*--format=markdown*) echo; "$program" $1; echo ;;
	*) echo '```'; "$program" $1; echo '```' ;;
	esac
}

skip=
while IFS= read -r line; do
	case $line in
	'<!-- end -->') skip= ;;
	esac
	[ -n "$skip" ] || printf '%s\n' "$line"
	case $line in
	'<!-- output: ipckit '*)
		skip=1
		arguments=${line#'<!-- output: ipckit '}
		block "${arguments%' -->'}" </dev/null
		;;
	esac
done <README.md
