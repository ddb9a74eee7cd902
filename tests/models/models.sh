#!/usr/bin/env bash
# models.sh FOLDER - every order of the steps of the hand-overs in tests/models/*.pml, by spin; and that it finds each
# bug that a model's header names
#
# Some 20 seconds; each model is ended after LIMIT seconds (120). Exit status 77 where there is no spin.
set -u

folder=$1 LIMIT=${LIMIT:-120}
models=$(cd "$(dirname "$0")" && pwd)
failed=0
command -v spin >/dev/null || { echo 'not here: models: no spin'; exit 77; }

# check MODEL [FLAG]: "STATES states" or "found: …" in $said; fails where it was not searched to the end.
check()
{
	local errors

	mkdir -p "$folder/$1${2:-}" && cd "$folder/$1${2:-}" || exit
	# shellcheck disable=SC2086 # no flag is no word
	spin -a ${2:-} "$models/$1.pml" >spin.log && ${CC:-cc} -O2 -w -DSAFETY -o search pan.c || return
	timeout "$LIMIT" ./search -m100000 >search.log || return
	cd "$OLDPWD" || exit
	errors=$(sed -n 's/.*errors: //p' "$folder/$1${2:-}/search.log")
	said="$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1 states/p' "$folder/$1${2:-}/search.log")"
	! grep -q 'max search depth too small' "$folder/$1${2:-}/search.log" || return
	[ "$errors" = 0 ] || said="found: $(sed -n 's/^pan:[0-9]*: \(.*\) (at.*/\1/p' "$folder/$1${2:-}/search.log")"
}

mkdir -p "$folder" && folder=$(cd "$folder" && pwd) || exit
for path in "$models"/*.pml; do
	model=$(basename "$path" .pml)
	for flag in '' $(grep -o -- '^ \*   -D[A-Z_]*' "$path" | cut -c 6-); do
		said='not searched to the end'
		check "$model" "$flag"
		if [[ ($flag == '' && $said == *states) || ($flag == -D* && $said == found:\ ?*) ]]; then
			echo "ok: model: $model $flag: $said"
		else
			echo "not ok: model: $model $flag: $said"
			failed=1
		fi
	done
done
exit $failed
