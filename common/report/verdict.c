#include "report/verdict.h"

#include "report/text.h"
#include "report/words.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum delivery { NOT_ASKED, DELIVERED, NOT_DELIVERED, COULD_NOT_RUN };

enum { VERDICT_WIDTH = 80 };

static bool text_is(const json_t *object, const char *key, const char *text)
{
	return strcmp(record_text(object, key), text) == 0;
}

/* A crash or a hang is an answer: the message did not arrive. */
static enum delivery delivery_of(const json_t *row)
{
	const json_t *cell = record_cell(row, "delivers");

	if (!cell)
		return NOT_ASKED;
	if (text_is(cell, "status", "crashed") || text_is(cell, "status", "hung"))
		return NOT_DELIVERED;
	if (!text_is(cell, "status", "measured") || !json_is_boolean(json_object_get(cell, "value")))
		return COULD_NOT_RUN;
	return json_is_true(json_object_get(cell, "value")) ? DELIVERED : NOT_DELIVERED;
}

static size_t count(const json_t *rows, enum delivery delivery)
{
	size_t i, n = 0;
	json_t *row;

	json_array_foreach(rows, i, row)
		n += delivery_of(row) == delivery;
	return n;
}

/* The row that the verdict is about: the mistake that this is all about, or the only one. */
static const json_t *leading_row(const json_t *rows)
{
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
		if (text_is(row, "variant", "malloc"))
			return row;
	return json_array_size(rows) == 1 ? json_array_get(rows, 0) : NULL;
}

static bool measured(const json_t *cell)
{
	return text_is(cell, "value", "same") || text_is(cell, "value", "different");
}

static const char *how_many(const json_t *cell, const char *one, const char *more)
{
	return text_is(cell, "value", "same") ? one : more;
}

static void put_frames(FILE *out, const json_t *frame)
{
	if (text_is(frame, "source", "pagemap")) {
		fputs(how_many(frame, "one page frame", "two page frames"), out);
		return;
	}
	fputs(how_many(frame, "one page", "two pages"), out);
	if (record_text(frame, "source")[0]) {
		fputs(" by ", out);
		text_put_ascii(out, record_text(frame, "source"));
	}
}

static void put_evidence(FILE *out, const json_t *row)
{
	const json_t *address = record_cell(row, "address");
	const json_t *frame = record_cell(row, "frame");

	if (measured(address) || measured(frame))
		fputs(": ", out);
	if (measured(address))
		fputs(how_many(address, "one address", "two addresses"), out);
	if (measured(address) && measured(frame))
		fputs(", ", out);
	if (measured(frame))
		put_frames(out, frame);
}

/* ": SIGSEGV", ": refused EPERM" */
static void put_reason(FILE *out, const json_t *cell)
{
	char *words = cell_line(cell);

	fprintf(out, ": %s", words ? words : "?");
	free(words);
}

static void put_leader(FILE *out, const json_t *row, bool evidence)
{
	static const char *const did[] = {
		[DELIVERED] = " delivers",
		[NOT_DELIVERED] = " does not deliver",
		[COULD_NOT_RUN] = " could not run",
	};
	enum delivery delivery = delivery_of(row);
	const json_t *cell = record_cell(row, "delivers");

	text_put_ascii(out, record_text(row, "variant"));
	fputs(did[delivery], out);
	if (delivery == DELIVERED && !text_is(row, "expect", "message"))
		fputs(", surprisingly", out);
	if (!text_is(cell, "status", "measured"))
		put_reason(out, cell);
	else if (evidence)
		put_evidence(out, row);
	fputc('.', out);
}

/* " 7 of 10 ways do." after a leader who was asked the same, otherwise "7 of 10 ways deliver." */
static void put_rest(FILE *out, const json_t *rows, const json_t *leader)
{
	size_t delivered = count(rows, DELIVERED);
	bool asked = leader && delivery_of(leader) != COULD_NOT_RUN;
	const char *one = asked ? "does" : "delivers";
	const char *more = asked ? "do" : "deliver";

	fprintf(out, "%s%zu of %zu ways %s.", leader ? " " : "", delivered, json_array_size(rows),
		delivered == 1 ? one : more);
}

static void put_verdict(FILE *out, const json_t *record, bool evidence)
{
	const json_t *rows = json_object_get(record, "rows");
	const json_t *leader = leading_row(rows);

	if (count(rows, NOT_ASKED) == json_array_size(rows))
		return;
	if (leader)
		put_leader(out, leader, evidence);
	if (json_array_size(rows) > 1)
		put_rest(out, rows, leader);
}

static char *verdict(const json_t *record, bool evidence)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	put_verdict(out, record, evidence);
	return fclose(out) == 0 ? text : NULL;
}

char *verdict_text(const json_t *record)
{
	char *text = verdict(record, true);

	if (text && strlen(text) > VERDICT_WIDTH) {
		free(text);
		text = verdict(record, false);
	}
	if (text && strlen(text) > VERDICT_WIDTH)
		strcpy(text + VERDICT_WIDTH - 3, "...");
	return text;
}

char *counts_text(const json_t *record)
{
	const json_t *rows = json_object_get(record, "rows");
	char *text = NULL;

	if (count(rows, NOT_ASKED) == json_array_size(rows))
		return strdup("");
	if (asprintf(&text, "%zu delivered, %zu not delivered, %zu could not run", count(rows, DELIVERED),
		     count(rows, NOT_DELIVERED), count(rows, COULD_NOT_RUN)) == -1)
		return NULL;
	return text;
}

static void put_surprises(FILE *out, const json_t *record)
{
	const char *before = "surprises: ";
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(record, "rows"), i, row) {
		if (!json_is_true(json_object_get(row, "surprise")))
			continue;
		fputs(before, out);
		text_put_ascii(out, record_text(row, "variant"));
		before = ", ";
	}
}

char *surprises_text(const json_t *record)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	put_surprises(out, record);
	return fclose(out) == 0 ? text : NULL;
}
