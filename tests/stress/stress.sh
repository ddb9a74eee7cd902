#!/usr/bin/env bash
# stress.sh FOLDER [MESSAGES] - the hand-over of shm_ring and shm_futex: MESSAGES (1,000,000) of odd sizes through a ring of
# 256 bytes that sleeps at once, and through one futex word; then with bugs put in on purpose, each of which must be seen; then
# the same between threads, under the thread sanitizer, which sees an order that this processor would not show
#
# Some 5 minutes; each run is ended after LIMIT seconds (120). CC, STRESS_FLAGS, RUN (an emulator) and GOOD_ONLY serve portability.sh.
set -u

folder=$1 messages=${2:-1000000} LIMIT=${LIMIT:-120}
mkdir -p "$folder" || exit
failed=0
# How stress.c ends when it has seen a bug, and what it says then.
seen_as='^message [0-9]+: (byte [0-9]+ of [0-9]+ is wrong|(send|recv)\(\) returned|nobody moves: a wake-up was lost)'

# build NAME ROW SED…: the row with its limits small, then changed by each SED, which has to change something.
build()
{
	local name=$1 row=$2 edit

	shift 2
	sed -e 's/SMALLEST_RING = 1 << 20/SMALLEST_RING = 256/' -e 's/MOST_LOOKS = 1 << 14/MOST_LOOKS = 2/' \
		"variants/$row.c" >"$folder/$name.c"
	for edit; do
		sed "$edit" "$folder/$name.c" >"$folder/edited.c"
		! cmp -s "$folder/$name.c" "$folder/edited.c" || { echo "not ok: stress: $name: nothing to change by $edit"; return 1; }
		mv "$folder/edited.c" "$folder/$name.c"
	done
	# shellcheck disable=SC2086 # options are words of their own
	${CC:-cc} -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Icommon ${STRESS_FLAGS:-} -O2 -g -DROW="variant_$row" -include sched.h \
		-Wl,--wrap=peer_patience -o "$folder/$name" tests/stress/stress.c "$folder/$name.c" common/peer.c common/transfer.c -lrt -pthread
}

run()
{
	# shellcheck disable=SC2086
	timeout "$LIMIT" ${RUN:-} "$folder/$1" "$2" 2>"$folder/$1.log"
}

# passes NAME ROW
passes()
{
	if build "$@" && run "$1" "$messages"; then
		echo "ok: stress: $1: $messages messages"
	else
		echo "not ok: stress: $1: $(head -n 1 "$folder/$1.log")"
		failed=1
	fi
}

# caught NAME ROW SED…: five tries, for a race is a matter of luck. Only what the test or the sanitizer itself says it saw
# counts, and with the status that belongs to it; the time limit or a crash proves nothing.
caught()
{
	local try status saw

	build "$@" || { failed=1; return; }
	for try in 1 2 3 4 5; do
		run "$1" "$messages"
		status=$?
		[ $status -ne 0 ] || continue
		saw=$(grep -m 1 -E "$seen_as" "$folder/$1.log")
		if [ $status -ne 1 ] || [ -z "$saw" ]; then
			echo "not ok: stress: $1: status $status is not how a bug is seen: $(head -n 1 "$folder/$1.log")"
			failed=1
		else
			echo "ok: stress: $1: caught at try $try: $saw"
		fi
		return
	done
	echo "not ok: stress: $1: a bug that was put in was not seen"
	failed=1
}

# Ten times, for threads that do not run at once see nothing.
kept_in_order()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		# shellcheck disable=SC2086
		seen=$(timeout "$LIMIT" ${RUN:-} "$folder/order") || return
	done
}

# shellcheck disable=SC2086
${CC:-cc} -std=gnu11 -O2 ${STRESS_FLAGS:-} -o "$folder/order" tests/stress/order.c -pthread || exit
fence=()
if ! kept_in_order; then
	# Of an emulator, this says nothing of the kit; but the ring needs fences there that the machine does not need.
	if [ -n "${RUN:-}" ]; then
		echo "ok: stress: order: by the emulator's mistake, $seen; the ring is given fences"
	else
		echo "not ok: stress: order: $seen"
		failed=1
	fi
	fence=('s/atomic_store(&me->[a-z]*, [a-z1]*);/& atomic_thread_fence(memory_order_seq_cst);/')
fi
passes ring shm_ring "${fence[@]}"
passes futex shm_futex
[ -z "${GOOD_ONLY:-}" ] || exit $failed
caught ring_early shm_ring 's|memcpy((char \*)l->mem + at, in + done, n)|shm_ring_publish(me, other, here + n), &|'
caught ring_no_fence shm_ring 's/atomic_store(&me->moved, moved)/atomic_store_explicit(\&me->moved, moved, memory_order_release)/'
caught ring_marks_late shm_ring '/^\t\tatomic_store(&me->asleep, 1);/d;s/if (atomic_load(&other->moved) == me->seen &&$/if (atomic_load(\&other->moved) == me->seen \&\& (sched_yield(), atomic_store(\&me->asleep, 1), true) \&\&/'
caught ring_no_wake shm_ring 's/syscall(SYS_futex, &other->asleep, FUTEX_WAKE/syscall(SYS_futex, \&me->asleep, FUTEX_WAKE/'
caught futex_mark_lost shm_futex 's/to | (seen & SLEEPER)/to/'
caught futex_no_mark shm_futex 's/!atomic_compare_exchange_strong(&b->turn, &seen, seen | SLEEPER)/false/;s/FUTEX_WAIT, seen | SLEEPER/FUTEX_WAIT, seen/'
caught futex_early shm_futex '/^\tmemcpy(l->mem, buf, len);/d;s/^\tshm_futex_give(shm_futex_box(l), FULL);/&\n\tmemcpy(l->mem, buf, len);/'
STRESS_FLAGS='-DTHREADS -fsanitize=thread' messages=$((messages / 20))
export TSAN_OPTIONS=halt_on_error=1
seen_as+='|WARNING: ThreadSanitizer: data race'
passes threads_ring shm_ring
passes threads_futex shm_futex
caught threads_ring_relaxed shm_ring 's/atomic_store(&me->moved, moved)/atomic_store_explicit(\&me->moved, moved, memory_order_relaxed)/'
caught threads_futex_relaxed shm_futex 's/atomic_exchange(&b->turn, to)/atomic_exchange_explicit(\&b->turn, to, memory_order_relaxed)/'
exit $failed
