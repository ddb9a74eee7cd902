#include "bench/plan.h"

#include "bench/ring.h"
#include "trial.h"

#include <stdlib.h>

size_t plan_size(const struct variant *v, size_t asked)
{
	size_t room = handover_room(v);

	if (v->max_message && v->max_message < asked + room)
		return v->max_message > room ? v->max_message - room : v->max_message;
	return asked;
}

size_t plan_memory(const struct lane *l)
{
	return (3 * pair_slots(l->size) + 2) * l->size;
}

static bool has_lane(const struct plan *p, const struct variant *v, enum extra extra, size_t size)
{
	for (const struct lane *l = p->lanes; l < p->lanes + p->nlanes; l++)
		if (l->variant == v && l->extra == extra && l->size == size)
			return true;
	return false;
}

static bool group_has_size(const struct plan *p, size_t size)
{
	for (const struct lane *l = p->lanes; l < p->lanes + p->nlanes; l++)
		if (l->group == p->ngroups && l->size == size)
			return true;
	return false;
}

static bool add_lane(struct plan *p, const struct variant *v, enum extra extra, size_t asked);

/* A ring for each size in the group; and in the last group, for those that no lane has. */
static bool end_group(struct plan *p, bool last)
{
	bool good = true;

	for (size_t i = 0; i < p->settings->nsizes && good; i++) {
		size_t size = p->settings->sizes[i];
		if (group_has_size(p, size) || (last && !has_lane(p, &bare_ring, AS_IT_IS, size)))
			good = add_lane(p, &bare_ring, AS_IT_IS, size);
	}
	p->ngroups++;
	p->used = 0;
	return good;
}

/* For a lane of that size, with a ring beside it, and the rings that the others of the group will have. */
static bool make_room(struct plan *p, size_t size)
{
	size_t needed = p->used;

	for (size_t i = 0; i < p->settings->nsizes; i++) {
		const struct lane ring = {.size = p->settings->sizes[i]};
		if (ring.size == size || group_has_size(p, ring.size))
			needed += plan_memory(&ring);
	}
	return p->used == 0 || needed + plan_memory(&(struct lane){.size = size}) <= p->memory || end_group(p, false);
}

static bool add_lane(struct plan *p, const struct variant *v, enum extra extra, size_t asked)
{
	size_t size = plan_size(v, asked);
	struct lane *l;
	bool spins = extra == SPIN || v == &bare_ring;
	unsigned rounds = p->settings->rounds;

	if (v != &bare_ring && has_lane(p, v, extra, size))
		return true; /* clipped to the same */
	if (v != &bare_ring && !make_room(p, size))
		return false;
	l = &p->lanes[p->nlanes];
	*l = (struct lane){.variant = v, .extra = extra, .asked = asked, .size = size, .syscalls = -1};
	l->group = p->ngroups;
	l->hidden = has_lane(p, v, extra, size);
	p->used += plan_memory(l);
	for (int i = 0; i < TASKS; i++)
		l->rounds[i] = calloc(rounds, sizeof *l->rounds[i]);
	l->samples = calloc((size_t)rounds * SAMPLES, sizeof *l->samples);
	p->nlanes++;
	if (spins && !cpus_allow_spinning(&p->settings->cpus)) {
		l->skipped = true;
		for (int i = 0; i < TASKS; i++) {
			cell_not_applicable(&l->outcome[i], "not on one CPU: spinning would use up its time slices");
		}
	}
	return l->rounds[ROUND_TRIP] && l->rounds[THROUGHPUT] && l->samples;
}

static bool add_row(struct plan *p, const struct variant *v, size_t size)
{
	if (!v->blocks)
		return add_lane(p, v, SPIN, size) && add_lane(p, v, FUTEX, size);
	if (v->group == STREAM && v != &bare_ring)
		return add_lane(p, v, AS_IT_IS, size) && add_lane(p, v, LARGE_BUFFER, size);
	return add_lane(p, v, AS_IT_IS, size);
}

static bool add_limit(struct plan *p, enum limit limit, size_t size)
{
	struct limit_rounds *l = &p->limits[p->nlimits];

	if (limit_spins(limit) && !cpus_allow_spinning(&p->settings->cpus))
		return true;
	*l = (struct limit_rounds){
		.limit = limit, .size = size, .ns = calloc((size_t)p->ngroups * p->settings->rounds, sizeof *l->ns)};
	p->nlimits++;
	return l->ns;
}

static bool has_copy(const struct plan *p, size_t size)
{
	for (size_t i = 0; i < p->nlimits; i++)
		if (p->limits[i].limit == LIMIT_COPY && p->limits[i].size == size)
			return true;
	return false;
}

static int by_limit_and_size(const void *a, const void *b)
{
	const struct limit_rounds *x = a, *y = b;

	return x->limit != y->limit ? (x->limit > y->limit) - (x->limit < y->limit)
				    : (x->size > y->size) - (x->size < y->size);
}

/* The limits, with a copy of every size that a lane has. */
static bool add_limits(struct plan *p)
{
	bool good = true;

	for (int i = 0; i < LIMIT_COPY; i++)
		good &= add_limit(p, (enum limit)i, 0);
	for (size_t i = 0; i < p->nlanes; i++) {
		size_t size = p->lanes[i].size;
		if (!has_copy(p, size))
			good &= add_limit(p, LIMIT_COPY, size);
		if (p->limits_lane.size < size)
			p->limits_lane.size = size;
	}
	qsort(p->limits, p->nlimits, sizeof *p->limits, by_limit_and_size);
	return good;
}

bool plan_make(struct plan *p, const struct settings *settings, const struct selection *rows, size_t memory)
{
	size_t most = 2 * (2 * rows->nrows + 1) * settings->nsizes; /* at worst each has a ring for itself */
	bool good;

	*p = (struct plan){.settings = settings, .memory = memory};
	p->lanes = calloc(most, sizeof *p->lanes);
	p->limits = calloc(most + LIMITS, sizeof *p->limits);
	good = p->lanes && p->limits;
	for (size_t i = 0; i < rows->nrows && good; i++)
		for (size_t j = 0; j < settings->nsizes && good; j++)
			good = add_row(p, rows->rows[i]->variant, settings->sizes[j]);
	return good && end_group(p, true) && add_limits(p);
}

void plan_free(struct plan *p)
{
	for (size_t i = 0; i < p->nlanes; i++) {
		for (int task = 0; task < TASKS; task++)
			free(p->lanes[i].rounds[task]);
		free(p->lanes[i].samples);
	}
	for (size_t i = 0; i < p->nlimits; i++)
		free(p->limits[i].ns);
	free(p->lanes);
	free(p->limits);
}
