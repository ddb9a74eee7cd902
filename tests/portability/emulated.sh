#!/bin/bash
# emulated.sh BUILD CPU PAGE EXPECTED - the unit tests and `ipckit run` of a BUILD for another CPU (aarch64, i386), by qemu,
# to which sysconf(_SC_PAGESIZE) says PAGE bytes
#
# In a user namespace, whose binfmt_misc is its own: what is exec'd by the tests runs by qemu too, and nothing is changed
# for others. EXPECTED is what this machine's `ipckit run --format=csv` says. Prints counts, then what is wrong.
set -u

build=$1 cpu=$2 expected=$4
bad=() passed=0
export QEMU_PAGESIZE=$3

# Of the user's emulator, not of the kit: it has no pagemap for a guest, translates no ptrace(2) or process_vm_readv(2),
# takes MADV_DONTFORK and MADV_WIPEONFORK for advice, and one SIGBUS for another; /proc shows the emulator's own calls. In
# the namespace there is no other user.
not_emulated='mmap_dontfork mmap_wipeonfork shm_no_size process_vm process_vm_read ptrace proc_mem'
not_emulated_tests='test_sizes test_conversation test_own_pages test_shared_page test_pages_of_a_child
test_privilege_is_lowered_again test_foreign_run'
# Where the pages of the guest are larger than the machine's, it does not map a device, which has no size (dev_zero, and
# tests of every row), and knows less of the guest's memory than the guest.
if [ "$QEMU_PAGESIZE" -gt "$(getconf PAGESIZE)" ]; then
	not_emulated+=' dev_zero'
	not_emulated_tests+=' test_early_teardown test_exclusive test_without_use colour_is_for_terminals_that_want_it'
fi

register()
{
	local magic mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'

	case $cpu in
	aarch64) magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00' ;;
	i386) magic='\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x03\x00' ;;
	esac
	mount -t binfmt_misc none /proc/sys/fs/binfmt_misc &&
		printf '%s' ":ipckit:M::$magic:$mask:$(command -v "qemu-$cpu-static"):F" >/proc/sys/fs/binfmt_misc/register
}

units()
{
	local unit log name status

	for unit in "$build"/tests/unit/test_*.o; do
		unit=${unit%.o} log=$build/unit.log
		[ "${unit##*/}" != test_activity ] || continue # of /proc/PID/syscall, see above
		for _ in 1 2; do
			timeout 120 "$unit" >"$log" 2>&1 </dev/null
			status=$?
			[ $status -eq 142 ] || [ $status -eq 124 ] || break # its own alarm, or ours: once the machine may have been busy
		done
		if [ $status -eq 142 ] || [ $status -eq 124 ]; then
			bad+=("${unit##*/} twice not in its own time")
		elif ! grep -q '^\[==========\].* run' "$log"; then
			bad+=("${unit##*/} ended early")
		fi
		passed=$((passed + $(grep -c '^\[       OK' "$log")))
		while read -r name; do
			[[ " ${not_emulated_tests//$'\n'/ } " == *" $name "* ]] || bad+=("${unit##*/}: $name")
		done < <(sed -n 's/^\[  FAILED  \] \([a-z0-9_]*\)$/\1/p' "$log" | sort -u)
	done
}

# "row value" of the column `delivers`, of the rows that can be emulated
delivered()
{
	awk -F , -v not="$not_emulated" 'BEGIN { n = split(not, a, " "); while (n) skip[a[n--]] }
		$3 == "delivers" && !($1 in skip) { print $1, $5 }' "$1"
}

register || { echo 'binfmt_misc cannot be set up in a namespace'; exit 77; }
units
timeout 200 "$build/ipckit" run --format=csv >"$build/run.csv" 2>"$build/run.log" </dev/null
rows=$(delivered "$build/run.csv" | wc -l)
different=$(diff <(delivered "$expected") <(delivered "$build/run.csv") | sed -n 's/^> //p')
[ $passed -gt 100 ] || bad+=("only $passed tests")
[ "$rows" -gt 20 ] || bad+=("only $rows rows")
[ -z "$different" ] || bad+=("delivers: $(echo "$different" | xargs)")
echo "pages of $QEMU_PAGESIZE: $passed unit tests, $rows rows deliver as on this machine; not emulated: $(wc -w <<<"$not_emulated") rows, test_activity," \
	"$(wc -w <<<"$not_emulated_tests") other tests${bad[*]:+; wrong: ${bad[*]}}"
[ ${#bad[@]} -eq 0 ]
