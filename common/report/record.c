#include "report/record.h"

#include "report/machine.h"
#include "report/names.h"
#include "report/surprise.h"
#include "report/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Cells come from memory that a row's processes could write: they are read with their sizes, not up to a NUL. */
static json_t *text_of(const char *s, size_t max)
{
	char *clean = text_clean(s, max);
	json_t *string = clean ? json_string(clean) : NULL;

	free(clean);
	return string;
}

static json_t *text(const char *s)
{
	return text_of(s, SIZE_MAX);
}

/* "EPERM", or "errno 4711" where there is no name. */
static json_t *name_or_number(const char *name, const char *kind, int number)
{
	return name ? json_string(name) : json_sprintf("%s %d", kind, number);
}

static json_t *value_record(const struct cell *c)
{
	switch (c->kind) {
	case TRUTH:
		return json_boolean(c->truth);
	case NUMERAL:
		return json_integer(c->number < LLONG_MAX ? (json_int_t)c->number : LLONG_MAX);
	case WORD:
		return text_of(c->word, sizeof c->word);
	default:
		return json_null();
	}
}

static json_t *status_record(enum status status)
{
	return json_string(status_name(status <= HUNG ? status : FAILED));
}

static int put_text(json_t *o, const char *key, const char *s, size_t max)
{
	return s[0] ? json_object_set_new(o, key, text_of(s, max)) : 0;
}

/* A figure never replaces what the cell itself says. */
static int put_fact(json_t *o, const struct fact *f)
{
	char *key = text_clean(f->key, sizeof f->key);
	int bad = key ? 0 : -1;

	if (key && key[0] && !json_object_get(o, key))
		bad = json_object_set_new(o, key, text_of(f->text, sizeof f->text));
	free(key);
	return bad;
}

static int put_blame(json_t *o, const struct cell *c)
{
	int bad = 0;

	if (c->error != 0)
		bad |= json_object_set_new(o, "error", name_or_number(errno_name(c->error), "errno", c->error));
	bad |= put_text(o, "call", c->call, sizeof c->call);
	if (c->status == CRASHED)
		bad |= json_object_set_new(o, "signal", name_or_number(signal_name(c->signal), "signal", c->signal));
	return bad;
}

static json_t *or_nothing(json_t *record, int bad)
{
	if (!bad)
		return record;
	json_decref(record);
	return NULL;
}

static json_t *cell_record(const struct cell *c)
{
	json_t *o = json_object();
	int bad = json_object_set_new(o, "status", status_record(c->status));

	bad |= json_object_set_new(o, "value", value_record(c));
	if (c->kind == TRUTH && c->saw > SAW_NOTHING && c->saw <= SAW_GARBLED)
		bad |= json_object_set_new(o, "saw", json_string(saw_name(c->saw)));
	for (int i = 0; i < CELL_FACTS; i++)
		bad |= put_fact(o, &c->facts[i]);
	bad |= put_blame(o, c);
	bad |= put_text(o, "leak", c->leak, sizeof c->leak);
	bad |= put_text(o, "detail", c->detail, sizeof c->detail);
	return or_nothing(o, bad);
}

static json_t *cells_record(const struct results *r, size_t row)
{
	json_t *o = json_object();
	int bad = o ? 0 : -1;

	for (size_t i = 0; i < r->nprobes; i++)
		bad |= json_object_set_new(o, r->probes[i]->name, cell_record(&r->cells[row * r->nprobes + i]));
	return or_nothing(o, bad);
}

static const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[GETS_MESSAGE] = "message",
		[GETS_STALE] = "stale",
		[GETS_ZEROS] = "empty",
		[GETS_CRASH] = "crash",
	};

	return names[outcome];
}

static json_t *row_record(const struct results *r, size_t row)
{
	const struct variant *v = r->rows[row]->variant;

	json_t *o = json_pack("{so, so, so, so, ss}", "variant", text(v->name), "group", text(group_name(v->group)),
			      "title", text(v->title), "man", text(v->man), "expect", outcome_name(v->expect));
	int bad = o ? 0 : -1;

	if (r->nprobes > 0) { /* nothing is known of a row that was only listed */
		bad |= json_object_set_new(o, "surprise", json_boolean(row_surprises(r, row)));
		bad |= json_object_set_new(o, "cells", cells_record(r, row));
	}
	return or_nothing(o, bad);
}

static json_t *rows_record(const struct results *r)
{
	json_t *rows = json_array();
	int bad = rows ? 0 : -1;

	for (size_t i = 0; i < r->nrows; i++)
		bad |= json_array_append_new(rows, row_record(r, i));
	return or_nothing(rows, bad);
}

static json_t *columns_record(const struct results *r)
{
	json_t *columns = json_array();
	int bad = columns ? 0 : -1;

	for (size_t i = 0; i < r->nprobes; i++) {
		const struct probe *p = r->probes[i];
		bad |= json_array_append_new(columns, json_pack("{so, so, so}", "name", text(p->name), "heading",
								text(p->heading), "question", text(p->question)));
	}
	return or_nothing(columns, bad);
}

json_t *record_make(const struct results *r)
{
	return json_pack("{si, ss, so, so, so}", "schema", RECORD_SCHEMA, "program", "ipckit " IPCKIT_VERSION,
			 "machine", machine_record(), "columns", columns_record(r), "rows", rows_record(r));
}

struct source {
	int fd, error; /* of read(2) */
};

static size_t read_some(void *to, size_t size, void *data)
{
	struct source *s = data;
	ssize_t n;

	do
		n = read(s->fd, to, size);
	while (n < 0 && errno == EINTR);
	s->error = n == -1 ? errno : 0;
	return n == -1 ? (size_t)-1 : (size_t)n;
}

json_t *record_read(int fd, json_error_t *error)
{
	struct source s = {.fd = fd};
	json_t *record = json_load_callback(read_some, &s, JSON_REJECT_DUPLICATES, error);

	errno = s.error;
	return record;
}

json_t *record_load(const char *path, char why[RECORD_WHY])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	json_error_t error = {.text = ""};
	json_t *record = fd == -1 ? NULL : record_read(fd, &error);
	int failed = errno;

	if (fd != -1)
		close(fd);
	if (!record)
		snprintf(why, RECORD_WHY, "%s", failed ? strerror(failed) : error.text);
	errno = failed;
	return record;
}

bool record_surprised(const json_t *record)
{
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(record, "rows"), i, row)
		if (json_is_true(json_object_get(row, "surprise")))
			return true;
	return false;
}

static size_t count_status(const json_t *record, const char *status)
{
	size_t i, n = 0;
	json_t *row, *cell;
	const char *column;

	json_array_foreach(json_object_get(record, "rows"), i, row)
		json_object_foreach(json_object_get(row, "cells"), column, cell)
			n += strcmp(json_string_value(json_object_get(cell, "status")), status) == 0;
	return n;
}

static bool nothing_ran(const json_t *record)
{
	size_t ran = 0, could_not;

	ran += count_status(record, status_name(MEASURED));
	ran += count_status(record, status_name(CRASHED));
	ran += count_status(record, status_name(HUNG));
	could_not = count_status(record, status_name(REFUSED)) + count_status(record, status_name(UNSUPPORTED));
	return ran == 0 && could_not > 0;
}

int record_exit_status(const json_t *record)
{
	if (record_surprised(record))
		return 1;
	return nothing_ran(record) ? 77 : 0;
}
