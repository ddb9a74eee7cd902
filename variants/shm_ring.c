/*
 * shm_ring - shared memory as a lock-free ring of bytes
 *
 * What:   one sender and one receiver each count the bytes that they moved; neither writes the other's count, so no
 *         lock is needed. Who finds nothing to do looks again for some microseconds, then sleeps on a futex.
 * Choose: for the highest rate between two processes on one machine, with small or large messages.
 * Trap:   exactly one sender and one receiver. A count may be published only after its bytes, and who goes to sleep
 *         must first say so and then look once more, or a wake-up is lost once in a million. A sender learns that the
 *         receiver has died only when the ring is full.
 */
#include "variant.h"

#include "futex.h"
#include "peer.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	SMALLEST_RING = 1 << 20,
	PIECE = 1 << 16,      /* published at once, so that both sides copy at the same time */
	MOST_LOOKS = 1 << 14, /* takes about as long as to sleep and be woken */
	PAUSE = 16,           /* of those only every 16th looks: that takes the cache line from the other side */
	RETRY_LOOKS = 64,     /* waits until looking is tried again where it did not pay */
};

/* What one end writes. There are two just before the payload, whose size is a power of two. */
struct side {
	alignas(64) _Atomic size_t moved; /* bytes put in or taken out since the beginning, as the other side knows */
	size_t here;                      /* the same, as this side knows */
	size_t seen;                      /* the other side's count when this side last looked */
	unsigned waits, looks;            /* how often it had to wait; how often it then looks before it sleeps */
	alignas(64) _Atomic uint32_t asleep; /* the other end reads it all the time: a line of its own */
};

static int shm_ring_setup(struct link *l, size_t size)
{
	size_t bytes = SMALLEST_RING;

	while (bytes < size)
		bytes *= 2;
	return peer_map(l, sizeof(struct side[2]), bytes);
}

static int shm_ring_join(struct link *l, enum end end)
{
	return peer_join(l, end, sizeof(struct side[2]));
}

/* All atomics are sequentially consistent: this side sees the mark of the sleeper, or the sleeper sees the count. */
static void shm_ring_publish(struct side *me, struct side *other, size_t moved)
{
	atomic_store(&me->moved, moved);
	if (atomic_load(&other->asleep) && atomic_exchange(&other->asleep, 0))
		syscall(SYS_futex, &other->asleep, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Looking pays only while the other side runs on another processor, which nobody tells: so see whether it does. */
static int shm_ring_wait(const struct link *l, struct side *me, struct side *other)
{
	struct timespec patience = peer_patience();
	unsigned i, looks = me->waits++ % RETRY_LOOKS == 0 ? MOST_LOOKS : me->looks;
	size_t moved = atomic_load(&other->moved);

	for (i = 0; i < looks && moved == me->seen; i++)
		if (i % PAUSE == 0)
			moved = atomic_load(&other->moved);
	if (i > 0)
		me->looks = moved != me->seen ? MOST_LOOKS : looks / 2;
	while (moved == me->seen) {
		atomic_store(&me->asleep, 1);
		if (atomic_load(&other->moved) == me->seen &&
		    syscall(SYS_futex_timed, &me->asleep, FUTEX_WAIT, 1, &patience, NULL, 0) == -1 && peer_gone(l) &&
		    atomic_load(&other->moved) == me->seen)
			return -EPIPE;
		atomic_store(&me->asleep, 0);
		moved = atomic_load(&other->moved);
	}
	me->seen = moved;
	return 0;
}

/* Copies `in` into the ring, or the ring to `out`. When the other end has gone: -EPIPE, or what was still there. */
static ssize_t shm_ring_copy(struct link *l, enum end end, const char *in, char *out, size_t len)
{
	struct side *me = (struct side *)l->mem - 2 + end;
	struct side *other = end == SENDER ? me + 1 : me - 1;
	size_t done = 0, here = me->here;
	int error = 0;

	while (done < len && !error) {
		size_t at = here & (l->size - 1);
		size_t ready = me->seen - here + (end == SENDER ? l->size : 0);
		size_t n = len - done < PIECE ? len - done : PIECE;

		if (n > ready)
			n = ready;
		if (n > l->size - at)
			n = l->size - at;
		if (end == SENDER)
			memcpy((char *)l->mem + at, in + done, n);
		else
			memcpy(out + done, (char *)l->mem + at, n);
		done += n;
		here += n;
		if (n == 0)
			error = shm_ring_wait(l, me, other);
		else if (end == SENDER || here == me->seen || here - me->moved >= l->size / 16)
			shm_ring_publish(me, other, here); /* room is told rarely, and when all is read */
	}
	me->here = here;
	return end == SENDER && error ? error : (ssize_t)done;
}

static ssize_t shm_ring_send(struct link *l, const void *buf, size_t len)
{
	return shm_ring_copy(l, SENDER, buf, NULL, len);
}

static ssize_t shm_ring_recv(struct link *l, void *buf, size_t cap)
{
	return shm_ring_copy(l, RECEIVER, NULL, buf, cap);
}

static void shm_ring_teardown(struct link *l)
{
	peer_unmap(l, sizeof(struct side[2]));
}

const struct variant variant_shm_ring = {
	.name = "shm_ring",
	.title = "shared memory, lock-free ring",
	.man = "futex(2)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = shm_ring_setup,
	.attach = peer_watch,
	.join = shm_ring_join,
	.send = shm_ring_send,
	.recv = shm_ring_recv,
	.teardown = shm_ring_teardown,
};
