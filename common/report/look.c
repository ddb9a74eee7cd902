#include "report/look.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { DEFAULT_WIDTH = 80, MAX_WIDTH = 10000 };

static size_t width_by_environment(void)
{
	const char *columns = getenv("COLUMNS");
	char *end = NULL;
	long width = columns ? strtol(columns, &end, 10) : 0;

	if (width <= 0 || width > MAX_WIDTH || *end != '\0')
		return DEFAULT_WIDTH;
	return (size_t)width;
}

static bool is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || !term[0] || strcmp(term, "dumb") == 0;
}

static bool wants_colour(void)
{
	const char *no_colour = getenv("NO_COLOR");

	return !no_colour || !no_colour[0];
}

struct look look_of(FILE *out)
{
	int fd = fileno(out);
	bool terminal = fd != -1 && isatty(fd);
	bool rewrites = terminal && !is_dumb();
	struct look look = {.colour = rewrites && wants_colour(), .rewrites = rewrites};
	struct winsize size;

	if (terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		look.width = size.ws_col;
	else
		look.width = width_by_environment();
	return look;
}
