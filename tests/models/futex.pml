/*
 * futex.pml - the word of variants/shm_futex.c that says whose turn it is; spin tries every order of the steps
 *
 * There is no patience here: a wake-up that is lost is an end that sleeps for ever, which spin reports as an invalid end
 * state. Each of these must be found:
 *
 *   -DNO_MARK    it sleeps without saying so
 *   -DMARK_LOST  taking the turn forgets that the other one sleeps
 *   -DNO_COMPARE futex(2) sleeps without comparing the word
 *   -DTWO_STEPS  the turn is given by a load and a store, not by one exchange
 */
#define MESSAGES 3
#define EMPTY    0
#define WRITING  1
#define FULL     2
#define READING  3
#define SLEEPER  4

byte turn = EMPTY;
byte box;
bool waiting[2];

inline sleep(me, seen)
{
#ifdef NO_MARK
	mark = seen;
#else
	mark = seen | SLEEPER;
	atomic { if :: turn == seen -> turn = mark :: else -> mark = 255 fi };
#endif
	if
	:: mark == 255 /* it has changed: look again */
	:: else ->
#ifdef NO_COMPARE
		waiting[me] = true;
#else
		atomic { if :: turn == mark -> waiting[me] = true :: else fi };
#endif
		!waiting[me]
	fi
}

inline take(me, from, to)
{
	do
	:: true ->
		seen = turn;
		if
		:: (seen & 3) == from ->
#ifdef MARK_LOST
			atomic { if :: turn == seen -> turn = to; break :: else fi }
#else
			atomic { if :: turn == seen -> turn = to | (seen & SLEEPER); break :: else fi }
#endif
		:: else -> sleep(me, seen)
		fi
	od
}

inline give(other, to)
{
#ifdef TWO_STEPS
	seen = turn;
	turn = to;
#else
	atomic { seen = turn; turn = to }
#endif
	if
	:: seen & SLEEPER -> waiting[other] = false
	:: else
	fi
}

proctype sender()
{
	byte seen, mark, n;

	do
	:: n == MESSAGES -> break
	:: else ->
		take(0, EMPTY, WRITING);
		n++;
		box = n;
		give(1, FULL)
	od
}

proctype receiver()
{
	byte seen, mark, n;

	do
	:: n == MESSAGES -> break
	:: else ->
		take(1, FULL, READING);
		n++;
		assert(box == n);
		give(0, EMPTY)
	od
}

init { atomic { run sender(); run receiver() } }
