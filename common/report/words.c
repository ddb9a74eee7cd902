#include "report/words.h"

#include "bytes.h"
#include "report/text.h"

#include <stdio.h>
#include <string.h>

const char *record_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

const json_t *record_cell(const json_t *row, const char *column)
{
	return json_object_get(json_object_get(row, "cells"), column);
}

static bool has_status(const json_t *cell, const char *status)
{
	return strcmp(record_text(cell, "status"), status) == 0;
}

bool cell_is_pair(const json_t *cell)
{
	const char *word = record_text(cell, "value");
	const char *parent = record_text(cell, "parent");
	const char *child = record_text(cell, "child");

	if (!parent[0] || !child[0])
		return false;
	return strcmp(word, strcmp(parent, child) == 0 ? "same" : "different") == 0;
}

/* One figure where parent and child have the same. */
static void put_pair(FILE *out, const json_t *cell)
{
	const char *parent = record_text(cell, "parent");
	const char *child = record_text(cell, "child");

	text_put_ascii(out, parent);
	if (strcmp(parent, child) != 0) {
		fputc('\n', out);
		text_put_ascii(out, child);
	}
}

/* "64K"; "4M+" where there is no telling how far it goes. */
static void put_number(FILE *out, const json_t *cell)
{
	char text[24];

	fprintf(out, "%s%s",
		bytes_words((unsigned long long)json_integer_value(json_object_get(cell, "value")), text),
		record_text(cell, "bound")[0] ? "+" : "");
}

/* Without figures to show, a comparison says what it rests on: "differ (bits 56/61)". */
static void put_word(FILE *out, const json_t *cell)
{
	const char *word = record_text(cell, "value");
	const char *source = record_text(cell, "source");

	text_put_ascii(out, source[0] && strcmp(word, "different") == 0 ? "differ" : word);
	if (source[0]) {
		fputs("\n(", out);
		text_put_ascii(out, source);
		fputc(')', out);
	}
}

static void put_no(FILE *out, const json_t *cell)
{
	fputs("no", out);
	if (record_text(cell, "saw")[0]) {
		fputs(": ", out);
		text_put_ascii(out, record_text(cell, "saw"));
	}
}

static void put_value(FILE *out, const json_t *cell)
{
	const json_t *value = json_object_get(cell, "value");

	if (json_is_true(value))
		fputs("yes", out);
	else if (json_is_false(value))
		put_no(out, cell);
	else if (json_is_integer(value))
		put_number(out, cell);
	else if (cell_is_pair(cell))
		put_pair(out, cell);
	else if (json_is_string(value))
		put_word(out, cell);
	else
		fputs("?", out);
}

static void put_denial(FILE *out, const char *what, const json_t *cell)
{
	const char *error = record_text(cell, "error");

	fprintf(out, "%s%s", what, error[0] ? "\n" : "");
	text_put_ascii(out, error);
}

static void put_words(FILE *out, const json_t *cell)
{
	if (has_status(cell, "measured"))
		put_value(out, cell);
	else if (has_status(cell, "refused"))
		put_denial(out, "refused", cell);
	else if (has_status(cell, "unsupported"))
		put_denial(out, "unsupp.", cell);
	else if (has_status(cell, "not_applicable"))
		fputs("-", out);
	else if (has_status(cell, "crashed"))
		text_put_ascii(out, record_text(cell, "signal"));
	else if (has_status(cell, "hung"))
		fputs("hung", out);
	else
		fputs("FAILED", out);
}

char *cell_words(const json_t *cell)
{
	char *words = NULL;
	size_t size;
	FILE *out = open_memstream(&words, &size);

	if (!out)
		return NULL;
	put_words(out, cell);
	return fclose(out) == 0 ? words : NULL;
}

char *cell_line(const json_t *cell)
{
	char *words = cell_words(cell);

	text_one_line(words);
	return words;
}

/* Yes and no are good and bad only where a message was to arrive: "persists" is neither. */
enum tone cell_tone(const json_t *cell, const char *column)
{
	bool wished = strcmp(column, "delivers") == 0 || strcmp(column, "replies") == 0;

	if (has_status(cell, "refused") || has_status(cell, "unsupported"))
		return DENIED;
	if (has_status(cell, "not_applicable"))
		return PLAIN;
	if (!has_status(cell, "measured"))
		return BAD;
	if (wished && json_is_boolean(json_object_get(cell, "value")))
		return json_is_true(json_object_get(cell, "value")) ? GOOD : BAD;
	return PLAIN;
}
