#include "commands.h"

#include "complain.h"
#include "evidence.h"
#include "failure.h"
#include "harness.h"
#include "report/names.h"
#include "select.h"
#include "supervisor.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The well-known demonstration has each process write and then look at its own write, which looks the same whether the
 * memory is shared or not. Here each one looks before it writes and again after the other wrote.
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
	{SENDER, '-', "Init: fills it with '-'"},
	{RECEIVER, 0, "looks before it writes"},
	{RECEIVER, 'c', "fills it with 'c'"},
	{SENDER, 0, "looks before it writes"},
	{SENDER, 'p', "fills it with 'p'"},
	{RECEIVER, 0, "looks again"},
	{SENDER, 0, "looks again"},
};

enum { EVENTS = sizeof events / sizeof events[0], AFTER_FORK = 1 };

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

static void act(struct trial *t, int event)
{
	const struct event *e = &events[event];
	struct sight *s = &sights[event];

	if (event > 0)
		trial_await(t, witnessed(event - 1));
	if (e->writes)
		memset(t->link.mem, e->writes, t->size);
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
	if (harness_finish(&t))
		cell_truth(c, sights[EVENTS - 2].bytes[0] == 'p');
	harness_close(&t);
}

static void print_sight(FILE *out, const struct sight *s, const struct event *e, bool vars)
{
	const char *who = e->who == SENDER ? "Parent" : "Child";
	char bytes[SHOWN + 1] = {0};

	for (int i = 0; i < SHOWN; i++)
		bytes[i] = (char)(isprint((unsigned char)s->bytes[i]) ? s->bytes[i] : '.');
	fprintf(out, "%-6s %7d %-24s%-15p%s  ", who, (int)s->pid, e->text, s->mem, bytes);
	if (s->framed && s->page.frame)
		fprintf(out, "0x%llx\n", (unsigned long long)s->page.frame);
	else
		fprintf(out, "%s\n", !s->framed ? "unknown" : s->page.exclusive ? "its own" : "shared");
	if (vars)
		fprintf(out, "%15sloc = %d at %p, g = %d at %p\n", "", s->loc, s->loc_at, s->g, s->g_at);
}

/* The first event that has not happened. */
static const struct event *next_event(void)
{
	int i = EVENTS - 1;

	while (i > 0 && !sights[i - 1].seen)
		i--;
	return &events[i];
}

static void conclude(FILE *out, const struct cell *c)
{
	const struct sight *child = &sights[EVENTS - 2], *parent = &sights[EVENTS - 1];
	bool same_address = child->mem == parent->mem;
	const struct event *next = next_event();
	enum sameness pages =
		child->framed && parent->framed ? evidence_compare(&child->page, &parent->page) : CANNOT_TELL;

	if (c->status == CRASHED) {
		fprintf(out, "\nIt ended here: a process died of %s. Next was the %s: %s.\n", signal_name(c->signal),
			next->who == SENDER ? "parent" : "child", next->text);
		return;
	}
	if (c->status != MEASURED) {
		fprintf(out, "\nIt ended here: %s.\n", c->detail);
		return;
	}
	fprintf(out, "\nThe child %s what the parent wrote: %s, %s.\n", c->truth ? "sees" : "does not see",
		same_address ? "one address" : "two addresses",
		pages == SAME_PAGE         ? "one page frame"
		: pages == DIFFERENT_PAGES ? "two page frames"
					   : "frames unknown");
}

static bool can_show(const struct row *row)
{
	return variant_is_plain_memory(row->variant);
}

static int show(const struct row *row, const struct options *o, FILE *out)
{
	static const struct probe demo = {.name = "demo", .ask = demo_ask};
	struct cell *cell = supervisor_cells(1);
	const struct job job = {row->variant, &demo, cell};

	sights = shared_memory(EVENTS * sizeof *sights);
	if (!cell || !sights) {
		complain("demo: mmap: %s", strerror(errno));
		return EXIT_SURPRISE;
	}
	supervisor_begin();
	supervisor_run(&job, 1, 1);
	supervisor_end();
	fprintf(out, "%s: %s, %d bytes\n\n%-39s%-15s%-16s  %s\n", row->variant->name, row->variant->title,
		BUFFER_SIZE, "process", "address", "first 16 bytes", "page frame");
	for (int i = 0; i < EVENTS; i++)
		if (sights[i].seen)
			print_sight(out, &sights[i], &events[i], o->vars);
	conclude(out, cell);
	return cell->status == MEASURED || cell->status == CRASHED ? EXIT_AS_EXPECTED : EXIT_SURPRISE;
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
		complain("demo: %s has no memory that both processes simply read and write", row->variant->name);
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
