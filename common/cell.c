#include "cell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void set(struct cell *c, enum status status, enum value_kind kind)
{
	c->status = status;
	c->kind = kind;
	c->error = 0;
	c->call[0] = '\0';
	c->signal = 0;
	c->detail[0] = '\0';
}

static void __attribute__((format(printf, 2, 0))) explain(struct cell *c, const char *format, va_list args)
{
	vsnprintf(c->detail, sizeof c->detail, format, args);
}

void cell_truth(struct cell *c, bool truth)
{
	set(c, MEASURED, TRUTH);
	c->truth = truth;
}

void cell_number(struct cell *c, unsigned long long number)
{
	set(c, MEASURED, NUMERAL);
	c->number = number;
}

void cell_word(struct cell *c, const char *word)
{
	set(c, MEASURED, WORD);
	snprintf(c->word, sizeof c->word, "%s", word);
}

void cell_fail(struct cell *c, const char *format, ...)
{
	va_list args;

	set(c, FAILED, UNKNOWN);
	va_start(args, format);
	explain(c, format, args);
	va_end(args);
}

void cell_not_applicable(struct cell *c, const char *format, ...)
{
	va_list args;

	set(c, NOT_APPLICABLE, UNKNOWN);
	va_start(args, format);
	explain(c, format, args);
	va_end(args);
}

void cell_crashed(struct cell *c, int signal, const char *format, ...)
{
	va_list args;

	set(c, CRASHED, UNKNOWN);
	c->signal = signal;
	va_start(args, format);
	explain(c, format, args);
	va_end(args);
}

void cell_hung(struct cell *c, const char *format, ...)
{
	va_list args;

	set(c, HUNG, UNKNOWN);
	va_start(args, format);
	explain(c, format, args);
	va_end(args);
}

/* RLIMIT_MSGQUEUE is used up, or 0, although there are descriptors (mq_overview(7), setrlimit(2)). */
static bool queue_refused(int error, const char *call)
{
	int spare = error == EMFILE && strcmp(call, "mq_open") == 0 ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0) : -1;

	if (spare != -1)
		close(spare);
	return spare != -1;
}

/* No more namespaces may be made (user_namespaces(7), sysctl user.max_…); it is not about a disk. */
static bool namespace_refused(int error, const char *call)
{
	return error == ENOSPC && strcmp(call, "unshare") == 0;
}

enum status cell_status_of(int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
	case EROFS:
		return REFUSED;
	case ENOSYS:
	case EOPNOTSUPP:
	case EPROTONOSUPPORT:
	case EAFNOSUPPORT:
	case ESOCKTNOSUPPORT:
	case ENODEV:
	case ENXIO:
	case ENETDOWN:
	case ENETUNREACH:
	case EADDRNOTAVAIL: /* no device, no network */
		return UNSUPPORTED;
	default:
		return FAILED;
	}
}

bool cell_is_shortage(int error)
{
	return error == EAGAIN || error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOSPC ||
	       error == ENOBUFS;
}

void cell_error(struct cell *c, int error, const char *call, const char *where)
{
	bool limit = queue_refused(error, call) || namespace_refused(error, call);

	set(c, limit ? REFUSED : cell_status_of(error), UNKNOWN);
	c->error = error;
	snprintf(c->call, sizeof c->call, "%s", call);
	cell_detail(c, "%s: %s: %s", where, call, strerror(error));
}

void cell_no_proc(struct cell *c, int error, const char *call, const char *where)
{
	cell_error(c, error, call, where);
	if (c->status == REFUSED || error == ENOENT)
		c->status = UNSUPPORTED;
}

void cell_detail(struct cell *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	explain(c, format, args);
	va_end(args);
}

void cell_fact(struct cell *c, const char *key, const char *format, ...)
{
	va_list args;

	for (struct fact *f = c->facts; f < c->facts + CELL_FACTS; f++) {
		if (f->key[0] && strcmp(f->key, key) != 0)
			continue;
		snprintf(f->key, sizeof f->key, "%s", key);
		va_start(args, format);
		vsnprintf(f->text, sizeof f->text, format, args);
		va_end(args);
		return;
	}
}

const char *status_name(enum status status)
{
	static const char *const names[] = {
		[FAILED] = "failed",
		[MEASURED] = "measured",
		[REFUSED] = "refused",
		[UNSUPPORTED] = "unsupported",
		[NOT_APPLICABLE] = "not_applicable",
		[CRASHED] = "crashed",
		[HUNG] = "hung",
	};

	return names[status];
}

const char *saw_name(enum saw saw)
{
	static const char *const names[] = {
		[SAW_NOTHING] = NULL,  [SAW_MESSAGE] = "message", [SAW_STALE] = "stale",
		[SAW_EMPTY] = "empty", [SAW_GARBLED] = "garbled",
	};

	return names[saw];
}
