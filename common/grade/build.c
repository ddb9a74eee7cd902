#include "grade/build.h"

#include "clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum { COMPILE_FAILED = 10, STRIP_FAILED, LINK_FAILED, TOOLS_FAILED };

/* With _GNU_SOURCE as the file itself defines it: another value is a warning, "redefined". */
#define FEATURES                                                                                                     \
	"gnu=$(awk '/^[ \\t]*#[ \\t]*define[ \\t]+_GNU_SOURCE[ \\t\\r]*(\\/|$)/ { empty = \"=\" } "                  \
	"END { print \"-D_GNU_SOURCE\" empty }' answer.c) || exit 13; "
#define GCC "gcc -pipe -std=gnu11 \"$gnu\" -I. "
#define SAYS "-Wall -Wextra -fdiagnostics-color=never -fno-diagnostics-show-caret "
#define HIDE "--redefine-sym main=answer_main --redefine-sym _start=answer_start "
#define KEEP "objcopy --keep-global-symbol=variant_answer " HIDE "\"$out/answer.o\" \"$out/kept.o\" || fail 11; "
#define LINK "gcc -o \"$out/runner\" runner.o \"$out/kept.o\" -lrt -lpthread -lm "

/*
 * Warnings that an answer does not want to be shown count as well: silenced.awk prints them, its text is $2. With the
 * options of the compiler, for it defines macros by them, and before it: an answer may include what it leaves. The object
 * is there from the start, as it is once the assembler waits for the compiler.
 */
#define LOOK                                                                                                         \
	": >\"$out/answer.o\" && silenced=$({ " GCC                                                                  \
	"-O2 -E -Wpedantic answer.c 2>&1 || echo '#failed'; } | awk \"$2\" - answer.c) || exit 13; "
#define TELL "[ -z \"$silenced\" ] || printf '%s\\n' \"$silenced\"; "

/* Where an answer is not built an empty one has to be: or the compiler does not work here, or there is no room. */
#define TRY_EMPTY                                                                                                    \
	"{ rm -f \"$out\"/*; printf '#include \"variant.h\"\nconst struct variant variant_answer;\n' | " GCC         \
	"-O2 -x c -c -o \"$out/empty.o\" - && gcc -o \"$out/empty\" runner.o \"$out/empty.o\" -lrt -lpthread -lm; } >/dev/null 2>&1"
#define FAIL "out=$1; fail() { " TRY_EMPTY " || exit 13; exit \"$1\"; }; "

/*
 * Its one symbol is all that an answer brings into the runner, and it finds no other than variant.h declares: of the two
 * that lead into the program from the start it has its own, or none.
 */
static const char plain[] =
	FEATURES FAIL LOOK GCC SAYS "-O2 -c -o \"$out/answer.o\" answer.c || fail 10; " TELL KEEP LINK "|| fail 12";

#define SANITIZE "-fsanitize=address,undefined -fno-sanitize-recover=all "
static const char sanitized[] = "out=$1; fail() { exit \"$1\"; }; " FEATURES GCC SAYS "-O1 " SANITIZE
				"-c -o \"$out/answer.o\" answer.c || fail 10; " KEEP LINK SANITIZE "|| fail 12";

static void exec_build(const struct task *t, int report)
{
	(void)report;
	sandbox_build(t->sandbox, t->program, t->script, silenced_text);
}

struct task build_task(const struct sandbox *s, bool with_sanitizers)
{
	return (struct task){
		.sandbox = s,
		.exec = exec_build,
		.program = with_sanitizers ? BUILD_SANITIZED : BUILD_PLAIN,
		.script = with_sanitizers ? sanitized : plain,
		.patience = 100LL * NS_PER_S, /* what the answer may take is CPU time: sandbox.c */
	};
}

bool build_worked(const struct job *j)
{
	return j->ended && WIFEXITED(j->status) && WEXITSTATUS(j->status) == 0;
}

bool build_broke(const struct job *j)
{
	int status = j->ended && WIFEXITED(j->status) ? WEXITSTATUS(j->status) : 0;

	if (status != 0 &&
	    (status < COMPILE_FAILED || status > LINK_FAILED)) /* a program, or the shell, did not start */
		return true;
	/* Nor by the compiler, for a part of itself; of an answer it names the file. */
	return status != 0 && strstr(j->output.text, "cannot execute") && !strstr(j->output.text, "answer.c:");
}

static unsigned count(const char *text, const char *word)
{
	unsigned n = 0;

	while ((text = strstr(text, word))) {
		text += strlen(word);
		n++;
	}
	return n;
}

/* The first line with that word, from the word on. */
static void first_line(char *line, size_t size, const char *text, const char *word)
{
	const char *at = strstr(text, word);

	snprintf(line, size, "%.*s", at ? (int)strcspn(at, "\n") : 0, at ? at : "");
}

/* The limits end a part of the compiler: gcc itself goes on, to tell it in a line and exit like after any error. */
static bool hit_limit(const char *said)
{
	static const char *const words[] = {
		"Killed signal terminated",                   /* cc1 and as: out of CPU time */
		"CPU time limit exceeded signal terminated",  /* the same, where a soft limit came first */
		"File size limit exceeded signal terminated", /* a large object */
		"terminated with signal 9",                   /* ld */
		"out of memory allocating",
		"memory exhausted",
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strstr(said, words[i]))
			return true;
	return false;
}

static void judge_failure(const struct job *j, struct finding *f)
{
	const char *said = j->output.text;
	int status = WIFEXITED(j->status) ? WEXITSTATUS(j->status) : -1;
	char line[200] = "";

	if (status == -1 || hit_limit(said))
		finding_set(f, FOUND_BAD, "limits",
			    "the compiler was stopped: it took too much time, memory or room");
	else if (status == LINK_FAILED && strstr(said, "undefined reference to `variant_answer'"))
		finding_set(f, FOUND_BAD, "symbol", "the file exports no variant_answer");
	else {
		if (status == LINK_FAILED) /* "error: " is only that there was one */
			first_line(line, sizeof line, said, "undefined reference");
		if (!line[0])
			first_line(line, sizeof line, said, "error: ");
		if (!line[0])
			first_line(line, sizeof line, said, "Error: "); /* the assembler's */
		finding_set(f, FOUND_BAD, status == LINK_FAILED ? "link" : "compile",
			    line[0] ? line : "it does not compile");
	}
}

void build_judge(const struct job *j, struct finding *f)
{
	unsigned warnings = count(j->output.text, "warning: ");
	char text[240], line[180];

	if (!build_worked(j)) {
		judge_failure(j, f);
	} else if (warnings > 0) {
		first_line(line, sizeof line, j->output.text, "warning: ");
		snprintf(text, sizeof text, "%u warning%s, the first: %s", warnings, warnings > 1 ? "s" : "",
			 line + 9);
		finding_set(f, FOUND_PARTLY, "warnings", text);
	} else if (j->output.cut) {
		finding_set(f, FOUND_PARTLY, "warnings", "the compiler said more than is kept");
	} else {
		finding_set(f, FOUND_GOOD, "", "no error and no warning");
	}
}
