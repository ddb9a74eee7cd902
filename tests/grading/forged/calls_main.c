/*
 * level: L1
 * at_most: 0 points
 * fails: build
 * symptom: undefined reference
 *
 * The runner's own main(), for a process that the warden has not started.
 */
#include "variant.h"

#include <stdlib.h>

extern int main(int argc, char **argv);

static int answer_setup(struct link *l, size_t size)
{
	char *words[] = {"runner", "/run/grade/warden", "pair", "64", "s", l->name, NULL};

	(void)size;
	exit(main(6, words));
}

const struct variant variant_answer = {.name = "answer", .title = "answer", .setup = answer_setup};
