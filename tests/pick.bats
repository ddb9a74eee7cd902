#!/usr/bin/env bats
# `ipckit pick`: what it picks meets the needs, and what it does not pick is ruled out by a cell that really fails them.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

COLUMNS_NEEDED=delivers,blocks,framing,max_message,unrelated,eof
FEW=(malloc mmap_shared pipe posix_mq socketpair_dgram socketpair_seqpacket shm_sem udp)

setup_file()
{
	load_program
	"$program" matrix --format=csv --columns=$COLUMNS_NEEDED >"$BATS_FILE_TMPDIR/matrix.csv" || [ $? -eq 1 ]
	"$program" pick --need blocks,framing=message,unrelated --min max_message=1M >"$BATS_FILE_TMPDIR/large" || [ $? -eq 1 ]
}

setup()
{
	load_program
}

load_program()
{
	program=${IPCKIT:-$BATS_TEST_DIRNAME/../build/ipckit}
}

# cell ROW COLUMN: "STATUS VALUE" as the matrix has it
cell()
{
	awk -F, -v row="$1" -v column="$2" '$1 == row && $3 == column { print $4, $5 }' "$BATS_FILE_TMPDIR/matrix.csv"
}

# The names under "N meet them", and "ROW COLUMN" for each line under "N do not".
picked()
{
	awk '/ meets? them[,:]/{ on = 1; next } / do(es)? not, /{ on = 0 } on && /^  [a-z]/{ print $1 }'
}

ruled_out()
{
	awk '/ do(es)? not, /{ on = 1; next } on && /^  [a-z]/{ sub(":$", "", $2); print $1, $2 }'
}

# meets ROW NEED: so the matrix says; a NEED is COLUMN, COLUMN=VALUE or COLUMN>=NUMBER
meets()
{
	local status value

	read -r status value <<<"$(cell "$1" "${2%%[>=]*}")"
	[ "$status" = measured ] || return 1
	case $2 in
	*'>='*) [[ $value =~ ^[0-9]+$ ]] && [ "$value" -ge "${2#*>=}" ] ;;
	*=*) [ "$value" = "${2#*=}" ] ;;
	*) [ "$value" != false ] && [ "$value" != no ] && [ "$value" != 0 ] ;;
	esac
}

# agrees FILE NEED…: each row of the matrix is picked or ruled out, and rightly so
agrees()
{
	local file=$1 need row column rows

	shift
	rows=$(cut -d, -f1 "$BATS_FILE_TMPDIR/matrix.csv" | tail -n +2 | sort -u)
	diff <({ picked <"$file"; ruled_out <"$file" | cut -d' ' -f1; } | sort) - <<<"$rows" || return
	for row in $(picked <"$file"); do
		for need; do
			meets "$row" "$need" || { echo "$row is picked, but not $need"; return 1; }
		done
	done
	while read -r row column; do
		for need; do
			meets "$row" "$need" && continue
			[ "${need%%[>=]*}" = "$column" ] || { echo "$row: $need comes before $column"; return 1; }
			continue 2
		done
		echo "$row meets all, but is ruled out by $column"
		return 1
	done < <(ruled_out <"$file")
}

@test "the rows that meet several needs, and for each other one the first cell that does not" {
	[ "$(picked <"$BATS_FILE_TMPDIR/large" | sort | xargs)" = 'file_lock shm_futex shm_mutex shm_sem' ]
	agrees "$BATS_FILE_TMPDIR/large" delivers blocks framing=message unrelated 'max_message>=1048576'
}

@test "a wrong pick would be noticed" {
	sed 's/^  shm_sem .*/  pipe x/; t; s/^  pipe .*/  shm_sem framing: stream/' "$BATS_FILE_TMPDIR/large" \
		>"$BATS_TEST_TMPDIR/wrong"
	run agrees "$BATS_TEST_TMPDIR/wrong" delivers blocks framing=message unrelated 'max_message>=1048576'
	[ "$status" -eq 1 ]
	[[ $output == *'pipe is picked, but not framing=message'* ]]
	sed '/^  udp /d' "$BATS_FILE_TMPDIR/large" >"$BATS_TEST_TMPDIR/short"
	run agrees "$BATS_TEST_TMPDIR/short" delivers blocks framing=message unrelated 'max_message>=1048576'
	[ "$status" -eq 1 ]
}

# bats test_tags=slow
@test "a value is what the cell must say, and no is an answer that can be needed" {
	run --separate-stderr "$program" pick --need framing=message,eof=no "${FEW[@]}"
	[ "$status" -eq 0 ]
	[ "$(picked <<<"$output" | sort | xargs)" = 'posix_mq socketpair_dgram udp' ]
	[ "$(ruled_out <<<"$output" | grep -cE '^(shm_sem|socketpair_seqpacket) eof$')" -eq 2 ]
	[ "$(ruled_out <<<"$output" | grep -c '^malloc delivers$')" -eq 1 ]
	run "$program" pick --need framing=message,eof=false "${FEW[@]}"
	[ "$(picked <<<"$output" | wc -l)" -eq 3 ]
}

@test "a value that no cell has is met by none" {
	run "$program" pick --need eof=perhaps pipe posix_mq
	[ "$status" -eq 1 ]
	[ -z "$(picked <<<"$output")" ]
}

# bats test_tags=slow
@test "a minimum with and without a unit" {
	run "$program" pick --min max_message=8K posix_mq udp pipe
	[ "$(picked <<<"$output" | sort | xargs)" = 'pipe posix_mq udp' ]
	run "$program" pick --min max_message=8193 posix_mq udp pipe
	[ "$(picked <<<"$output" | sort | xargs)" = 'pipe udp' ]
	run "$program" pick --min max_message=1M,buffer=32K posix_mq udp pipe
	[ "$(picked <<<"$output")" = pipe ]
	for wrong in max_message max_message= max_message=x max_message=-1 max_message=1X max_message=99999999999999999999; do
		run --separate-stderr "$program" pick --min $wrong pipe
		[ "$status" -eq 2 ]
		[[ $stderr == *'--min takes COLUMN=BYTES'* ]]
		[ -z "$output" ]
	done
}

@test "a minimum may stand among the needs" {
	run "$program" pick --need 'framing=message,max_message>=16K' posix_mq udp pipe
	[ "$(picked <<<"$output")" = udp ]
	run --separate-stderr "$program" pick --need 'max_message>=' pipe
	[ "$status" -eq 2 ]
	[[ $stderr == *'--need COLUMN>=BYTES'* ]]
	run --separate-stderr "$program" pick --need '>=1' pipe
	[ "$status" -eq 2 ]
}

@test "best first: the order is that of the columns that say yes" {
	run "$program" pick --need blocks --explain pipe socketpair_dgram shm_sem
	[ "$status" -eq 0 ]
	[ "$(picked <<<"$output" | xargs)" = 'shm_sem pipe socketpair_dgram' ]
	awk '/ also /{ n = gsub(",", ","); if (seen && n > last) exit 1; last = n; seen = 1 } END { exit !seen }' <<<"$output"
}

@test "--explain counts the other columns that say yes, and repeats no need" {
	run "$program" pick --need blocks,framing=message,unrelated,torn=no --explain shm_sem posix_mq
	[ "$status" -eq 0 ]
	[[ $output == *$'\n2 meet them, best first: the one with the most other columns that say yes.\n'* ]]
	awk -F '[:,] *' '/ also /{
		n++
		split($1, also, " ")
		if (also[2] != NF - 1)
			bad = 1
		for (i = 2; i <= NF; i++)
			if ($i ~ /^(delivers|blocks|framing|unrelated|torn)/)
				bad = 1
	} END { exit bad || n != 2 }' <<<"$output"
}

@test "one row, all rows and none are said as such" {
	run "$program" pick --need blocks pipe
	[[ $output == *$'\n1 meets them:\n  pipe '*$'\nNo row is ruled out.' ]]
	run "$program" pick --need unrelated pipe
	[[ $output == *$'\nNo row meets them.\n\n1 does not, and the first cell that rules it out:\n  pipe '* ]]
}

@test "--explain gives the reason of each row that is ruled out" {
	run "$program" pick --need unrelated --explain pipe
	[ "$status" -eq 1 ]
	[[ $output == *$'\n  pipe '*'unrelated: no - '*'Bad file descriptor'* ]]
	run "$program" pick --need unrelated pipe
	[[ $output != *'Bad file descriptor'* ]]
}

@test "an unknown need is a wrong usage, and the nearest column is named" {
	run --separate-stderr "$program" pick --need frming=message
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ $stderr == *"frming: no such column; did you mean 'framing'?" ]]
	run --separate-stderr "$program" pick --min max_mesage=1M
	[ "$status" -eq 2 ]
	[[ $stderr == *"did you mean 'max_message'?" ]]
	run --separate-stderr "$program" pick --need blocks no_such_row
	[ "$status" -eq 2 ]
	run --separate-stderr "$program" pick
	[ "$status" -eq 2 ]
	[[ $stderr == *'say what is needed'* ]]
}

@test "a value that no row has is said, with those that there are" {
	run --separate-stderr "$program" pick --need framing=mesage,blocks=ja --min eof=1 pipe socketpair_dgram malloc
	[ "$status" -eq 1 ]
	[[ $stderr == *'no row says framing=mesage; what there is: message, stream'* ]] ||
		[[ $stderr == *'no row says framing=mesage; what there is: stream, message'* ]]
	[[ $stderr == *'no row says blocks=ja; what there'*yes* ]]
	[[ $stderr == *'no row says eof>=1; what there'* ]]
	run --separate-stderr "$program" pick --need framing=message,blocks=yes pipe socketpair_dgram
	[ -z "$stderr" ]
}

@test "a name alone is not met by a word that means no" {
	run "$program" pick --need fanout pipe signal mmap_shared
	[ "$(picked <<<"$output" | sort | xargs)" = 'mmap_shared pipe' ]
	run "$program" pick --need buffer mmap_shared pipe
	[ "$(picked <<<"$output")" = pipe ]
}

@test "what is said of delivers takes the place of what goes without saying" {
	run "$program" pick --need delivers=no pipe malloc
	[ "$status" -eq 0 ]
	[[ $output == 'needs: delivers=no'$'\n'* ]]
	[ "$(picked <<<"$output")" = malloc ]
}

@test "a minimum that no row has is said, with the largest there is" {
	run --separate-stderr "$program" pick --min max_message=8M pipe posix_mq
	[ "$status" -eq 1 ]
	[[ $stderr == *'no row says max_message>=8388608; what there is: numbers up to 4194304, where more was not tried' ]]
	run --separate-stderr "$program" pick --min max_message=8M posix_mq
	[[ $stderr == *'; what there is: numbers up to 8192' ]]
}

@test "half a need, or a list given twice, is a wrong usage" {
	for wrong in '' 'blocks,' '=x' 'blocks='; do
		run --separate-stderr "$program" pick --need "$wrong" pipe
		[ "$status" -eq 2 ]
		[[ $stderr == *' is missing, as in framing=message' ]]
	done
	run --separate-stderr "$program" pick --need eof --need blocks pipe
	[ "$status" -eq 2 ]
	[[ $stderr == *'--need is given twice'* ]]
}

@test "where nothing could be run the status is 77, as for run" {
	unshare --net true 2>/dev/null || skip 'no network namespace to be had'
	run --separate-stderr unshare --net "$program" pick --need blocks tcp udp
	[ "$status" -eq 77 ]
}

@test "nothing found is status 1, and nothing is picked" {
	run --separate-stderr "$program" pick --need unrelated,eof=no,framing=stream "${FEW[@]}"
	[ "$status" -eq 1 ]
	[[ $output == *$'\nNo row meets them.\n'* ]]
	[ -z "$(picked <<<"$output")" ]
	[ "$(ruled_out <<<"$output" | wc -l)" -eq ${#FEW[@]} ]
}

# bats test_tags=slow
@test "json has the needs, the picks and what was ruled out with its cell" {
	run --separate-stderr "$program" pick --format=json --need framing=message --min max_message=16K "${FEW[@]}"
	[ "$status" -eq 0 ]
	[ "$(sed -n '/"needs"/,/]/p' <<<"$output" | tr -d ' \n')" = \
		'"needs":["delivers","framing=message","max_message>=16384"],' ]
	picks=$(sed -n '/"picks"/,/"ruled_out"/p' <<<"$output")
	[ "$(grep -o '"variant": "[a-z_]*"' <<<"$picks" | cut -d'"' -f4 | sort | xargs)" = \
		'shm_sem socketpair_dgram socketpair_seqpacket udp' ]
	out=$(sed -n '/"ruled_out"/,$p' <<<"$output")
	[ "$(grep -c '"cell"' <<<"$out")" -eq 4 ]
	[[ $(tr -d ' \n' <<<"$out") == *'"variant":"posix_mq","column":"max_message","cell":{"status":"measured","value":8192'* ]]
}

@test "json says where it was measured, by which program" {
	run --separate-stderr "$program" pick --format=json --need delivers pipe
	[ "$status" -eq 0 ]
	[[ $output == *"\"program\": \"$("$program" --version)\""* ]]
	[[ $output == *"\"kernel\": \"$(uname -r)\""* ]]
}

@test "csv and markdown have a line for each row, with the cell that rules it out" {
	"$program" pick --need framing=message --format=csv pipe shm_sem | tr -d "\r" >"$BATS_TEST_TMPDIR/csv"
	sed -i 's/"[a-z=, ]*"/ALSO/' "$BATS_TEST_TMPDIR/csv"
	diff "$BATS_TEST_TMPDIR/csv" - <<'END'
variant,meets,also,column,cell,detail
shm_sem,yes,ALSO,,,
pipe,no,,framing,stream,
END
	run -1 --separate-stderr "$program" pick --need framing=message --format=markdown pipe
	[ "$output" = '| variant | meets | also | column | cell | detail |
| --- | --- | --- | --- | --- | --- |
| pipe | no |  | framing | stream |  |' ]
}

@test "what is ranked by cells that failed is no expected result" {
	run --separate-stderr prlimit --nofile=8 "$program" pick --need=blocks pipe malloc 3>&- 4>&-
	echo "$output$stderr"
	[ "$status" -eq 1 ]
	[[ $stderr == *'Too many open files'* ]]
}
