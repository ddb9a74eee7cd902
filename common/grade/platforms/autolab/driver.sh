#!/bin/sh
# driver.sh [-A] FILE - grades FILE; with -A the last line is the result that Autolab reads
#
# The last line is written when everything of the student's has ended, and only here. A problem without a score, null,
# stays ungraded; no result at all would become 0.
# ATTEMPT selects the step of the hints; version 0, which is an unofficial submission, and none at all are the first.
set -u
umask 077

here=$(cd "$(dirname "$0")" && pwd)
format=table
if [ "${1-}" = -A ]; then
	format=autolab
	shift
fi

no_score()
{
	echo "grader error: $1. This is not the student's fault, and there is no score."
	[ $format = table ] || echo '{"scores": {"ipckit": null}, "scoreboard": []}'
	exit 0
}

attempt=${ATTEMPT:-1}
[ "$attempt" != 0 ] || attempt=1
ipckit=${IPCKIT:-$here/kit/build/ipckit}
[ $# -eq 1 ] || no_score 'there must be one file to grade'
if [ ! -x "$ipckit" ] && ! make -C "$here/kit" all >"$here/build.log" 2>&1; then
	tail -n 5 "$here/build.log"
	no_score 'the kit does not build here'
fi
"$ipckit" grade --level "$(cat "$here/level")" --attempt "$attempt" --format $format -- "$1" >"$here/result"
case $? in
0 | 1 | 77) cat "$here/result" ;;
*) no_score 'ipckit did not come to its end' ;;
esac
