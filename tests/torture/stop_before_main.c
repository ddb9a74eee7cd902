/*
 * stop_before_main.c - preloaded: stops the program before main(), so that a tracer counts from there and not from the
 * dynamic linker's own calls. Programs that it starts are left alone.
 */
#include <signal.h>
#include <stdlib.h>

static void __attribute__((constructor)) stop_before_main(void)
{
	if (unsetenv("LD_PRELOAD") == 0)
		raise(SIGSTOP);
}
