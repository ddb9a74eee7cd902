#!/bin/sh
# amalgam.sh ROW - a row of the kit as a submission: one file that includes nothing of the kit but variant.h
set -eu

row=$1
printf '#include "variant.h"\n'
for part in transfer peer futex; do
	if grep -q "^#include \"$part.h\"" "variants/$row.c"; then
		cat "common/$part.h" "common/$part.c"
	fi
done | sed '/^#include "\(variant\|transfer\|peer\|futex\).h"/d'
sed -e '/^#include "/d' -e "s/\\<variant_$row\\>/variant_answer/" "variants/$row.c"
