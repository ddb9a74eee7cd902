#include "vigil.h"

#include "clock.h"

static const long long quiet_ns = 300LL * NS_PER_MS;

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
	if (now - v->asleep >= (long long)DOZE_MS * NS_PER_MS)
		return DOZING;
	if (p.resident > (size_t)MOST_RESIDENT_MIB * 1024 * 1024)
		return GREEDY;
	if (p.cpu_ns > v->first.cpu_ns + (unsigned long long)SPIN_MS * NS_PER_MS)
		return SPINNING;
	return now - v->start >= (long long)LATE_MS * NS_PER_MS ? LATE : MOVING;
}
