#!/bin/sh
# exercise.sh LEVEL [FILE] - copies the starter of a level to FILE (answers/LEVEL.c), which must not exist yet
set -u

starters=variants/exercise
level=$1

case $level in
L0) from=$starters/predict.csv to=${2:-answers/L0.csv} ;;
L[1-6]) from=$starters/$level.c to=${2:-answers/$level.c} ;;
L7) from=$starters/cards.csv to=${2:-answers/L7.csv} ;;
*)
	echo "exercise: which level? make exercise LEVEL=L1 (L0 to L7; see $starters/README.md)" >&2
	exit 2
	;;
esac
if [ -e "$to" ]; then
	echo "exercise: $to is there already and stays as it is; ANSWER=… takes another name" >&2
	exit 1
fi
mkdir -p "$(dirname "$to")" && cp "$from" "$to" || exit 1
cat <<END
$to: yours to edit; what to do is in its first lines and in $starters/README.md
next: make grade LEVEL=$level${2:+ ANSWER=$2}
END
