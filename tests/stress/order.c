/*
 * order.c - two threads, each of which stores its own word and then loads the other's: sequentially consistent, so that at
 * least one of them sees the other. How often neither did; exit status 1 if ever.
 *
 * The hand-over of shm_ring hangs on it. Processors keep it, emulators not always: QEMU 7.2 lets an LDAR pass an STLR.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

enum { TIMES = 1 << 18, TURNS = 300 };

static _Atomic int stored[2][TIMES], at[2];
static int loaded[2][TIMES];

static void *run(void *self)
{
	size_t me = (size_t)(uintptr_t)self;

	for (int i = 0; i < TIMES; i++) {
		atomic_store(&at[me], i);
		for (int k = 0; k < TURNS && atomic_load(&at[!me]) < i; k++)
			;
		atomic_store(&stored[me][i], 1);
		loaded[me][i] = atomic_load(&stored[!me][i]);
	}
	return NULL;
}

int main(void)
{
	pthread_t thread;
	int neither = 0;

	if (pthread_create(&thread, NULL, run, (void *)1) != 0)
		return 1;
	run(NULL);
	pthread_join(thread, NULL);
	for (int i = 0; i < TIMES; i++)
		neither += !loaded[0][i] && !loaded[1][i];
	printf("%d of %d times neither of two stores was seen by the other side's load\n", neither, TIMES);
	return neither != 0;
}
