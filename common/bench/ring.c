#include "bench/ring.h"

#include "bench/control.h"

#include <string.h>
#include <sys/mman.h>

enum { RING = 1 << 20, PIECE = 1 << 16 };

/* Each side has a line that only it writes; what it has seen of the other's is asked for again only when used up. */
struct ring {
	alignas(CACHE_LINE) _Atomic size_t in; /* bytes that the sender has put in */
	size_t out_seen;
	alignas(CACHE_LINE) _Atomic size_t out; /* bytes that the receiver has taken out */
	size_t in_seen;
	alignas(CACHE_LINE) char bytes[RING];
};

/* The ring is not the payload, so it is not in l->mem. */
static int ring_setup(struct link *l, size_t size)
{
	void *mem = mmap(NULL, sizeof(struct ring), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t n = a < b ? a : b;

	return n < c ? n : c;
}

static ssize_t ring_send(struct link *l, const void *buf, size_t len)
{
	struct ring *r = l->mem;
	size_t in = atomic_load_explicit(&r->in, memory_order_relaxed);

	for (size_t done = 0; done < len;) {
		size_t n = least(RING - (in - r->out_seen), least(len - done, PIECE, PIECE), RING - in % RING);
		if (n == 0) {
			control_relax();
			r->out_seen = atomic_load_explicit(&r->out, memory_order_acquire);
			continue;
		}
		memcpy(r->bytes + in % RING, (const char *)buf + done, n);
		atomic_store_explicit(&r->in, in += n, memory_order_release);
		done += n;
	}
	return (ssize_t)len;
}

static ssize_t ring_recv(struct link *l, void *buf, size_t cap)
{
	struct ring *r = l->mem;
	size_t out = atomic_load_explicit(&r->out, memory_order_relaxed);

	for (size_t done = 0; done < cap;) {
		size_t n = least(r->in_seen - out, least(cap - done, PIECE, PIECE), RING - out % RING);
		if (n == 0) {
			control_relax();
			r->in_seen = atomic_load_explicit(&r->in, memory_order_acquire);
			continue;
		}
		memcpy((char *)buf + done, r->bytes + out % RING, n);
		atomic_store_explicit(&r->out, out += n, memory_order_release);
		done += n;
	}
	return (ssize_t)cap;
}

static void ring_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, sizeof(struct ring));
	l->mem = NULL;
}

const struct variant bare_ring = {
	.name = "bare ring",
	.title = "ring in shared memory, spinning, nothing watched",
	.man = "mmap(2)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = ring_setup,
	.send = ring_send,
	.recv = ring_recv,
	.teardown = ring_teardown,
};
