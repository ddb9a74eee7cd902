#include "bench/yardstick.h"

#include "bench/record.h"
#include "complain.h"
#include "report/text.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

#define DRIFT_MOST 1.2

double bench_drift(const double *rounds, size_t n)
{
	size_t part = n < 6 ? n / 2 : 3;
	double first[3], last[3];

	if (part == 0)
		return 0;
	memcpy(first, rounds, part * sizeof *first);
	memcpy(last, rounds + n - part, part * sizeof *last);
	return stats_ratio(stats_of(last, part).median, stats_of(first, part).median);
}

const double *limit_of_group(const struct plan *p, const struct limit_rounds *l, unsigned group)
{
	return l->ns + (size_t)group * p->settings->rounds;
}

/* Why a limit, or all of them, have no figure; "" where they may have. */
static const char *reason(const struct plan *p, const struct limit_rounds *l)
{
	return l->why.detail[0] ? l->why.detail : p->limits_lane.outcome[ROUND_TRIP].detail;
}

/* The rounds of all groups, in order; fills `known` with those that took place. */
static json_t *rounds_record(const struct plan *p, const struct limit_rounds *l, double *known, size_t *n)
{
	json_t *rounds = json_array();

	*n = 0;
	for (unsigned group = 0; group < p->ngroups; group++)
		for (unsigned i = 0; i < p->rounds_done; i++) {
			double ns = limit_of_group(p, l, group)[i];
			json_array_append_new(rounds, ns > 0 ? json_real(ns) : json_null());
			if (ns > 0)
				known[(*n)++] = ns;
		}
	return rounds;
}

static json_t *limit_record(const struct plan *p, const struct limit_rounds *l)
{
	double *known = calloc((size_t)p->ngroups * p->settings->rounds + 1, sizeof *known), drift;
	json_t *rounds, *ns;
	struct stats stats;
	size_t n;

	if (!known)
		return NULL;
	rounds = rounds_record(p, l, known, &n);
	drift = bench_drift(known, n);
	stats = stats_of(known, n);
	ns = bench_stats_record(&stats);
	free(known);
	return json_pack("{ss, ss, so, so, so, so, ss}", "limit", limit_name(l->limit), "about",
			 limit_about(l->limit), "size", l->size ? json_integer((json_int_t)l->size) : json_null(),
			 "ns", ns, "drift", drift > 0 ? json_real(drift) : json_null(), "rounds", rounds, "detail",
			 reason(p, l));
}

json_t *limits_record(const struct plan *p)
{
	json_t *limits = json_array();

	for (size_t i = 0; i < p->nlimits; i++)
		json_array_append_new(limits, limit_record(p, &p->limits[i]));
	return limits;
}

json_t *drifted_record(const json_t *limits)
{
	json_t *drifted = json_array(), *limit;
	size_t i;

	json_array_foreach(limits, i, limit) {
		double drift = bench_number(limit, "drift");
		if (bench_holds(drifted, json_object_get(limit, "limit")))
			continue;
		if (drift > DRIFT_MOST || (drift > 0 && drift < 1 / DRIFT_MOST))
			json_array_append(drifted, json_object_get(limit, "limit"));
	}
	return drifted;
}

const json_t *bench_limit(const json_t *record, const char *name, double size)
{
	size_t i;
	json_t *limit;

	json_array_foreach(json_object_get(record, "limits"), i, limit)
		if (strcmp(record_text(limit, "limit"), name) == 0 &&
		    (size <= 0 || bench_number(limit, "size") == size) && bench_stats(limit, "ns").n > 0)
			return limit;
	return NULL;
}

/* A limit before that one has the same reason. */
static bool is_repeated(const json_t *limits, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(record_text(json_array_get(limits, i), "detail"),
			   record_text(json_array_get(limits, at), "detail")) == 0)
			return true;
	return false;
}

bool bench_limits_missed(const json_t *record)
{
	const json_t *limits = json_object_get(record, "limits");
	bool missed = false;

	for (size_t i = 0; i < json_array_size(limits); i++) {
		const char *detail = record_text(json_array_get(limits, i), "detail");
		char *shown = *detail && !is_repeated(limits, i) ? text_shown(detail) : NULL;
		missed |= *detail != '\0';
		if (shown)
			complain("bench: a limit of the machine was not measured: %s", shown);
		free(shown);
	}
	return missed;
}
