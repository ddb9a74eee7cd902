#!/bin/sh
# exercise.sh LEVEL [FILE] - copies the starter of a level to FILE (answers/LEVEL.c), which must not exist yet
set -u

starters=variants/exercise
level=$1

case $level in
L0) from=predict.csv ;;
L[1-6]) from=$level.c ;;
L7) from=cards.csv ;;
*)
	echo "exercise: which level? make exercise LEVEL=L1 (L0 to L7; see $starters/README.md)" >&2
	exit 2
	;;
esac
to=${2:-answers/$level.${from##*.}}
if [ -e "$to" ]; then
	echo "exercise: $to is there already and stays as it is; ANSWER=… takes another name" >&2
	exit 1
fi
mkdir -p "$(dirname "$to")" && cp "$starters/$from" "$to" || exit 1

what="yours to edit; what to do is in its first lines and in $starters/README.md"
case ${2:-} in
'') answer= ;;
*[!A-Za-z0-9_./-]*) answer=" ANSWER='$2'" ;;
*) answer=" ANSWER=$2" ;;
esac
next="make grade LEVEL=$level$answer"
# A table is compared with the rows of the kit, and the handout has none but malloc.
if [ "${from##*.}" = csv ]; then
	what="yours to fill in; what to write is in $starters/README.md"
	[ -n "$(find variants -maxdepth 1 -name '*.c' ! -name malloc.c)" ] ||
		next='hand it in when it is filled in: this copy of the kit has no rows to compare it with'
fi
echo "$to: $what"
echo "next: $next"
