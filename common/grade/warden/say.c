#include "say.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int out = -1;
static bool done[ITEMS];

void say_open(int fd)
{
	out = fd;
}

bool say_is_heard(void)
{
	struct pollfd p = {.fd = out};

	return poll(&p, 1, 0) != 1 || !(p.revents & POLLERR);
}

void trouble_set(struct trouble *t, const char *cause, const char *format, ...)
{
	va_list args;

	if (t->cause[0])
		return; /* what comes later only follows from it */
	snprintf(t->cause, sizeof t->cause, "%s", cause);
	va_start(args, format);
	vsnprintf(t->text, sizeof t->text, format, args);
	va_end(args);
}

/* Whole lines of printable characters, whatever the names in them are. */
static void put_line(char *line, size_t len)
{
	for (size_t i = 0; i + 1 < len; i++)
		if ((unsigned char)line[i] < ' ' && line[i] != '\t')
			line[i] = '?';
	for (size_t at = 0; at < len;) {
		ssize_t n = write(out, line + at, len - at);
		if (n <= 0)
			return; /* the grader is gone */
		at += (size_t)n;
	}
}

void say(enum item item, enum verdict verdict, const char *cause, const char *format, ...)
{
	static const char *const words[] = {"passed", "failed", "not_checkable"};
	char text[240], line[400];
	va_list args;
	int len;

	if (done[item])
		return;
	done[item] = true;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	len = snprintf(line, sizeof line, "%s\t%s\t%s\t%s\n", item_infos[item].id, words[verdict], cause, text);
	put_line(line, (size_t)len);
}

void say_judged(enum item item, const struct trouble *t, const char *text)
{
	if (!t->cause[0])
		say(item, PASSED, "", "%s", text);
	else if (strcmp(t->cause, "grader") == 0) {
		say(item, NOT_CHECKABLE, t->cause, "%s", t->text);
		say_note("grader", t->text); /* what failed is ours: no points are lost for it */
	} else if (strcmp(t->cause, "denied") == 0 || strcmp(t->cause, "runner") == 0 ||
		   strcmp(t->cause, "tired") == 0 || strcmp(t->cause, "slow") == 0 || strcmp(t->cause, "unseen") == 0)
		say(item, NOT_CHECKABLE, t->cause, "%s", t->text);
	else
		say(item, FAILED_IT, t->cause, "%s", t->text);
}

void say_note(const char *key, const char *value)
{
	char line[400];
	int len = snprintf(line, sizeof line, "#%s\t%.300s\n", key, value);

	put_line(line, (size_t)len);
}
