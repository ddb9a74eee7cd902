#!/usr/bin/env bats
# Every column has rows that must get opposite answers (tests/fixtures/columns): none can be constant by mistake.

bats_require_minimum_version 1.5.0

# A line for each: column, row, what its cell must say ("failed" and the like where the status is the answer).
pairs()
{
	cat <<'END'
delivers     shared_page     true
delivers     private_page    false
replies      shared_page     true
replies      one_way         false
snapshot     shared_page     true
snapshot     moved_page      false
address      shared_page     same
address      moved_page      different
frame        moved_page      same
frame        private_page    different
blocks       sleeping_pipe   true
blocks       spinning_pipe   false
blocks       napping_pipe    false
blocks       shared_page     false
pollable     sleeping_pipe   true
pollable     box_in_tmp      false
framing      sleeping_pipe   stream
framing      datagrams       message
framing      box_in_tmp      overwritten
framing      adder           added
max_message  cuts_at_1000    1000
max_message  sleeping_pipe   4194304
max_message  adder           8
buffer       adder           8
buffer       dropping        drops
buffer       losing          drops
buffer       shared_page     drops
fanout       shared_page     all
fanout       sleeping_pipe   one each
fanout       spinning_pipe   first only
torn         halves          true
torn         halves_locked   false
torn         datagrams       false
torn         shared_page     true
eof          sleeping_pipe   true
eof          keeps_both_ends false
broken       sleeping_pipe   error
broken       spinning_pipe   signal
broken       keeps_both_ends no
exec         sleeping_pipe   true
exec         descriptor_lost false
exec         shared_page     false
unrelated    box_in_tmp      true
unrelated    sleeping_pipe   false
container    box_in_var_tmp  true
container    box_in_tmp      false
persists     box_in_tmp      true
persists     sleeping_pipe   false
unprivileged shared_page     true
unprivileged root_only       refused
intruder     box_0666        both
intruder     box_0644        reads
intruder     box_0622        injects
intruder     box_in_tmp      no
END
}

# The csv of all pairs. Rows of one column are measured together, and nothing else.
setup_file()
{
	load_program
	names >"$BATS_FILE_TMPDIR/before"
	for column in $(pairs | cut -d' ' -f1 | uniq); do
		# shellcheck disable=SC2046 # names of rows have no spaces
		"$program" matrix --format=csv --columns="$column" $(pairs | awk -v c="$column" '$1 == c { print $2 }') \
			2>>"$BATS_FILE_TMPDIR/errors" || [ $? -eq 1 ]
	done >"$BATS_FILE_TMPDIR/answers"
}

# What the rows make with a name, in the folder that nothing else sweeps.
names()
{
	find /var/tmp -name 'ipckit.*' | sort
}

setup()
{
	load_program
}

load_program()
{
	program=${IPCKIT_COLUMNS:-${BUILD:-$BATS_TEST_DIRNAME/../build}/ipckit-columns}
}

# What a cell says: its value, or its status where there is none.
says()
{
	awk -F, -v column="$1" -v row="$2" '$1 == row && $3 == column { print $4 == "measured" ? $5 : $4 }' \
		"$BATS_FILE_TMPDIR/answers"
}

# opposite COLUMN: its rows say what they must
opposite()
{
	local column row must said status=0

	while read -r column row must; do
		said=$(says "$column" "$row")
		[ "$said" = "$must" ] && continue
		echo "$column of $row is '$said' and not '$must'"
		grep "^$row,[^,]*,$column," "$BATS_FILE_TMPDIR/answers" || true
		status=1
	done < <(pairs | grep "^$1 ")
	return $status
}

needs_root()
{
	[ "$(id -u)" -eq 0 ] || skip 'not root'
}

@test "every column has a pair of rows, which differ" {
	for column in $("$program" matrix --question | cut -d' ' -f1); do
		[ "$(pairs | awk -v c="$column" '$1 == c { $1 = $2 = ""; print }' | sort -u | wc -l)" -ge 2 ] ||
			{ echo "$column has no pair"; return 1; }
	done
}

@test "every row of tests/fixtures/columns is in a pair" {
	for file in "$BATS_TEST_DIRNAME"/fixtures/columns/*.c; do
		pairs | awk '{ print $2 }' | grep -qx "$(basename "$file" .c)" || { echo "$file is in none"; return 1; }
	done
}

@test "delivers" { opposite delivers; }
@test "replies" { opposite replies; }
@test "snapshot" { opposite snapshot; }
@test "address" { opposite address; }
@test "frame" { opposite frame; }
@test "blocks" { opposite blocks; }
@test "pollable" { opposite pollable; }
@test "framing" { opposite framing; }
@test "max_message" { opposite max_message; }
@test "buffer" { opposite buffer; }
@test "fanout" { opposite fanout; }
@test "torn" { opposite torn; }
@test "eof" { opposite eof; }
@test "broken" { opposite broken; }
@test "exec" { opposite exec; }
@test "unrelated" { opposite unrelated; }

@test "container" {
	[ "$(says container box_in_tmp)" != refused ] || skip 'no namespaces here'
	opposite container
}

@test "persists" { opposite persists; }

@test "unprivileged" {
	needs_root
	opposite unprivileged
}

@test "intruder" {
	needs_root
	opposite intruder
}

@test "an answer that is not the right one is noticed" {
	pairs()
	{
		echo 'delivers private_page true'
	}
	run opposite delivers
	[ "$status" -eq 1 ]
	[[ $output == *"delivers of private_page is 'false' and not 'true'"* ]]
}

@test "the rows leave nothing behind" {
	run grep behind "$BATS_FILE_TMPDIR/errors"
	[ "$status" -eq 1 ]
	[ "$(names)" = "$(cat "$BATS_FILE_TMPDIR/before")" ]
}
