#include "vigil.h"

#include "clock.h"

static const long long quiet_ns = 300LL * NS_PER_MS;
static const long long doze_ns = 1400LL * NS_PER_MS;
static const unsigned long long spin_ns = 1000ULL * NS_PER_MS;
static const long long late_ns = 8LL * NS_PER_S;

enum { MOST_RESIDENT = 640 * 1024 * 1024 };

void vigil_begin(struct vigil *v)
{
	*v = (struct vigil){.start = clock_now(), .first = family_pulse()};
	v->last = v->first;
	v->asleep = v->start;
}

enum fate vigil_look(struct vigil *v)
{
	struct pulse p = family_pulse();
	bool same = p.stuck && p.runs == v->last.runs && p.cpu_ns == v->last.cpu_ns;
	long long now = clock_now();

	if (!same)
		v->quiet = 0;
	else if (!v->quiet)
		v->quiet = now;
	if (p.running)
		v->asleep = now;
	v->last = p;
	if (v->quiet && now - v->quiet >= quiet_ns)
		return STUCK;
	if (now - v->asleep >= doze_ns)
		return DOZING;
	if (p.resident > MOST_RESIDENT)
		return GREEDY;
	if (p.cpu_ns > v->first.cpu_ns + spin_ns)
		return SPINNING;
	return now - v->start >= late_ns ? LATE : MOVING;
}
