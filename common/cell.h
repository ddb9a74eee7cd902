/*
 * cell.h - one measured answer: a row meets a column
 *
 * A cell lives in memory that the supervisor shares with the process that fills it in, so it holds no pointers. It
 * starts as FAILED; only a finished experiment overwrites that.
 */
#ifndef IPCKIT_CELL_H
#define IPCKIT_CELL_H

#include <stdbool.h>
#include <stddef.h>

enum status {
	FAILED, /* the experiment did not finish; error and call say why, where a call is to blame */
	MEASURED,
	REFUSED,        /* the kernel or a sandbox said no: error (EPERM, EACCES) */
	UNSUPPORTED,    /* this kernel does not have it: error (ENOSYS, …) */
	NOT_APPLICABLE, /* the question makes no sense for this row; detail says why */
	CRASHED,        /* an end died of a signal */
	HUNG,           /* nothing moved any more; detail says who waits for what */
};

enum value_kind { UNKNOWN, TRUTH, NUMERAL, WORD };

/* What the receiver held where the message should have been. */
enum saw { SAW_NOTHING, SAW_MESSAGE, SAW_STALE, SAW_EMPTY, SAW_GARBLED };

/* A named figure that goes with the value: parent "0x7f…", source "pagemap". */
struct fact {
	char key[16];
	char text[48];
};

enum { CELL_FACTS = 4 };

struct cell {
	enum status status;
	enum value_kind kind;
	bool truth;                /* kind TRUTH */
	unsigned long long number; /* kind NUMERAL */
	char word[24];             /* kind WORD */
	enum saw saw;
	int error;        /* errno, status FAILED, REFUSED or UNSUPPORTED; 0 = no call is to blame */
	char call[24];    /* the call that returned it */
	int signal;       /* status CRASHED */
	char detail[160]; /* one line for people; may be empty */
	char leak[96];    /* what the row left behind and the harness removed; empty = nothing */
	struct fact facts[CELL_FACTS];
};

/* Each of these overwrites status and value; the format strings make the detail. */
void cell_truth(struct cell *c, bool truth);
void cell_number(struct cell *c, unsigned long long number);
void cell_word(struct cell *c, const char *word);
void cell_fail(struct cell *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cell_not_applicable(struct cell *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cell_crashed(struct cell *c, int signal, const char *format, ...) __attribute__((format(printf, 3, 4)));
void cell_hung(struct cell *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What an errno alone says: REFUSED, UNSUPPORTED or FAILED. */
enum status cell_status_of(int error);

/* The machine had no more of it at that moment: processes, descriptors, memory, space. It is no answer to any question. */
bool cell_is_shortage(int error);

/* A call returned `error`: REFUSED, UNSUPPORTED or FAILED, as the errno says. `where` is the part of the experiment. */
void cell_error(struct cell *c, int error, const char *call, const char *where);

/* The same of a look into /proc: UNSUPPORTED where that is missing, or may not be read. */
void cell_no_proc(struct cell *c, int error, const char *call, const char *where);

void cell_detail(struct cell *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds or replaces a figure; more than CELL_FACTS are dropped. */
void cell_fact(struct cell *c, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "measured", "not_applicable", … and "message", "stale", …; NULL for SAW_NOTHING. These are the words of the JSON. */
const char *status_name(enum status status);
const char *saw_name(enum saw saw);

#endif
