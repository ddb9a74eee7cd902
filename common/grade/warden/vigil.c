#include "vigil.h"

#include "clock.h"
#include "residue.h"
#include "say.h"

#include <stdlib.h>
#include <unistd.h>

static const long long quiet_ns = 300LL * NS_PER_MS;

static bool lively(const struct vigil *v)
{
	long long ms = v->watched / NS_PER_MS;

	return v->both && (long long)(family_sleeps() - v->sleeps) * 1000 >= LIVELY_PER_S * ms;
}

void vigil_begin(struct vigil *v, bool both)
{
	*v = (struct vigil){.both = both, .sleeps = family_sleeps(), .looked = clock_now(), .first = family_pulse()};
	v->last = v->first;
}

static unsigned long long used(const struct pulse *p)
{
	return p->cpu_ns + p->ended_ns;
}

static void count(struct vigil *v, const struct pulse *p)
{
	long long now = clock_now(), step = now - v->looked, most = (long long)STEP_MS * NS_PER_MS;
	bool same = p->runs == v->last.runs && p->cpu_ns == v->last.cpu_ns;

	if (step > most)
		step = most;
	v->looked = now;
	v->watched += step;
	v->quiet = same && p->stuck ? v->quiet + step : 0;
	if (!p->running && (!p->blocked || same))
		v->asleep += step;
	if ((p->bytes == v->last.bytes || p->ended_ns != v->last.ended_ns) && used(p) > used(&v->last))
		v->spun += used(p) - used(&v->last);
	v->last = *p;
}

/* A grader that was killed has not ended us: what we have started ends now, and what that has made goes. */
static void leave(void)
{
	family_end();
	residue_clear();
	_exit(EXIT_FAILURE);
}

enum fate vigil_look(struct vigil *v)
{
	struct pulse p = family_pulse();

	if (!say_is_heard())
		leave();
	count(v, &p);
	if (v->quiet >= quiet_ns)
		return STUCK;
	if (v->asleep >= (long long)DOZE_MS * NS_PER_MS && v->asleep >= v->watched / 2 && !lively(v))
		return DOZING;
	if (p.resident > (size_t)MOST_RESIDENT_MIB * 1024 * 1024)
		return GREEDY;
	if (v->spun > (unsigned long long)SPIN_MS * NS_PER_MS)
		return SPINNING;
	if (v->watched < (long long)LATE_MS * NS_PER_MS)
		return MOVING;
	return vigil_cost(v) >= v->watched / 2 ? SLOW : STARVED;
}

long long vigil_cost(const struct vigil *v)
{
	long long cost = v->asleep;

	if (used(&v->last) > used(&v->first)) /* who has ended, and nobody waited for it, took its share away */
		cost += (long long)(used(&v->last) - used(&v->first));
	return cost < v->watched ? cost : v->watched;
}
