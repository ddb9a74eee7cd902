#include "commands.h"

#include "complain.h"
#include "evidence.h"
#include "failure.h"
#include "harness.h"
#include "report/names.h"
#include "report/surprise.h"
#include "report/text.h"
#include "select.h"
#include "supervisor.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The well-known demonstration has each process write and then look at its own write, which looks the same whether the
 * memory is shared or not. Here each one looks before writing and again after the other wrote.
 */

enum { BUFFER_SIZE = 2048, SHOWN = 16, LOC = 8, G = 5 };

static int g = G; /* the global variable of --vars */
static int *loc;  /* the local one, in the frame of demo_ask() below both ends */

/* What happens, in this order; each event waits for the one before. */
static const struct event {
	enum end who;
	char writes; /* 0 = only looks */
	const char *text;
} events[] = {
	{SENDER, '-', "Init: fills with '-'"},
	{RECEIVER, 0, "looks before writing"},
	{RECEIVER, 'c', "fills with 'c'"},
	{SENDER, 0, "looks before writing"},
	{SENDER, 'p', "fills with 'p'"},
	{RECEIVER, 0, "looks again"},
	{SENDER, 0, "looks again"},
};

enum { EVENTS = sizeof events / sizeof events[0], AFTER_FORK = 1, CHILD_AT_LAST = EVENTS - 2, PARENT_AT_LAST };

/* What the process that acted held then. In memory that the ends, the case process and the supervisor share. */
struct sight {
	bool seen;
	pid_t pid;
	void *mem;
	char bytes[SHOWN];
	int loc, g;
	void *loc_at, *g_at;
	bool framed;
	struct page page;
};

static struct sight *sights;

/* An event is two steps: the process has acted; the case process has read the page frame. */
static uint32_t acted(int event)
{
	return 2 * (uint32_t)event + 1;
}

static uint32_t witnessed(int event)
{
	return 2 * (uint32_t)event + 2;
}

static void change_variables(const struct event *e)
{
	int sign = e->who == RECEIVER ? 1 : -1;

	*loc += sign;
	g -= sign;
}

/* Where each has memory of its own, the parent writes by the mechanism, into that of the child. */
static bool writes_across(const struct variant *v, const struct event *e)
{
	return v->group == REACH && e->who == SENDER && e > &events[0];
}

static void fill(struct trial *t, const struct event *e)
{
	memset(t->sent, e->writes, t->size);
	if (writes_across(t->variant, e))
		trial_send(t, t->sent, t->size);
	else
		memcpy(t->link.mem, t->sent, t->size);
}

static void act(struct trial *t, int event)
{
	const struct event *e = &events[event];
	struct sight *s = &sights[event];

	if (event > 0)
		trial_await(t, witnessed(event - 1));
	if (e->writes)
		fill(t, e);
	if (e->writes && event >= AFTER_FORK)
		change_variables(e);
	*s = (struct sight){.pid = getpid(), .mem = t->link.mem, .loc = *loc, .g = g, .loc_at = loc, .g_at = &g};
	memcpy(s->bytes, t->link.mem, SHOWN);
	s->seen = true;
	trial_reach(t, acted(event));
	trial_await(t, witnessed(event));
}

static void init(struct trial *t)
{
	if (t->link.mem)
		act(t, 0);
	else
		trial_reach(t, witnessed(0)); /* a row that maps its memory only after fork */
}

static void play(struct trial *t, enum end end)
{
	for (int i = AFTER_FORK; i < EVENTS; i++)
		if (events[i].who == end)
			act(t, i);
	/* Of a page that nobody else maps any more bit 56 says that it is its own. */
	trial_await(t, witnessed(PARENT_AT_LAST));
}

/* A frame that cannot be read is unknown, and the error is told. */
static void look_at_page(const struct variant *v, struct sight *s)
{
	static int told; /* one error of them is enough */
	int error = evidence_page(s->pid, s->mem, &s->page);

	if (error && error != told)
		complain("%s: %s: %s", v->name, call_that_failed(-error, "pagemap"), strerror(-error));
	told = error;
	s->framed = error == 0 && s->page.present;
}

static bool held_only(int event, char byte)
{
	for (int i = 0; i < SHOWN; i++)
		if (sights[event].bytes[i] != byte)
			return false;
	return true;
}

/* Of the parent's write; without it what the child found, before it wrote itself. */
static enum saw what_child_saw(void)
{
	if (held_only(CHILD_AT_LAST, 'p'))
		return SAW_MESSAGE;
	if (held_only(AFTER_FORK, '-'))
		return SAW_STALE;
	return held_only(AFTER_FORK, '\0') ? SAW_EMPTY : SAW_GARBLED;
}

static void demo_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .before = init, .act = play};
	struct trial t;
	int local = LOC;

	loc = &local;
	harness_start(&t, v, &script, BUFFER_SIZE, c);
	for (int i = 0; i < EVENTS && harness_until(&t, acted(i)); i++) {
		struct sight *s = &sights[i];
		if (!s->seen)
			continue;
		look_at_page(v, s);
		trial_reach(&t, witnessed(i));
	}
	if (harness_finish(&t)) {
		enum saw saw = what_child_saw();
		cell_truth(c, saw == SAW_MESSAGE);
		c->saw = saw;
	}
	harness_close(&t);
}

static void print_sight(FILE *out, const struct variant *v, const struct event *e, bool vars)
{
	const struct sight *s = &sights[e - events];
	const char *who = e->who == SENDER ? "Parent" : "Child";
	const char *text = e->writes && writes_across(v, e) ? "sends 'p' across" : e->text;
	char bytes[SHOWN + 1] = {0};

	for (int i = 0; i < SHOWN; i++)
		bytes[i] = (char)(isprint((unsigned char)s->bytes[i]) ? s->bytes[i] : '.');
	fprintf(out, "%-6s %7d %-21s%-15p%s ", who, (int)s->pid, text, s->mem, bytes);
	if (s->framed && s->page.frame)
		fprintf(out, "0x%llx\n", (unsigned long long)s->page.frame);
	else
		fprintf(out, "%s\n", !s->framed ? "unknown" : s->page.exclusive ? "its own" : "shared");
	if (vars)
		fprintf(out, "%15sloc = %d at %p, g = %d at %p\n", "", s->loc, s->loc_at, s->g, s->g_at);
}

/* What the last column shows: frame numbers, or what is told without them. */
static const char *pages_heading(void)
{
	for (int i = 0; i < EVENTS; i++) {
		const struct page *page = &sights[i].page;
		if (sights[i].framed && !page->frame)
			return evidence_source(page, page);
	}
	return "page frame";
}

/* "two page frames by pagemap", "one page by bits 56/61" */
static void put_pages(FILE *out, const struct sight *one, const struct sight *two)
{
	enum sameness pages = one->framed && two->framed ? evidence_compare(&one->page, &two->page) : CANNOT_TELL;

	if (pages == CANNOT_TELL)
		fputs("frames unknown", out);
	else
		fprintf(out, "%s page%s%s by %s", pages == SAME_PAGE ? "one" : "two", one->page.frame ? " frame" : "",
			pages == SAME_PAGE ? "" : "s", evidence_source(&one->page, &two->page));
}

/* The first event that has not happened. */
static const struct event *next_event(void)
{
	int i = EVENTS - 1;

	while (i > 0 && !sights[i - 1].seen)
		i--;
	return &events[i];
}

/* Of a cell, which a process of the row could write: read with its size, not up to a NUL. */
static void put_text(FILE *out, const char *s, size_t max)
{
	char *clean = text_clean(s, max);

	text_put(out, clean);
	free(clean);
}

static void conclude(FILE *out, const struct cell *c)
{
	const struct sight *child = &sights[CHILD_AT_LAST], *parent = &sights[PARENT_AT_LAST];
	const struct event *next = next_event();

	if (c->status == CRASHED) {
		fprintf(out, "\nIt ended here: one died of %s. Next was the %s: %s.\n", signal_name(c->signal),
			next->who == SENDER ? "parent" : "child", next->text);
		return;
	}
	if (c->status != MEASURED) {
		fputs("\nIt ended here: ", out);
		put_text(out, c->detail, sizeof c->detail);
		fputs(".\n", out);
		return;
	}
	fprintf(out, "\nThe child %s the write: %s, ", c->truth ? "sees" : "does not see",
		child->mem == parent->mem ? "one address" : "two addresses");
	put_pages(out, child, parent);
	fputs(".\n", out);
}

/* What the row did other than its textbook says, as `run` judges it. */
static int judge(FILE *out, const struct row *row, const struct cell *cell)
{
	const struct probe *delivers = probe_find("delivers");
	const struct results results = {&row, 1, &delivers, 1, cell};

	if (cell->leak[0])
		complain("%s: %.*s", row->variant->name, (int)sizeof cell->leak, cell->leak);
	if (row_surprises(&results, 0)) {
		fprintf(out, "surprises: %s\n", row->variant->name);
		return EXIT_SURPRISE;
	}
	return cell->status == MEASURED || cell->status == CRASHED ? EXIT_AS_EXPECTED : EXIT_NOTHING_RUN;
}

/* Of a row that reads from the memory of the other, the child's own never changes. */
static bool can_show(const struct row *row)
{
	const struct variant *v = row->variant;

	return variant_has_memory(v) && !(v->group == REACH && v->recv);
}

/* The cell, or NULL. What a dead run has left is swept before anything can fail. */
static const struct cell *watch_both(const struct row *row)
{
	static const struct probe demo = {.name = "demo", .ask = demo_ask};
	struct job job = {.variant = row->variant, .probe = &demo};

	supervisor_begin();
	job.cell = supervisor_cells(1);
	sights = shared_memory(EVENTS * sizeof *sights);
	if (job.cell && sights)
		supervisor_run(&job, 1, 1);
	else
		complain("demo: mmap: %s", strerror(errno));
	supervisor_end();
	return sights ? job.cell : NULL;
}

static int show(const struct row *row, const struct options *o, FILE *out)
{
	const struct cell *cell = watch_both(row);

	if (!cell)
		return EXIT_SURPRISE;
	fprintf(out, "%s: ", row->variant->name);
	text_put(out, row->variant->title);
	fprintf(out, ", %d bytes\n\n%-36s%-15s%-16s %s\n", BUFFER_SIZE, "process", "address", "first 16 bytes",
		pages_heading());
	for (int i = 0; i < EVENTS; i++)
		if (sights[i].seen)
			print_sight(out, row->variant, &events[i], o->vars);
	conclude(out, cell);
	return judge(out, row, cell);
}

static int demo(const struct options *o)
{
	const struct row *row;
	FILE *out;
	int status;

	if (o->noperands != 1) {
		complain("demo: name one row; see 'ipckit list'");
		return EXIT_USAGE;
	}
	row = select_row(o->operands[0]);
	if (!row)
		return EXIT_USAGE;
	if (!can_show(row)) {
		complain(
			"demo: %s has no memory of the child that the parent would write to; 'ipckit list' has the groups of memory and reach",
			row->variant->name);
		return EXIT_USAGE;
	}
	out = options_open(o);
	if (!out)
		return EXIT_USAGE;
	status = show(row, o, out);
	return options_close(o, out) ? status : EXIT_SURPRISE;
}

const struct command command_demo = {
	.name = "demo",
	.operands = "ROW",
	.summary = "Lets parent and child write to one buffer in turn, and shows what each sees, with page frames.",
	.takes = TAKES_OUTPUT | TAKES_VARS,
	.run = demo,
};
