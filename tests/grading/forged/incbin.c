/*
 * level: L1
 * at_most: 7 points
 *
 * The assembler is told to take in a file of the machine, which is then printed.
 */
#include "variant.h"

#include <stdio.h>
#include <stdlib.h>

__asm__(".section .rodata\n"
	"answer_stolen: .incbin \"/etc/passwd\"\n"
	".byte 0\n"
	".text\n");
extern const char answer_stolen[];

static int answer_setup(struct link *l, size_t size)
{
	puts(answer_stolen);
	l->mem = malloc(size);
	l->size = size;
	return l->mem ? 0 : call_failed("malloc");
}

static void answer_teardown(struct link *l)
{
	free(l->mem);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "malloc(3)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};
