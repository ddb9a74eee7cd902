#include "needs.h"

#include "bytes.h"
#include "complain.h"
#include "report/words.h"
#include "select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "1M" and the like, in bytes; -1 where it is none. */
static long long whole_size(const char *text)
{
	const char *end;
	size_t size = bytes_parse(text, &end);

	return size == 0 || *end ? -1 : (long long)size;
}

static bool add_need(struct needs *needs, const char *name, const char *value, long long at_least)
{
	const struct need need = {*name ? select_probe(name) : NULL, value, at_least};

	if (!*name || (value && !*value))
		complain("%s is missing, as in framing=message", *name ? "a value" : "the name of a column");
	if (!need.probe || (value && !*value))
		return false;
	if (needs->n == NEEDS_MAX) {
		complain("more than %d needs", NEEDS_MAX);
		return false;
	}
	/* What is said of `delivers` takes the place of what goes without saying. */
	if (need.probe == needs->all[0].probe)
		needs->all[0] = need;
	else
		needs->all[needs->n++] = need;
	return true;
}

static bool add_minimum(struct needs *needs, const char *name, const char *bytes)
{
	long long least = bytes ? whole_size(bytes) : -1;

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

bool needs_ask(const struct needs *needs, const struct probe *probe)
{
	for (size_t i = 0; i < needs->n; i++)
		if (needs->all[i].probe == probe)
			return true;
	return false;
}

static bool means(const char *value, bool truth)
{
	return strcmp(value, truth ? "yes" : "no") == 0 || strcmp(value, truth ? "true" : "false") == 0;
}

/* The words of all columns by which nothing, or not all, comes through. */
static bool means_no(const char *word)
{
	static const char *const words[] = {"no", "drops", "first only"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
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
		return need->value ? json_integer_value(value) == whole_size(need->value)
				   : json_integer_value(value) > 0;
	if (!need->value)
		return !means_no(json_string_value(value));
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

static bool anybody_meets(const struct need *need, const json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows); i++)
		if (need_met(need, json_array_get(rows, i)))
			return true;
	return false;
}

/* "message", "yes": what a measured cell says, without its details; NULL for a number. */
static const char *kind_of(const json_t *cell)
{
	const json_t *value = json_object_get(cell, "value");

	if (json_is_boolean(value))
		return json_is_true(value) ? "yes" : "no";
	return json_string_value(value);
}

/* The cell with the largest number of a column, or NULL. */
static const json_t *largest(const char *column, const json_t *rows)
{
	const json_t *most = NULL;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *cell = record_cell(json_array_get(rows, i), column);
		const json_t *value = json_object_get(cell, "value");
		if (json_is_integer(value) &&
		    (!most || json_integer_value(value) > json_integer_value(json_object_get(most, "value"))))
			most = cell;
	}
	return most;
}

/* "numbers up to 8192", and whether more was tried. */
static void put_largest(FILE *out, const json_t *cell, const char *before)
{
	if (cell)
		fprintf(out, "%snumbers up to %lld%s", before,
			(long long)json_integer_value(json_object_get(cell, "value")),
			record_text(cell, "bound")[0] ? ", where more was not tried" : "");
}

/* The different things that a column says, as "message, stream"; a new string, empty where nothing was measured. */
static char *list_kinds(const char *column, const json_t *rows)
{
	json_t *kinds = json_object();
	char *list = NULL;
	const char *kind, *before = "";
	size_t size;
	json_t *one;
	FILE *out = open_memstream(&list, &size);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		kind = kind_of(record_cell(json_array_get(rows, i), column));
		if (kind)
			json_object_set_new(kinds, kind, json_true());
	}
	json_object_foreach(kinds, kind, one) {
		if (out)
			fprintf(out, "%s%s", before, kind);
		before = ", ";
	}
	if (out)
		put_largest(out, largest(column, rows), before);
	json_decref(kinds);
	return out && fclose(out) == 0 ? list : NULL;
}

void needs_doubt(const struct needs *needs, const json_t *rows)
{
	for (const struct need *need = needs->all; need < needs->all + needs->n; need++) {
		json_t *said;
		char *kinds;

		if ((!need->value && !need->at_least) || anybody_meets(need, rows))
			continue;
		said = need_record(need);
		kinds = list_kinds(need->probe->name, rows);
		complain("no row says %s; what there is: %s", json_string_value(said),
			 kinds && *kinds ? kinds : "nothing measured");
		free(kinds);
		json_decref(said);
	}
}
