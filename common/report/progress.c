#include "report/progress.h"

#include "report/look.h"

#include <stdarg.h>
#include <stdio.h>

#define CLEAR "\r\033[K"

void progress_show(const char *format, ...)
{
	struct look look = look_of(stderr);
	char text[256];
	va_list args;

	if (!look.rewrites)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	fprintf(stderr, CLEAR "%.*s", (int)look.width - 1, text); /* in the last column some would wrap */
}

void progress_hide(void)
{
	if (look_of(stderr).rewrites)
		fputs(CLEAR, stderr);
}
