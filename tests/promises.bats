#!/usr/bin/env bats
# What the manual pages promise (promises.csv), against what the matrix has measured here.
#
# A line of promises.csv: page and section, the promise, row, column, value. The sentences hold no commas. A value is
# what the csv format prints, or a sum of numbers, PAGE (bytes of a page), LONG (bits of a long) and files of /proc, or
# "number" for any, or "status:…", "signal:…" or "saw:…" where the promise is not about the value.

bats_require_minimum_version 1.5.0

LEAST=120 # promises that must have been compared

setup_file()
{
	"${IPCKIT:-$BATS_TEST_DIRNAME/../build/ipckit}" matrix --format=csv >"$BATS_FILE_TMPDIR/matrix.csv"
}

setup()
{
	promises=$BATS_TEST_DIRNAME/promises.csv
	matrix=$BATS_FILE_TMPDIR/matrix.csv
}

# The sum that a value stands for; the value itself where it is none.
worked_out()
{
	local value=$1 file

	case $value in
	*[0-9/]*) ;;
	*)
		echo "$value"
		return
		;;
	esac
	while [[ $value =~ (/proc/[a-z_/]+) ]]; do
		file=${BASH_REMATCH[1]}
		value=${value//"$file"/$(cat "$file")}
	done
	value=${value//PAGE/$(getconf PAGESIZE)}
	echo "$((${value//LONG/$(getconf LONG_BIT)}))"
}

# compare PROMISES MATRIX: "agrees", "skipped" or "DISAGREES …", one line for each promise
compare()
{
	local page promise row column value status measured saw signal got
	declare -A cell

	while IFS=, read -r row _ column status measured saw _ _ _ _ _ signal _; do
		cell[$row,$column]=$status,$measured,$saw,$signal
	done < <(tr -d '\r' <"$2")
	while IFS=, read -r page promise row column value; do
		IFS=, read -r status measured saw signal <<<"${cell[$row,$column]:-missing,,,}"
		case $status,$value in
		refused,* | unsupported,*)
			echo skipped
			continue
			;;
		*,status:*) got=status:$status ;;
		*,signal:*) got=signal:$signal ;;
		*,saw:*) got=saw:$saw ;;
		measured,number) got=${measured/#[0-9]*/number} ;;
		measured,*) got=$measured value=$(worked_out "$value") ;;
		*) got=status:$status ;;
		esac
		if [ "$got" = "$value" ]; then
			echo agrees
		else
			echo "DISAGREES $page: $promise: $row $column is $got and not $value"
		fi
	done < <(tail -n +2 "$1")
}

@test "the matrix is whole: no cell failed, hung, or crashed without being expected to" {
	awk -F, 'NR > 1 { rows[$1]; columns[$3]; cells++ } $4 == "failed" || $4 == "hung" { print; bad++ }
		END { for (r in rows) nrows++; for (c in columns) ncolumns++
			print nrows " rows, " ncolumns " columns, " cells " cells"
			exit bad || nrows < 40 || ncolumns < 19 || cells < 700 }' "$matrix"
}

@test "every line of promises.csv has five fields and is there once" {
	run awk -F, 'NF != 5 || $1 !~ /^[a-z_0-9]+\([1-8]\) ./ || seen[$3, $4]++ > 2 || whole[$0]++' "$promises"
	[ "$status" -eq 0 ]
	[ "$(sed 1d <<<"$output")" = "" ] # the first is the heading
	[ "$(tail -n +2 "$promises" | wc -l)" -ge "$LEAST" ]
}

@test "promises are about all columns, and none about more than a quarter of them" {
	local columns

	columns=$(cut -d, -f4 "$promises" | sort | uniq -c | sort -rn)
	[ "$(grep -cvw column <<<"$columns")" -ge 20 ]
	awk -v all="$(wc -l <"$promises")" '$1 * 4 > all { exit 1 }' <<<"$columns"
}

@test "the measured cells agree with the manual pages" {
	compare "$promises" "$matrix" >"$BATS_TEST_TMPDIR/compared"
	grep DISAGREES "$BATS_TEST_TMPDIR/compared" && return 1
	agreed=$(grep -c agrees "$BATS_TEST_TMPDIR/compared")
	skipped=$(grep -c skipped "$BATS_TEST_TMPDIR/compared" || true)
	echo "# $agreed promises kept, $skipped skipped: refused or unsupported here" >&3
	[ $((agreed + skipped)) -ge "$LEAST" ]
	[ "$agreed" -ge $((LEAST / 2)) ] # where much is forbidden
}

@test "a promise that is not kept is found" {
	{
		echo page,promise,row,column,value
		echo 'pipe(7) NOTHING,made up,pipe,eof,false'
		echo 'pipe(7) NOTHING,made up,pipe,buffer,15 * PAGE'
		echo 'pipe(7) NOTHING,made up,mmap_dontfork,delivers,signal:SIGBUS'
		echo 'pipe(7) NOTHING,made up,malloc,delivers,saw:empty'
		echo 'pipe(7) NOTHING,made up,udp,buffer,number'
		echo 'pipe(7) NOTHING,made up,no_such_row,eof,true'
		echo 'pipe(7) I/O on pipes and FIFOs,kept,pipe,eof,true'
	} >"$BATS_TEST_TMPDIR/wrong.csv"
	run compare "$BATS_TEST_TMPDIR/wrong.csv" "$matrix"
	[ "$(grep -c DISAGREES <<<"$output")" -eq 6 ]
	[ "${lines[6]}" = agrees ]
}
