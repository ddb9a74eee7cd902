#include "vigil.h"

#include "clock.h"

static const long long quiet_ns = 300LL * NS_PER_MS;

static bool lively(const struct vigil *v)
{
	long long ms = (v->looked - v->start) / NS_PER_MS;

	return v->both && (long long)(family_sleeps() - v->sleeps) * 1000 >= LIVELY_PER_S * ms;
}

void vigil_begin(struct vigil *v, bool both)
{
	*v = (struct vigil){.both = both, .sleeps = family_sleeps(), .start = clock_now(), .first = family_pulse()};
	v->last = v->first;
	v->looked = v->start;
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
	if (!p.running)
		v->asleep += now - v->looked;
	v->looked = now;
	v->last = p;
	if (v->quiet && now - v->quiet >= quiet_ns)
		return STUCK;
	if (v->asleep >= (long long)DOZE_MS * NS_PER_MS && v->asleep >= (now - v->start) / 2 && !lively(v))
		return DOZING;
	if (p.resident > (size_t)MOST_RESIDENT_MIB * 1024 * 1024)
		return GREEDY;
	if (p.cpu_ns > v->first.cpu_ns + (unsigned long long)SPIN_MS * NS_PER_MS)
		return SPINNING;
	return now - v->start >= (long long)LATE_MS * NS_PER_MS ? LATE : MOVING;
}

long long vigil_cost(const struct vigil *v)
{
	long long all = v->looked - v->start, used = v->asleep;

	if (v->last.cpu_ns > v->first.cpu_ns) /* who has ended took its share away */
		used += (long long)(v->last.cpu_ns - v->first.cpu_ns);
	return used < all ? used : all;
}
