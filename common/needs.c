#include "needs.h"

#include "complain.h"
#include "report/words.h"
#include "select.h"

#include <stdlib.h>
#include <string.h>

/* "1M" and the like, in bytes; -1 where it is none. */
static long long parse_size(const char *text)
{
	static const char units[] = "KMG";
	char *end;
	long long n = strtoll(text, &end, 10);
	const char *unit = *end ? strchr(units, *end) : NULL;

	if (end == text || n <= 0 || n > 1LL << 32 || (*end && (!unit || end[1])))
		return -1;
	return unit ? n << (10 * (unit - units + 1)) : n;
}

static bool add_need(struct needs *needs, const char *name, const char *value, long long at_least)
{
	const struct probe *probe = select_probe(name);

	if (!probe)
		return false;
	if (needs->n == NEEDS_MAX) {
		complain("more than %d needs", NEEDS_MAX);
		return false;
	}
	needs->all[needs->n++] = (struct need){probe, value, at_least};
	return true;
}

static bool add_minimum(struct needs *needs, const char *name, const char *bytes)
{
	long long least = bytes ? parse_size(bytes) : -1;

	if (least == -1)
		complain("--min takes COLUMN=BYTES, and --need COLUMN>=BYTES, as in max_message>=1M");
	return least != -1 && add_need(needs, name, NULL, least);
}

struct needs needs_begin(void)
{
	return (struct needs){.all = {{.probe = probe_find("delivers")}}, .n = 1};
}

bool needs_parse(struct needs *needs, char *text)
{
	for (char *name; (name = strsep(&text, ","));) {
		char *value = name;
		bool minimum, ok;

		strsep(&value, "=");
		minimum = value && value - name >= 2 && value[-2] == '>';
		if (minimum)
			value[-2] = '\0';
		ok = minimum ? add_minimum(needs, name, value) : add_need(needs, name, value, 0);
		if (!ok)
			return false;
	}
	return true;
}

bool needs_parse_minimums(struct needs *needs, char *text)
{
	for (char *name; (name = strsep(&text, ","));) {
		char *value = name;

		strsep(&value, "=");
		if (!add_minimum(needs, name, value))
			return false;
	}
	return true;
}

static bool means(const char *value, bool truth)
{
	return strcmp(value, truth ? "yes" : "no") == 0 || strcmp(value, truth ? "true" : "false") == 0;
}

static bool meets(const json_t *cell, const struct need *need)
{
	const json_t *value = json_object_get(cell, "value");

	if (strcmp(record_text(cell, "status"), "measured") != 0)
		return false;
	if (need->at_least)
		return json_is_integer(value) && json_integer_value(value) >= need->at_least;
	if (json_is_boolean(value))
		return means(need->value ? need->value : "yes", json_is_true(value));
	if (json_is_integer(value))
		return need->value ? json_integer_value(value) == parse_size(need->value)
				   : json_integer_value(value) > 0;
	if (!need->value)
		return strcmp(json_string_value(value), "no") != 0;
	return strcmp(json_string_value(value), need->value) == 0;
}

bool need_met(const struct need *need, const json_t *row)
{
	return meets(record_cell(row, need->probe->name), need);
}

const struct need *needs_unmet(const struct needs *needs, const json_t *row)
{
	for (const struct need *need = needs->all; need < needs->all + needs->n; need++)
		if (!need_met(need, row))
			return need;
	return NULL;
}

json_t *need_record(const struct need *need)
{
	if (need->at_least)
		return json_sprintf("%s>=%lld", need->probe->name, need->at_least);
	return need->value ? json_sprintf("%s=%s", need->probe->name, need->value) : json_string(need->probe->name);
}
