/*
 * test_report.c - the views of hand-made cells: every status, every value, every format, and hostile text
 */
#include "report/escape.h"
#include "report/format.h"
#include "report/look.h"
#include "report/record.h"
#include "report/table.h"
#include "report/text.h"
#include "report/verdict.h"
#include "report/words.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Columns, as in `run`, with one for words and numbers. */
enum { DELIVERS, REPLIES, SNAPSHOT, ADDRESS, FRAME, PROBES };

static const struct probe probes[PROBES] = {
	[DELIVERS] = {.name = "delivers", .heading = "DELIVERS", .question = "Does it arrive?"},
	[REPLIES] = {.name = "replies", .heading = "REPLIES", .question = "And back?"},
	[SNAPSHOT] = {.name = "snapshot", .heading = "SNAPSHOT", .question = "What was there before?"},
	[ADDRESS] = {.name = "address", .heading = "ADDRESS", .question = "Where is it?"},
	[FRAME] = {.name = "frame", .heading = "FRAME", .question = "Where is it really?"},
};

static const struct probe *const probe_list[PROBES] = {&probes[0], &probes[1], &probes[2], &probes[3], &probes[4]};

/* The registry's, when this is linked without it. */
__attribute__((weak)) const char *group_name(enum variant_group group)
{
	static const char *const names[] = {
		[PRIVATE_MEMORY] = "private memory",
		[SHARED_MEMORY] = "shared memory",
		[STREAM] = "stream",
		[MESSAGE] = "message",
		[REACH] = "reach",
	};

	return names[group];
}

enum { MAX_ROWS = 16 };

/* Results under construction. */
struct sheet {
	struct variant variants[MAX_ROWS];
	struct row rows[MAX_ROWS];
	const struct row *row_list[MAX_ROWS];
	struct cell cells[MAX_ROWS][PROBES];
	struct results results;
};

static struct sheet *sheet_make(void)
{
	struct sheet *s = test_calloc(1, sizeof *s);

	s->results =
		(struct results){.rows = s->row_list, .probes = probe_list, .nprobes = PROBES, .cells = s->cells[0]};
	return s;
}

/* A new row whose cells do not apply. */
static struct cell *add(struct sheet *s, const char *name, enum variant_group group, enum outcome expect)
{
	size_t i = s->results.nrows++;

	assert_true(i < MAX_ROWS);
	s->variants[i] =
		(struct variant){.name = name, .title = "a title", .man = "x(2)", .group = group, .expect = expect};
	s->rows[i] = (struct row){&s->variants[i], ""};
	s->row_list[i] = &s->rows[i];
	for (size_t c = 0; c < PROBES; c++)
		cell_not_applicable(&s->cells[i][c], "not here");
	return s->cells[i];
}

static void no(struct cell *c, enum saw saw)
{
	cell_truth(c, false);
	c->saw = saw;
}

static void yes(struct cell *c)
{
	cell_truth(c, true);
	c->saw = SAW_MESSAGE;
}

static void pair(struct cell *c, const char *word, const char *parent, const char *child)
{
	cell_word(c, word);
	cell_fact(c, "parent", "%s", parent);
	cell_fact(c, "child", "%s", child);
}

static void frame(struct cell *c, const char *word, const char *parent, const char *child)
{
	pair(c, word, parent, child);
	cell_fact(c, "source", "pagemap");
}

static void add_private(struct sheet *s, const char *name, const char *address, const char *parent, const char *child)
{
	struct cell *c = add(s, name, PRIVATE_MEMORY, GETS_STALE);

	no(&c[DELIVERS], SAW_STALE);
	no(&c[REPLIES], SAW_STALE);
	cell_truth(&c[SNAPSHOT], true);
	pair(&c[ADDRESS], "same", address, address);
	frame(&c[FRAME], "different", parent, child);
}

static void add_shared(struct sheet *s, const char *name, const char *address, const char *parent)
{
	struct cell *c = add(s, name, SHARED_MEMORY, GETS_MESSAGE);

	yes(&c[DELIVERS]);
	yes(&c[REPLIES]);
	cell_truth(&c[SNAPSHOT], true);
	pair(&c[ADDRESS], "same", address, address);
	frame(&c[FRAME], "same", parent, parent);
}

static struct cell *add_stream(struct sheet *s, const char *name)
{
	struct cell *c = add(s, name, STREAM, GETS_MESSAGE);

	yes(&c[DELIVERS]);
	yes(&c[REPLIES]);
	cell_truth(&c[SNAPSHOT], true);
	return c;
}

/* The ten rows that the kit began with, where all is as the textbook says. */
static struct sheet *ten_rows(void)
{
	struct sheet *s = sheet_make();

	add_private(s, "global", "0x55d0c0a01000", "0x1a2b3c", "0x4d5e6f");
	add_private(s, "malloc", "0x7f12345af000", "0x1a2b3d", "0x4d5e70");
	add_private(s, "mmap_private", "0x7f12345ad000", "0x1a2b3e", "0x4d5e71");
	add_shared(s, "memfd", "0x7f12345a1000", "0x1a2b40");
	add_shared(s, "mmap_shared", "0x7f12345a2000", "0x1a2b41");
	add_shared(s, "shm_open", "0x7f12345a3000", "0x1a2b42");
	add_stream(s, "fifo");
	add_stream(s, "pipe");
	add_stream(s, "socketpair");
	struct cell *c = add(s, "process_vm", REACH, GETS_MESSAGE);
	yes(&c[DELIVERS]);
	yes(&c[REPLIES]);
	pair(&c[ADDRESS], "same", "0x55d0c1b02000", "0x55d0c1b02000");
	frame(&c[FRAME], "different", "0x1a2b50", "0x4d5e80");
	return s;
}

/* One row per kind of trouble; each in `delivers`, some elsewhere. */
static struct sheet *troubles(void)
{
	struct sheet *s = sheet_make();
	struct cell *c = add(s, "malloc", PRIVATE_MEMORY, GETS_STALE);

	cell_error(&c[DELIVERS], EPERM, "fork", "setup");
	c = add(s, "mmap_dontfork", PRIVATE_MEMORY, GETS_CRASH);
	cell_crashed(&c[DELIVERS], SIGSEGV, "receiver");
	cell_number(&c[SNAPSHOT], 65536);
	c = add(s, "mmap_wipe", PRIVATE_MEMORY, GETS_ZEROS);
	no(&c[DELIVERS], SAW_EMPTY);
	no(&c[REPLIES], SAW_GARBLED);
	cell_number(&c[SNAPSHOT], 4194304);
	pair(&c[ADDRESS], "different", "0x7f12345af000", "0x7f1234500000");
	cell_word(&c[FRAME], "different");
	cell_fact(&c[FRAME], "source", "bits 56/61");
	c = add(s, "tcp", STREAM, GETS_MESSAGE);
	cell_hung(&c[DELIVERS], "child waits for parent");
	cell_error(&c[REPLIES], EIO, "read", "child");
	cell_number(&c[SNAPSHOT], 1000);
	c = add(s, "posix_mq", MESSAGE, GETS_MESSAGE);
	cell_error(&c[DELIVERS], ENOSYS, "mq_open", "setup");
	cell_word(&c[FRAME], "drops");
	return s;
}

static json_t *record_of(struct sheet *s)
{
	json_t *record = record_make(&s->results);

	assert_non_null(record);
	test_free(s);
	return record;
}

static char *printed(json_t *record, enum format format)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(report_print(out, record, format), 0);
	assert_int_equal(fclose(out), 0);
	json_decref(record);
	return text;
}

static void assert_printed(json_t *record, enum format format, const char *golden)
{
	char *text = printed(record, format);

	assert_string_equal(text, golden);
	free(text);
}

static size_t widest_line(const char *text)
{
	size_t widest = 0;

	while (*text) {
		size_t width = strcspn(text, "\n");
		widest = width > widest ? width : widest;
		text += width + (text[width] == '\n');
	}
	return widest;
}

/* Words and tones */

static void assert_words(const struct cell *c, const char *words, enum tone tone)
{
	struct sheet *s = sheet_make();
	struct cell *cells = add(s, "row", STREAM, GETS_MESSAGE);

	cells[DELIVERS] = *c;
	json_t *record = record_of(s);
	json_t *cell = json_object_get(json_object_get(json_array_get(json_object_get(record, "rows"), 0), "cells"),
				       "delivers");
	char *text = cell_words(cell);
	assert_string_equal(text, words);
	assert_int_equal(cell_tone(cell, "delivers"), tone);
	free(text);
	json_decref(record);
}

static void words_of_answers(void **state)
{
	struct cell c = {.status = FAILED};

	(void)state;
	assert_words(&c, "FAILED", BAD);
	yes(&c);
	assert_words(&c, "yes", GOOD);
	no(&c, SAW_NOTHING);
	assert_words(&c, "no", BAD);
	no(&c, SAW_STALE);
	assert_words(&c, "no: stale", BAD);
	no(&c, SAW_EMPTY);
	assert_words(&c, "no: empty", BAD);
	no(&c, SAW_GARBLED);
	assert_words(&c, "no: garbled", BAD);
	c = (struct cell){.status = MEASURED, .kind = UNKNOWN};
	assert_words(&c, "?", PLAIN);
	cell_word(&c, "message");
	assert_words(&c, "message", PLAIN);
}

static void words_of_troubles(void **state)
{
	struct cell c = {.status = FAILED};

	(void)state;
	cell_error(&c, EPERM, "open", "setup");
	assert_words(&c, "refused\nEPERM", DENIED);
	cell_error(&c, ENOSYS, "open", "setup");
	assert_words(&c, "unsupp.\nENOSYS", DENIED);
	cell_error(&c, EIO, "open", "setup");
	assert_words(&c, "FAILED", BAD);
	c.status = REFUSED;
	c.error = 0;
	assert_words(&c, "refused", DENIED);
	c.error = 4711;
	assert_words(&c, "refused\nerrno 4711", DENIED);
	cell_not_applicable(&c, "why");
	assert_words(&c, "-", PLAIN);
	cell_hung(&c, "why");
	assert_words(&c, "hung", BAD);
	cell_crashed(&c, SIGBUS, "why");
	assert_words(&c, "SIGBUS", BAD);
	cell_crashed(&c, 64, "why");
	assert_words(&c, "signal 64", BAD);
	c.status = (enum status)99;
	assert_words(&c, "FAILED", BAD);
}

static void words_of_numbers(void **state)
{
	static const struct {
		unsigned long long number;
		const char *words;
	} cases[] = {
		{0, "0"},
		{8, "8"},
		{1000, "1000"},
		{1023, "1023"},
		{1024, "1K"},
		{1025, "1025"},
		{1536, "1536"},
		{65536, "64K"},
		{4194304, "4M"},
		{4194304 + 1024, "4097K"},
		{1ull << 30, "1G"},
		{1ull << 42, "4096G"},
		{UINT64_MAX, "9223372036854775807"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cell c = {.status = FAILED};
		cell_number(&c, cases[i].number);
		assert_words(&c, cases[i].words, PLAIN);
	}
}

static void words_of_pairs(void **state)
{
	struct cell c = {.status = FAILED};

	(void)state;
	frame(&c, "same", "0x1", "0x1");
	assert_words(&c, "0x1", PLAIN);
	frame(&c, "different", "0x1", "0x2");
	assert_words(&c, "0x1\n0x2", PLAIN);
	c = (struct cell){.status = FAILED};
	cell_word(&c, "different");
	assert_words(&c, "different", PLAIN);
	cell_fact(&c, "source", "bits 56/61");
	assert_words(&c, "differ\n(bits 56/61)", PLAIN);
	cell_word(&c, "same");
	assert_words(&c, "same\n(bits 56/61)", PLAIN);
	/* Figures that contradict the answer do not take its place. */
	pair(&c, "different", "0x0", "0x0");
	assert_words(&c, "differ\n(bits 56/61)", PLAIN);
}

static void a_no_is_bad_only_where_a_message_was_due(void **state)
{
	json_t *no_cell = json_pack("{ss, sb}", "status", "measured", "value", 0);
	json_t *yes_cell = json_pack("{ss, sb}", "status", "measured", "value", 1);

	(void)state;
	assert_int_equal(cell_tone(no_cell, "replies"), BAD);
	assert_int_equal(cell_tone(no_cell, "persists"), PLAIN);
	assert_int_equal(cell_tone(yes_cell, "replies"), GOOD);
	assert_int_equal(cell_tone(yes_cell, "intruder"), PLAIN);
	json_decref(no_cell);
	json_decref(yes_cell);
}

/* The record */

static void the_record_knows_the_machine(void **state)
{
	json_t *record = record_of(ten_rows());
	json_t *machine = json_object_get(record, "machine");

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(record, "schema")), 1);
	assert_string_equal(record_text(record, "program"), "ipckit " IPCKIT_VERSION);
	assert_true(record_text(machine, "kernel")[0] != '\0');
	assert_true(record_text(machine, "processor")[0] != '\0');
	assert_true(record_text(machine, "capabilities")[0] != '\0');
	assert_true(json_integer_value(json_object_get(machine, "cpus")) >= 1);
	assert_int_equal(json_integer_value(json_object_get(machine, "page_size")), sysconf(_SC_PAGESIZE));
	assert_int_equal(json_integer_value(json_object_get(machine, "uid")), getuid());
	json_decref(record);
}

/* Only what leads to a cell, in one line. */
static void assert_cell(const struct cell *c, const char *golden)
{
	struct sheet *s = sheet_make();

	add(s, "row", STREAM, GETS_MESSAGE)[FRAME] = *c;
	json_t *record = record_of(s);
	json_t *row = json_array_get(json_object_get(record, "rows"), 0);
	char *text = json_dumps(record_cell(row, "frame"), JSON_COMPACT);
	assert_string_equal(text, golden);
	free(text);
	json_decref(record);
}

static void a_cell_keeps_all_it_knows(void **state)
{
	struct cell c = {.status = FAILED};

	(void)state;
	no(&c, SAW_STALE);
	cell_detail(&c, "old \"bytes\"");
	assert_cell(&c,
		    "{\"status\":\"measured\",\"value\":false,\"saw\":\"stale\",\"detail\":\"old \\\"bytes\\\"\"}");
	frame(&c, "different", "0x1", "0x2");
	c.saw = SAW_NOTHING;
	assert_cell(&c, "{\"status\":\"measured\",\"value\":\"different\",\"parent\":\"0x1\",\"child\":\"0x2\","
			"\"source\":\"pagemap\"}");
	c = (struct cell){.status = FAILED, .saw = SAW_STALE};
	cell_error(&c, EPERM, "mq_open", "setup");
	assert_cell(&c, "{\"status\":\"refused\",\"value\":null,\"error\":\"EPERM\",\"call\":\"mq_open\","
			"\"detail\":\"setup: mq_open: Operation not permitted\"}");
	cell_crashed(&c, SIGSEGV, "%s", "");
	c.kind = TRUTH;
	c.truth = false;
	c.saw = SAW_NOTHING;
	snprintf(c.leak, sizeof c.leak, "/dev/shm/x");
	assert_cell(&c, "{\"status\":\"crashed\",\"value\":false,\"signal\":\"SIGSEGV\",\"leak\":\"/dev/shm/x\"}");
	c.saw = (enum saw)77;
	assert_cell(&c, "{\"status\":\"crashed\",\"value\":false,\"signal\":\"SIGSEGV\",\"leak\":\"/dev/shm/x\"}");
	cell_number(&c, 65536);
	c.leak[0] = '\0';
	assert_cell(&c, "{\"status\":\"measured\",\"value\":65536}");
}

static void a_figure_does_not_replace_the_answer(void **state)
{
	struct cell c = {.status = FAILED};

	(void)state;
	cell_truth(&c, false);
	cell_fact(&c, "value", "true");
	cell_fact(&c, "status", "hung");
	assert_cell(&c, "{\"status\":\"measured\",\"value\":false}");
}

static void a_cell_without_ends_is_read_with_its_sizes(void **state)
{
	struct cell c;
	struct sheet *s = sheet_make();

	(void)state;
	memset(&c, 'A', sizeof c);
	c.status = MEASURED;
	c.kind = WORD;
	add(s, "row", STREAM, GETS_MESSAGE)[SNAPSHOT] = c;
	json_t *record = record_of(s);
	const json_t *cell = record_cell(json_array_get(json_object_get(record, "rows"), 0), "snapshot");
	assert_int_equal(strlen(record_text(cell, "value")), sizeof c.word);
	assert_int_equal(strlen(record_text(cell, "detail")), sizeof c.detail);
	assert_int_equal(strlen(record_text(cell, "leak")), sizeof c.leak);
	assert_int_equal(strlen(record_text(cell, "call")), sizeof c.call);
	json_decref(record);
}

/* Surprises */

static int exit_status_with(enum outcome expect, size_t column, const struct cell *c)
{
	struct sheet *s = sheet_make();

	add(s, "row", STREAM, expect)[column] = *c;
	json_t *record = record_of(s);
	int status = record_exit_status(record);
	assert_int_equal(record_surprised(record), status == 1);
	json_decref(record);
	return status;
}

/* Exit status for each textbook, in the order of enum outcome. */
static void assert_surprise(const struct cell *c, const char *surprise)
{
	for (int expect = GETS_MESSAGE; expect <= GETS_CRASH; expect++)
		assert_int_equal(exit_status_with((enum outcome)expect, DELIVERS, c), surprise[expect] == '!');
}

static void delivery_other_than_the_textbook_is_a_surprise(void **state)
{
	struct cell c = {.status = FAILED};

	(void)state;
	yes(&c);
	assert_surprise(&c, ".!!!");
	no(&c, SAW_STALE);
	assert_surprise(&c, "!.!!");
	no(&c, SAW_EMPTY);
	assert_surprise(&c, "!!.!");
	no(&c, SAW_GARBLED);
	assert_surprise(&c, "!!!!");
	no(&c, SAW_NOTHING);
	assert_surprise(&c, "!!!!");
	cell_crashed(&c, SIGSEGV, "receiver");
	assert_surprise(&c, "!!!.");
	c.kind = TRUTH;
	c.truth = false;
	c.saw = SAW_STALE;
	assert_surprise(&c, "!!!.");
	cell_hung(&c, "why");
	assert_surprise(&c, "!!!!");
	cell_fail(&c, "why");
	assert_surprise(&c, "!!!!");
	cell_not_applicable(&c, "why");
	assert_surprise(&c, "....");
}

static void other_columns_surprise_by_troubles_and_leaks(void **state)
{
	struct cell c = {.status = FAILED};

	(void)state;
	assert_int_equal(exit_status_with(GETS_MESSAGE, SNAPSHOT, &c), 1);
	assert_int_equal(exit_status_with(GETS_MESSAGE, REPLIES, &c), 1);
	cell_hung(&c, "why");
	assert_int_equal(exit_status_with(GETS_MESSAGE, SNAPSHOT, &c), 1);
	assert_int_equal(exit_status_with(GETS_CRASH, SNAPSHOT, &c), 1);
	assert_int_equal(exit_status_with(GETS_MESSAGE, REPLIES, &c), 1);
	no(&c, SAW_STALE);
	assert_int_equal(exit_status_with(GETS_MESSAGE, REPLIES, &c), 0);
	cell_crashed(&c, SIGSEGV, "why");
	assert_int_equal(exit_status_with(GETS_MESSAGE, SNAPSHOT, &c), 1);
	assert_int_equal(exit_status_with(GETS_CRASH, SNAPSHOT, &c), 0);
	cell_truth(&c, true);
	snprintf(c.leak, sizeof c.leak, "/dev/shm/x");
	assert_int_equal(exit_status_with(GETS_MESSAGE, SNAPSHOT, &c), 1);
	cell_error(&c, EPERM, "open", "setup");
	assert_int_equal(exit_status_with(GETS_MESSAGE, SNAPSHOT, &c), 1);
}

static void nothing_run_is_77(void **state)
{
	struct cell c = {.status = FAILED};

	(void)state;
	cell_error(&c, EPERM, "open", "setup");
	assert_int_equal(exit_status_with(GETS_STALE, DELIVERS, &c), 77);
	cell_error(&c, ENOSYS, "open", "setup");
	assert_int_equal(exit_status_with(GETS_STALE, DELIVERS, &c), 77);
	cell_not_applicable(&c, "why");
	assert_int_equal(exit_status_with(GETS_STALE, DELIVERS, &c), 0);
	struct sheet *s = troubles();
	s->results.nrows = 2; /* one refused, one that crashes as expected */
	json_t *record = record_of(s);
	assert_int_equal(record_exit_status(record), 0);
	json_decref(record);
}

/* Formats */

static void golden_table(void **state)
{
	(void)state;
	assert_printed(record_of(ten_rows()), FORMAT_TABLE,
		       "malloc does not deliver: one address, two page frames. 7 of 10 ways do.\n"
		       "\n"
		       "MECHANISM      DELIVERS  REPLIES   SNAPSHOT ADDRESS        FRAME\n"
		       "private memory\n"
		       "  global       no: stale no: stale yes      0x55d0c0a01000 0x1a2b3c 0x4d5e6f\n"
		       "  malloc       no: stale no: stale yes      0x7f12345af000 0x1a2b3d 0x4d5e70\n"
		       "  mmap_private no: stale no: stale yes      0x7f12345ad000 0x1a2b3e 0x4d5e71\n"
		       "shared memory\n"
		       "  memfd        yes       yes       yes      0x7f12345a1000 0x1a2b40\n"
		       "  mmap_shared  yes       yes       yes      0x7f12345a2000 0x1a2b41\n"
		       "  shm_open     yes       yes       yes      0x7f12345a3000 0x1a2b42\n"
		       "stream\n"
		       "  fifo         yes       yes       yes      -              -\n"
		       "  pipe         yes       yes       yes      -              -\n"
		       "  socketpair   yes       yes       yes      -              -\n"
		       "reach\n"
		       "  process_vm   yes       yes       -        0x55d0c1b02000 0x1a2b50 0x4d5e80\n"
		       "\n"
		       "one number: the same in both processes; two: the parent's, then the child's\n"
		       "\n"
		       "7 delivered, 3 not delivered, 0 could not run\n");
}

static void golden_table_of_troubles(void **state)
{
	(void)state;
	assert_printed(record_of(troubles()), FORMAT_TABLE,
		       "malloc could not run: refused EPERM. 0 of 5 ways deliver.\n"
		       "\n"
		       "MECHANISM       DELIVERS  REPLIES     SNAPSHOT ADDRESS        FRAME\n"
		       "private memory\n"
		       "  malloc        refused   -           -        -              -\n"
		       "                EPERM\n"
		       "  mmap_dontfork SIGSEGV   -           64K      -              -\n"
		       "  mmap_wipe     no: empty no: garbled 4M       0x7f12345af000 differ\n"
		       "                                               0x7f1234500000 (bits 56/61)\n"
		       "stream\n"
		       "  tcp !         hung      FAILED      1000     -              -\n"
		       "message\n"
		       "  posix_mq      unsupp.   -           -        -              drops\n"
		       "                ENOSYS\n"
		       "\n"
		       "one number: the same in both processes; two: the parent's, then the child's\n"
		       "\n"
		       "0 delivered, 3 not delivered, 2 could not run\n"
		       "surprises: tcp\n");
}

static void golden_markdown(void **state)
{
	(void)state;
	assert_printed(
		record_of(troubles()), FORMAT_MARKDOWN,
		"malloc could not run: refused EPERM. 0 of 5 ways deliver.\n"
		"\n"
		"| GROUP | MECHANISM | DELIVERS | REPLIES | SNAPSHOT | ADDRESS | FRAME |\n"
		"| --- | --- | --- | --- | --- | --- | --- |\n"
		"| private memory | malloc | refused EPERM | - | - | - | - |\n"
		"| private memory | mmap_dontfork | SIGSEGV | - | 64K | - | - |\n"
		"| private memory | mmap_wipe | no: empty | no: garbled | 4M | 0x7f12345af000 0x7f1234500000 | differ (bits 56/61) |\n"
		"| stream | tcp ! | hung | FAILED | 1000 | - | - |\n"
		"| message | posix_mq | unsupp. ENOSYS | - | - | - | drops |\n"
		"\n"
		"0 delivered, 3 not delivered, 2 could not run\n"
		"\n"
		"surprises: tcp\n");
}

/* A row of each kind is enough for the long formats. */
static struct sheet *two_rows(void)
{
	struct sheet *s = sheet_make();
	struct cell *c;

	add_private(s, "malloc", "0x7f12345af000", "0x1a2b3d", "0x4d5e70");
	c = add_stream(s, "fifo");
	cell_error(&c[REPLIES], EPERM, "mkfifo", "setup");
	cell_crashed(&c[SNAPSHOT], SIGPIPE, "parent, in send()");
	return s;
}

static void golden_csv(void **state)
{
	(void)state;
	assert_printed(
		record_of(two_rows()), FORMAT_CSV,
		"variant,group,column,status,value,saw,parent,child,source,error,call,signal,detail,leak,bound\r\n"
		"malloc,private memory,delivers,measured,false,stale,,,,,,,,,\r\n"
		"malloc,private memory,replies,measured,false,stale,,,,,,,,,\r\n"
		"malloc,private memory,snapshot,measured,true,,,,,,,,,,\r\n"
		"malloc,private memory,address,measured,same,,0x7f12345af000,0x7f12345af000,,,,,,,\r\n"
		"malloc,private memory,frame,measured,different,,0x1a2b3d,0x4d5e70,pagemap,,,,,,\r\n"
		"fifo,stream,delivers,measured,true,message,,,,,,,,,\r\n"
		"fifo,stream,replies,refused,,,,,,EPERM,mkfifo,,setup: mkfifo: Operation not permitted,,\r\n"
		"fifo,stream,snapshot,crashed,,,,,,,,SIGPIPE,\"parent, in send()\",,\r\n"
		"fifo,stream,address,not_applicable,,,,,,,,,not here,,\r\n"
		"fifo,stream,frame,not_applicable,,,,,,,,,not here,,\r\n");
}

static void golden_json(void **state)
{
	json_t *record = record_of(two_rows());

	(void)state;
	json_object_set_new(record, "machine", json_object());
	json_object_set_new(record, "columns", json_array());
	json_array_remove(json_object_get(record, "rows"), 1);
	assert_printed(record, FORMAT_JSON,
		       "{\n"
		       " \"schema\": 1,\n"
		       " \"program\": \"ipckit " IPCKIT_VERSION "\",\n"
		       " \"machine\": {},\n"
		       " \"columns\": [],\n"
		       " \"rows\": [\n"
		       "  {\n"
		       "   \"variant\": \"malloc\",\n"
		       "   \"group\": \"private memory\",\n"
		       "   \"title\": \"a title\",\n"
		       "   \"man\": \"x(2)\",\n"
		       "   \"expect\": \"stale\",\n"
		       "   \"surprise\": false,\n"
		       "   \"cells\": {\n"
		       "    \"delivers\": {\n"
		       "     \"status\": \"measured\",\n"
		       "     \"value\": false,\n"
		       "     \"saw\": \"stale\"\n"
		       "    },\n"
		       "    \"replies\": {\n"
		       "     \"status\": \"measured\",\n"
		       "     \"value\": false,\n"
		       "     \"saw\": \"stale\"\n"
		       "    },\n"
		       "    \"snapshot\": {\n"
		       "     \"status\": \"measured\",\n"
		       "     \"value\": true\n"
		       "    },\n"
		       "    \"address\": {\n"
		       "     \"status\": \"measured\",\n"
		       "     \"value\": \"same\",\n"
		       "     \"parent\": \"0x7f12345af000\",\n"
		       "     \"child\": \"0x7f12345af000\"\n"
		       "    },\n"
		       "    \"frame\": {\n"
		       "     \"status\": \"measured\",\n"
		       "     \"value\": \"different\",\n"
		       "     \"parent\": \"0x1a2b3d\",\n"
		       "     \"child\": \"0x4d5e70\",\n"
		       "     \"source\": \"pagemap\"\n"
		       "    }\n"
		       "   }\n"
		       "  }\n"
		       " ]\n"
		       "}\n");
}

static void json_is_the_record(void **state)
{
	json_t *record = record_of(troubles());
	char *text = printed(json_incref(record), FORMAT_JSON);
	json_t *read = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	(void)state;
	assert_true(json_equal(record, read));
	json_decref(read);
	json_decref(record);
	free(text);
}

static void formats_have_names(void **state)
{
	static const char *const names[] = {"table", "json", "csv", "markdown"};
	enum format format = FORMAT_TABLE;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_true(format_parse(names[i], &format));
		assert_int_equal(format, i);
	}
	assert_false(format_parse("xml", &format));
	assert_false(format_parse("", &format));
	assert_int_equal(format, FORMAT_MARKDOWN);
}

/* Room */

static char *table_in(struct sheet *s, size_t width)
{
	struct look look = {.width = width};
	json_t *record = record_of(s);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(table_print(out, record, &look), 0);
	fclose(out);
	json_decref(record);
	return text;
}

static size_t count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		n++;
	return n;
}

static void a_wide_table_is_set_loosely(void **state)
{
	char *text = table_in(ten_rows(), 200);

	(void)state;
	assert_non_null(
		strstr(text, "  malloc        no: stale  no: stale  yes       0x7f12345af000  0x1a2b3d 0x4d5e70\n"));
	free(text);
}

static void a_tight_table_takes_two_lines_a_row(void **state)
{
	char *text = table_in(ten_rows(), 70);

	(void)state;
	assert_non_null(strstr(text, "  malloc       no: stale no: stale yes      0x7f12345af000 0x1a2b3d\n"
				     "                                                           0x4d5e70\n"));
	free(text);
}

static void a_narrow_table_comes_in_blocks(void **state)
{
	char *text = table_in(ten_rows(), 40);
	char *table = strstr(text, "MECHANISM");

	(void)state;
	assert_int_equal(count_of(table, "\n  malloc "), 3);
	assert_int_equal(count_of(table, "MECHANISM"), 3);
	assert_int_equal(count_of(table, "\nprivate memory\n"), 3);
	assert_int_equal(count_of(table, "FRAME"), 1);
	assert_int_equal(count_of(table, "0x1a2b3d\n"), 1);
	assert_true(widest_line(text) <= 40);
	free(text);
}

static void no_width_is_too_small(void **state)
{
	char *text = table_in(ten_rows(), 1);

	(void)state;
	assert_int_equal(count_of(text, "MECHANISM"), PROBES);
	assert_int_equal(count_of(text, "0x4d5e70"), 1);
	free(text);
}

static void eighty_columns_hold_the_worst_of_rows(void **state)
{
	struct sheet *s = ten_rows();
	struct cell *c = add_stream(s, "socketpair_seqpacket");

	(void)state;
	cell_error(&c[DELIVERS], EPERM, "socketpair", "setup");
	cell_hung(&c[REPLIES], "why");
	char *text = table_in(s, 80);
	assert_true(widest_line(text) <= 80);
	assert_int_equal(count_of(text, "MECHANISM"), 1);
	free(text);
}

static void surprises_are_wrapped(void **state)
{
	static const char *const names[] = {"socketpair_dgram", "socketpair_stream", "socketpair_seqpacket",
					    "process_vm_read",  "pointer_pipe",      "mmap_after_fork"};
	struct sheet *s = sheet_make();

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		cell_fail(&add(s, names[i], STREAM, GETS_MESSAGE)[DELIVERS], "why");
	char *text = table_in(s, 80);
	assert_true(widest_line(text) <= 80);
	assert_non_null(strstr(text, "\nsurprises: socketpair_dgram, socketpair_stream, socketpair_seqpacket,\n"
				     "  process_vm_read, pointer_pipe, mmap_after_fork\n"));
	free(text);
}

static void no_column_and_no_row_is_a_table_too(void **state)
{
	struct sheet *s = ten_rows();
	char *text;

	(void)state;
	s->results.nrows = 0;
	text = printed(record_of(s), FORMAT_TABLE);
	assert_string_equal(text, "MECHANISM  DELIVERS  REPLIES  SNAPSHOT  ADDRESS  FRAME\n");
	free(text);
	s = ten_rows();
	s->results.nprobes = 0;
	text = printed(record_of(s), FORMAT_TABLE);
	assert_non_null(strstr(text, "MECHANISM\nprivate memory\n  global\n  malloc\n"));
	free(text);
}

/* The verdict */

static void assert_verdict(struct sheet *s, const char *golden)
{
	json_t *record = record_of(s);
	char *text = verdict_text(record);

	assert_string_equal(text, golden);
	assert_true(strlen(text) <= 80);
	free(text);
	json_decref(record);
}

/* Ten rows; c is malloc's. */
static struct sheet *ten_rows_with(struct cell **c)
{
	struct sheet *s = ten_rows();

	*c = s->cells[1];
	return s;
}

static void verdict_on_malloc(void **state)
{
	struct cell *c;
	struct sheet *s = ten_rows_with(&c);

	(void)state;
	cell_not_applicable(&c[FRAME], "hidden");
	assert_verdict(s, "malloc does not deliver: one address. 7 of 10 ways do.");
	s = ten_rows_with(&c);
	c[FRAME] = (struct cell){.status = FAILED};
	cell_word(&c[FRAME], "different");
	cell_fact(&c[FRAME], "source", "bits 56/61");
	assert_verdict(s, "malloc does not deliver: one address, two pages by bits 56/61. 7 of 10 ways do.");
	s = ten_rows_with(&c);
	cell_error(&c[DELIVERS], EPERM, "fork", "setup");
	assert_verdict(s, "malloc could not run: refused EPERM. 7 of 10 ways deliver.");
	s = ten_rows_with(&c);
	cell_fail(&c[DELIVERS], "why");
	assert_verdict(s, "malloc could not run: FAILED. 7 of 10 ways deliver.");
	s = ten_rows_with(&c);
	cell_crashed(&c[DELIVERS], SIGSEGV, "receiver");
	assert_verdict(s, "malloc does not deliver: SIGSEGV. 7 of 10 ways do.");
	s = ten_rows_with(&c);
	yes(&c[DELIVERS]);
	frame(&c[FRAME], "same", "0x1", "0x1");
	assert_verdict(s, "malloc delivers, surprisingly: one address, one page frame. 8 of 10 ways do.");
}

static void verdict_on_others(void **state)
{
	struct sheet *s = ten_rows();

	(void)state;
	s->results.nrows = 1;
	s->variants[0].name = "global";
	assert_verdict(s, "global does not deliver: one address, two page frames.");
	s = sheet_make();
	add_stream(s, "pipe");
	assert_verdict(s, "pipe delivers.");
	s = sheet_make();
	add_stream(s, "pipe");
	add(s, "fifo", STREAM, GETS_MESSAGE);
	assert_verdict(s, "1 of 2 ways delivers.");
	s = sheet_make();
	add(s, "malloc", PRIVATE_MEMORY, GETS_STALE);
	add_stream(s, "pipe");
	no(&s->cells[0][DELIVERS], SAW_STALE);
	assert_verdict(s, "malloc does not deliver. 1 of 2 ways does.");
	s = ten_rows();
	s->results.probes++;
	s->results.nprobes = 1;
	assert_verdict(s, "");
	s = sheet_make();
	add_stream(s, "a_row_with_a_name_that_is_much_longer_than_any_table_would_like_it_to_be_at_all");
	assert_verdict(s, "a_row_with_a_name_that_is_much_longer_than_any_table_would_like_it_to_be_at_a...");
}

static void a_verdict_too_long_leaves_out_its_evidence(void **state)
{
	struct cell *c;
	struct sheet *s = ten_rows_with(&c);

	(void)state;
	cell_word(&c[FRAME], "same");
	memset(c[FRAME].facts, 0, sizeof c[FRAME].facts);
	cell_fact(&c[FRAME], "source", "a source with a name of some forty letters");
	assert_verdict(s, "malloc does not deliver. 7 of 10 ways do.");
}

/* Hostile text */

static const char nasty[] = "=a\033[31m|`<b>*\r\n\",\xff\x80\xc2\x9b\xe2\x80\xae&_x\x7f";

static struct sheet *hostile(void)
{
	struct sheet *s = sheet_make();
	struct cell *c = add(s, nasty, STREAM, GETS_MESSAGE);

	s->variants[0].title = nasty;
	s->variants[0].man = NULL;
	for (int i = 0; i < PROBES; i++) {
		cell_word(&c[i], nasty);
		snprintf(c[i].leak, sizeof c[i].leak, "%s", nasty);
		cell_detail(&c[i], "%s", nasty);
		cell_fact(&c[i], "source", "%s", nasty);
		cell_fact(&c[i], "\xff\033", "%s", nasty);
	}
	return s;
}

static void assert_harmless(const char *text, enum format format)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		assert_int_not_equal(*c, 0x7f);
		assert_true(*c >= 0x20 || *c == '\n' || (*c == '\r' && format == FORMAT_CSV));
	}
	assert_null(strstr(text, "\xc2\x9b"));
	assert_null(strstr(text, "\xe2\x80\xae"));
}

static void no_format_lets_control_characters_through(void **state)
{
	(void)state;
	for (int format = FORMAT_TABLE; format <= FORMAT_MARKDOWN; format++) {
		char *text = printed(record_of(hostile()), (enum format)format);
		assert_harmless(text, (enum format)format);
		free(text);
	}
}

static void a_hostile_row_stays_one_line(void **state)
{
	char *table = printed(record_of(hostile()), FORMAT_TABLE);
	char *markdown = printed(record_of(hostile()), FORMAT_MARKDOWN);
	char *csv = printed(record_of(hostile()), FORMAT_CSV);

	(void)state;
	assert_non_null(strstr(table, "\n  =a\\x1b[31m|`<b>*\\x0d\\x0a\",\\ufffd\\ufffd\\u009b\\u202e&_x\\ufffd ! "));
	assert_int_equal(count_of(markdown, "\n| stream |"), 1);
	assert_non_null(strstr(markdown, "| =a\\\\x1b\\[31m\\|\\`&lt;b&gt;\\*\\\\x0d\\\\x0a\","));
	assert_non_null(strstr(markdown, "&amp;\\_x"));
	assert_int_equal(count_of(csv, "\r\n"), PROBES + 1);
	assert_int_equal(count_of(csv, "\n\"'=a\\x1b[31m|`<b>*\\x0d\\x0a\"\",\xef\xbf\xbd"), PROBES);
	free(table);
	free(markdown);
	free(csv);
}

static void formulas_are_defused(void **state)
{
	static const char *const details[] = {"=1", "+1", "-1", "@x", "1=", " =1"};
	static const char *const fields[] = {",'=1,,\r", ",'+1,,\r", ",'-1,,\r",
					     ",'@x,,\r", ",1=,,\r",  ",\" =1\",,\r"};

	(void)state;
	for (size_t i = 0; i < COUNT(details); i++) {
		struct sheet *s = sheet_make();
		cell_detail(&add_stream(s, "pipe")[DELIVERS], "%s", details[i]);
		char *text = printed(record_of(s), FORMAT_CSV);
		assert_int_equal(count_of(text, fields[i]), 1);
		free(text);
	}
}

/* What one of the functions of escape.h makes of a text. */
static char *escaped(int (*put)(FILE *out, const char *s), const char *s)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(put(out, s), 0);
	fclose(out);
	return text;
}

struct pair_of_texts {
	const char *raw, *shown;
};

static void assert_escaped(int (*put)(FILE *out, const char *s), const struct pair_of_texts *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *text = escaped(put, pairs[i].raw);
		assert_string_equal(text, pairs[i].shown);
		free(text);
	}
}

static void formulas_are_defused_behind_semicolons_too(void **state)
{
	static const struct pair_of_texts pairs[] = {
		{"a;=1", "a;'=1"},
		{";+1;-1;@x", ";'+1;'-1;'@x"},
		{"a,b;=1", "\"a,b;'=1\""},
		{"a;\"=1\"", "\"a;\"\"'=1\"\"\""},
		{"a;1=2-1; =1", "a;1=2-1; =1"},
		{"", ""},
	};

	(void)state;
	assert_escaped(csv_put, pairs, COUNT(pairs));
}

static void markdown_has_no_links(void **state)
{
	static const struct pair_of_texts pairs[] = {
		{"@user, a@b.c", "@&#8203;user, a@&#8203;b.c"},
		{"a @ b, @", "a @ b, @"},
		{"https://x.y/z", "https:&#47;/x.y/z"},
		{"www.x.y", "www&#46;x.y"},
		{"/a/b: //c.d", "/a/b: //c.d"},
		{"<a&b>", "&lt;a&amp;b&gt;"},
	};

	(void)state;
	assert_escaped(markdown_put, pairs, COUNT(pairs));
}

static void what_is_not_to_be_seen_is_spelled_out(void **state)
{
	static const struct pair_of_texts pairs[] = {
		{"\xc2\xac \xc2\xad \xc2\xae", "\xc2\xac \\u00ad \xc2\xae"},
		{"\xd8\x9b \xd8\x9c \xd8\x9d", "\xd8\x9b \\u061c \xd8\x9d"},
		{"\xe1\xa0\x8d \xe1\xa0\x8e \xe1\xa0\x8f", "\xe1\xa0\x8d \\u180e \xe1\xa0\x8f"},
		{"\xe2\x80\x8a \xe2\x80\x8b \xe2\x80\x8f \xe2\x80\x90", "\xe2\x80\x8a \\u200b \\u200f \xe2\x80\x90"},
		{"\xe2\x80\xa7 \xe2\x80\xa8 \xe2\x80\xae \xe2\x80\xaf", "\xe2\x80\xa7 \\u2028 \\u202e \xe2\x80\xaf"},
		{"\xe2\x81\x9f \xe2\x81\xa0 \xe2\x81\xaf \xe2\x81\xb0", "\xe2\x81\x9f \\u2060 \\u206f \xe2\x81\xb0"},
		{"\xef\xbb\xbe \xef\xbb\xbf \xef\xbc\x80", "\xef\xbb\xbe \\ufeff \xef\xbc\x80"},
		{"\xef\xbf\xb8 \xef\xbf\xb9 \xef\xbf\xbb \xef\xbf\xbc", "\xef\xbf\xb8 \\ufff9 \\ufffb \xef\xbf\xbc"},
		{"\xf3\x9f\xbf\xbf \xf3\xa0\x80\x80 \xf3\xa0\x81\xbf \xf3\xa0\x82\x80",
		 "\xf3\x9f\xbf\xbf \\ue0000 \\ue007f \xf3\xa0\x82\x80"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		char *text = text_shown(pairs[i].raw);
		assert_string_equal(text, pairs[i].shown);
		free(text);
	}
}

static void invalid_utf8_is_replaced(void **state)
{
	static const struct {
		const char *raw, *clean;
	} cases[] = {
		{"", ""},
		{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
		{"a\xff"
		 "b",
		 "a\xef\xbf\xbd"
		 "b"},
		{"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                                 /* overlong */
		{"\xe0\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},                 /* overlong */
		{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},                 /* surrogate */
		{"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* beyond U+10FFFF */
		{"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},                                 /* ends too early */
		{"\xf0\x9f\x98", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *clean = text_clean(cases[i].raw, SIZE_MAX);
		assert_string_equal(clean, cases[i].clean);
		free(clean);
	}
	char *cut = text_clean("\xc3\xa4\xc3\xa4", 3);
	assert_string_equal(cut, "\xc3\xa4\xef\xbf\xbd");
	free(cut);
	cut = text_clean(NULL, 3);
	assert_string_equal(cut, "");
	free(cut);
}

/* In a record stands what a file is called, and not where it lay. */
static void a_file_name_is_the_last_part(void **state)
{
	static const struct {
		const char *path, *name;
	} cases[] = {{"a/b.c", "b.c"}, {"b.c", "b.c"}, {"a/", ""}, {"a/x\033/y\033", "y\\x1b"}, {NULL, ""}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *name = text_file_name(cases[i].path);
		assert_string_equal(name, cases[i].name);
		free(name);
	}
}

/* Where it goes */

static void a_full_disk_is_an_error(void **state)
{
	(void)state;
	for (int format = FORMAT_TABLE; format <= FORMAT_MARKDOWN; format++) {
		json_t *record = record_of(ten_rows());
		FILE *full = fopen("/dev/full", "w");
		assert_int_equal(report_print(full, record, (enum format)format), -ENOSPC);
		fclose(full);
		full = fopen("/dev/full", "w");
		setvbuf(full, NULL, _IOFBF, 64);
		assert_int_equal(report_print(full, record, (enum format)format), -ENOSPC);
		fclose(full);
		json_decref(record);
	}
}

static void a_closed_file_is_an_error(void **state)
{
	json_t *record = record_of(ten_rows());
	FILE *out = fopen("/dev/null", "w");

	(void)state;
	close(fileno(out));
	assert_int_equal(report_print(out, record, FORMAT_TABLE), -EBADF);
	fclose(out);
	json_decref(record);
}

/* A terminal of so many columns, as the programs in it see it. */
static FILE *terminal(int *master, unsigned short columns)
{
	struct winsize size = {.ws_row = 24, .ws_col = columns};

	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*master != -1 && grantpt(*master) == 0 && unlockpt(*master) == 0);
	FILE *out = fopen(ptsname(*master), "re+");
	assert_non_null(out);
	assert_int_equal(ioctl(fileno(out), TIOCSWINSZ, &size), 0);
	return out;
}

static void assert_look(const char *term, const char *no_colour, bool colour)
{
	int master;
	FILE *out = terminal(&master, 123);

	term ? setenv("TERM", term, 1) : unsetenv("TERM");
	no_colour ? setenv("NO_COLOR", no_colour, 1) : unsetenv("NO_COLOR");
	struct look look = look_of(out);
	assert_int_equal(look.width, 123);
	assert_int_equal(look.colour, colour);
	fclose(out);
	close(master);
}

static void colour_is_for_terminals_that_want_it(void **state)
{
	(void)state;
	assert_look("xterm", NULL, true);
	assert_look("xterm", "", true);
	assert_look("xterm", "1", false);
	assert_look("dumb", NULL, false);
	assert_look("", NULL, false);
	assert_look(NULL, NULL, false);
	setenv("TERM", "xterm", 1);
	FILE *file = fopen("/dev/null", "w");
	assert_false(look_of(file).colour);
	fclose(file);
}

static void width_by_environment(void **state)
{
	static const struct {
		const char *columns;
		size_t width;
	} cases[] = {{NULL, 80}, {"", 80}, {"132", 132}, {"0", 80}, {"-5", 80}, {"12x", 80}, {"99999999999999", 80}};
	FILE *file = fopen("/dev/null", "w");

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		cases[i].columns ? setenv("COLUMNS", cases[i].columns, 1) : unsetenv("COLUMNS");
		assert_int_equal(look_of(file).width, cases[i].width);
	}
	unsetenv("COLUMNS");
	fclose(file);
}

static void colours_mean_something(void **state)
{
	struct look look = {.width = 80, .colour = true};
	json_t *record = record_of(troubles());
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(table_print(out, record, &look), 0);
	fclose(out);
	assert_non_null(strstr(text, "\033[33mrefused"));
	assert_non_null(strstr(text, "\033[31mSIGSEGV"));
	assert_non_null(strstr(text, "\033[31mno: empty"));
	assert_non_null(strstr(text, "\033[1m  tcp !"));
	assert_non_null(strstr(text, "\033[1mprivate memory\033[0m\n"));
	assert_non_null(strstr(text, "\n  mmap_wipe"));
	free(text);
	json_decref(record);
	record = record_of(ten_rows());
	out = open_memstream(&text, &size);
	assert_int_equal(table_print(out, record, &look), 0);
	fclose(out);
	json_decref(record);
	assert_non_null(strstr(text, "\033[32myes"));
	free(text);
	text = table_in(ten_rows(), 80);
	assert_null(strchr(text, '\033'));
	free(text);
}

static int plain_environment(void **state)
{
	(void)state;
	unsetenv("COLUMNS");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_answers),
		cmocka_unit_test(words_of_troubles),
		cmocka_unit_test(words_of_numbers),
		cmocka_unit_test(words_of_pairs),
		cmocka_unit_test(a_no_is_bad_only_where_a_message_was_due),
		cmocka_unit_test(the_record_knows_the_machine),
		cmocka_unit_test(a_cell_keeps_all_it_knows),
		cmocka_unit_test(a_figure_does_not_replace_the_answer),
		cmocka_unit_test(a_cell_without_ends_is_read_with_its_sizes),
		cmocka_unit_test(delivery_other_than_the_textbook_is_a_surprise),
		cmocka_unit_test(other_columns_surprise_by_troubles_and_leaks),
		cmocka_unit_test(nothing_run_is_77),
		cmocka_unit_test(golden_table),
		cmocka_unit_test(golden_table_of_troubles),
		cmocka_unit_test(golden_markdown),
		cmocka_unit_test(golden_csv),
		cmocka_unit_test(golden_json),
		cmocka_unit_test(json_is_the_record),
		cmocka_unit_test(formats_have_names),
		cmocka_unit_test(a_wide_table_is_set_loosely),
		cmocka_unit_test(a_tight_table_takes_two_lines_a_row),
		cmocka_unit_test(a_narrow_table_comes_in_blocks),
		cmocka_unit_test(no_width_is_too_small),
		cmocka_unit_test(eighty_columns_hold_the_worst_of_rows),
		cmocka_unit_test(surprises_are_wrapped),
		cmocka_unit_test(no_column_and_no_row_is_a_table_too),
		cmocka_unit_test(verdict_on_malloc),
		cmocka_unit_test(verdict_on_others),
		cmocka_unit_test(a_verdict_too_long_leaves_out_its_evidence),
		cmocka_unit_test(no_format_lets_control_characters_through),
		cmocka_unit_test(a_hostile_row_stays_one_line),
		cmocka_unit_test(formulas_are_defused),
		cmocka_unit_test(formulas_are_defused_behind_semicolons_too),
		cmocka_unit_test(markdown_has_no_links),
		cmocka_unit_test(what_is_not_to_be_seen_is_spelled_out),
		cmocka_unit_test(invalid_utf8_is_replaced),
		cmocka_unit_test(a_file_name_is_the_last_part),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(a_closed_file_is_an_error),
		cmocka_unit_test(colour_is_for_terminals_that_want_it),
		cmocka_unit_test(width_by_environment),
		cmocka_unit_test(colours_mean_something),
	};

	return cmocka_run_group_tests(tests, plain_environment, NULL);
}
