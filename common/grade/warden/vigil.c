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
	*v = (struct vigil){.both = both, .sleeps = family_sleeps(), .looked = clock_now(), .last = family_pulse()};
}

static unsigned long long used(const struct pulse *p)
{
	return p->cpu_ns + p->ended_ns;
}

/* Whoever has come or gone in a step was not kept from a CPU, and may have taken along what it used. */
static long long used_since(const struct vigil *v, const struct pulse *p, long long step)
{
	long long cpu = (long long)(used(p) - used(&v->last));

	return p->who != v->last.who && cpu < step ? step : cpu;
}

static void count(struct vigil *v, const struct pulse *p)
{
	long long now = clock_now(), step = now - v->looked, most = (long long)STEP_MS * NS_PER_MS, cpu;
	bool same = p->runs == v->last.runs && p->cpu_ns == v->last.cpu_ns;
	bool moved = p->bytes != v->last.bytes && p->ended_ns == v->last.ended_ns && p->who == v->last.who;

	if (step > most)
		step = most;
	v->looked = now;
	v->watched += step;
	v->quiet = same && p->stuck ? v->quiet + step : 0;
	if (!p->running && (!p->blocked || same))
		v->asleep += step;
	cpu = used_since(v, p, step);
	v->cpu += cpu;
	if (!moved && cpu > 0)
		v->spun += cpu;
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
	if (v->spun > (long long)SPIN_MS * NS_PER_MS || v->cpu > (long long)BUSY_MS * NS_PER_MS)
		return SPINNING;
	if (v->watched < (long long)LATE_MS * NS_PER_MS)
		return MOVING;
	return vigil_cost(v) >= v->watched / 2 ? SLOW : STARVED;
}

long long vigil_cost(const struct vigil *v)
{
	long long cost = v->asleep + (v->cpu > 0 ? v->cpu : 0);

	return cost < v->watched ? cost : v->watched;
}
