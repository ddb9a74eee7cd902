#include "complain.h"

#include "report/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 600, TAIL = 300 }; /* bytes that are shown of a line that is longer: the reason is at its end */

static void put_shortened(FILE *out, char *line)
{
	size_t length = strlen(line);

	fputs("ipckit: ", out);
	if (length > HEAD + TAIL) {
		line[HEAD] = '\0';
		text_put(out, line);
		fputs(" ... ", out);
		line += length - TAIL;
	}
	text_put(out, line);
	fputc('\n', out);
}

/* In one piece, for others write to stderr, too. */
void complain(const char *format, ...)
{
	char *line = NULL, *text = NULL;
	size_t size;
	va_list args;
	FILE *out = open_memstream(&text, &size);

	va_start(args, format);
	if (out && vasprintf(&line, format, args) != -1)
		put_shortened(out, line);
	va_end(args);
	fputs(out && fclose(out) == 0 && *text ? text : "ipckit: no memory\n", stderr);
	free(line);
	free(text);
}
