#include "report/fold.h"

#include "report/look.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

void fold(FILE *out, const char *text, size_t at, size_t indent, size_t width)
{
	for (const char *c = text; *c;) {
		size_t blanks = strspn(c, " \n"), word = strcspn(c + blanks, " \n");
		size_t gap = *c == '\n' ? 1 : blanks;

		if (c != text && at + gap + word > width) {
			fputc('\n', out);
			at = 0;
			gap = indent;
		}
		at += (size_t)fprintf(out, "%*s%.*s", (int)gap, "", (int)word, c + blanks);
		c += blanks + word;
	}
	fputc('\n', out);
}

void fold_entry(FILE *out, const char *text, size_t at)
{
	fold(out, text, at, at, isatty(fileno(out)) ? look_of(out).width : SIZE_MAX);
}
