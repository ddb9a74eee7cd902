/*
 * handover.pml - how two ends pass a turn to each other in common/bench/handover.c and limits.c; spin tries every order
 * of their steps
 *
 * Who has no turn marks itself asleep and sleeps in futex(2) on the turn, which compares the turn once more.
 * Who passes the turn looks for the mark afterwards. A wake-up that is lost is an end that sleeps for ever, which spin
 * reports as an invalid end state. Each of these must be found:
 *
 *   -DWAKER_UNMARKS who passes the turn takes the mark back: it may be so late that it is the one for the next turn
 *   -DNO_FENCE      the turn leaves the store buffer after the mark was read: a release store, on x86 too
 *   -DNO_COMPARE    futex(2) sleeps without comparing the turn
 */
#define TURNS 6

byte turn;       /* the futex word; even: the first end's */
bool asleep[2];  /* the marks */
bool waiting[2]; /* in the kernel's queue */

inline wake(other)
{
	atomic { waiting[other] = false }
}

inline look_and_wake(other)
{
	if
	:: asleep[other] ->
#ifdef WAKER_UNMARKS
		asleep[other] = false;
#endif
		wake(other)
	:: else
	fi
}

inline pass(other, next)
{
#ifdef NO_FENCE
	if
	:: asleep[other] -> turn = next; wake(other)
	:: !asleep[other] -> turn = next
	fi
#else
	turn = next;
	look_and_wake(other)
#endif
}

/* futex(2): the comparison and the queueing are one step. */
inline sleep(me, seen)
{
#ifdef NO_COMPARE
	waiting[me] = true;
#else
	atomic { if :: turn == seen -> waiting[me] = true :: else fi }
#endif
	!waiting[me]
}

inline await(me, mine)
{
	do
	:: turn == mine -> break
	:: else ->
		seen = turn;
		if
		:: seen == mine -> break
		:: else
		fi;
		asleep[me] = true;
		if
		:: turn == seen -> sleep(me, seen)
		:: else
		fi;
		asleep[me] = false
	od
}

proctype end(byte me)
{
	byte mine = me, seen;

	do
	:: mine >= TURNS -> break
	:: else ->
		await(me, mine);
		pass(1 - me, mine + 1);
		mine = mine + 2
	od
}

init { atomic { run end(0); run end(1) } }
