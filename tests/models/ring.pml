/*
 * ring.pml - how the two ends of variants/shm_ring.c sleep and wake each other; spin tries every order of their steps
 *
 * Two ends, each with a count and a mark. The sender may be ROOM ahead; who has nothing to do marks itself asleep, looks
 * once more, and sleeps in futex(2), which compares the mark again. There is no patience here: a wake-up that is lost is
 * an end that sleeps for ever, which spin reports as an invalid end state. Each of these must be found:
 *
 *   -DLATE_MARK  it looks, and marks itself after that
 *   -DNO_FENCE   the count leaves the store buffer after the other's mark was read: a release store, on x86 too
 *   -DNO_COMPARE futex(2) sleeps without comparing the mark
 *   -DEARLY      the count is published before its byte
 */
#define ROOM     2
#define MESSAGES 4

byte moved[2];  /* what the other end sees */
bool asleep[2]; /* the futex words */
bool waiting[2]; /* in the kernel's queue */
byte ring[ROOM];

inline wake(other)
{
	atomic { waiting[other] = false }
}

inline publish(me, other, count)
{
#ifdef NO_FENCE
	if
	:: asleep[other] -> moved[me] = count; asleep[other] = false; wake(other)
	:: !asleep[other] -> moved[me] = count
	fi
#else
	moved[me] = count;
	if
	:: asleep[other] -> asleep[other] = false; wake(other)
	:: else
	fi
#endif
}

/* futex(2): the comparison and the queueing are one step. */
inline sleep(me)
{
#ifdef NO_COMPARE
	waiting[me] = true;
#else
	atomic { if :: asleep[me] -> waiting[me] = true :: else fi }
#endif
	!waiting[me]
}

/* Until the other end's count is no longer `seen`. */
inline await(me, other, seen)
{
	do
	:: moved[other] != seen -> break
	:: else ->
#ifdef LATE_MARK
		if
		:: moved[other] == seen -> asleep[me] = true; sleep(me)
		:: else
		fi;
#else
		asleep[me] = true;
		if
		:: moved[other] == seen -> sleep(me)
		:: else
		fi;
#endif
		asleep[me] = false
	od;
	seen = moved[other]
}

proctype sender()
{
	byte here, seen;

	do
	:: here == MESSAGES -> break
	:: here < MESSAGES && here - seen == ROOM -> await(0, 1, seen)
	:: here < MESSAGES && here - seen < ROOM ->
#ifdef EARLY
		publish(0, 1, here + 1);
		ring[here % ROOM] = here + 1;
#else
		ring[here % ROOM] = here + 1;
		publish(0, 1, here + 1);
#endif
		here++
	od
}

proctype receiver()
{
	byte here, seen;

	do
	:: here == MESSAGES -> break
	:: here < MESSAGES && here == seen -> await(1, 0, seen)
	:: here < MESSAGES && here < seen ->
		assert(ring[here % ROOM] == here + 1);
		here++;
		publish(1, 0, here)
	od
}

init { atomic { run sender(); run receiver() } }
