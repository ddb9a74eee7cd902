#include "bench/handover.h"

#include "futex.h"
#include "trial.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

enum { WORDS_BEFORE = 2 * CACHE_LINE, POSTED_WORDS = 8 };

_Static_assert(sizeof(struct handover) == WORDS_BEFORE, "two cache lines");

const char *extra_name(enum extra extra)
{
	static const char *const names[] = {
		[AS_IT_IS] = "", [SPIN] = "+spin", [FUTEX] = "+futex", [LARGE_BUFFER] = "+1M"};

	return names[extra];
}

size_t handover_room(const struct variant *v)
{
	return variant_is_plain_memory(v) ? WORDS_BEFORE + CACHE_LINE : 0;
}

void handover_place(struct way *w, struct handover *own)
{
	uintptr_t mem = (uintptr_t)w->link.mem;

	if (w->extra != SPIN && w->extra != FUTEX)
		return;
	w->words = own;
	w->payload = NULL;
	if (!variant_is_plain_memory(w->variant) || !mem)
		return;
	mem = (mem + CACHE_LINE - 1) & ~(uintptr_t)(CACHE_LINE - 1);
	w->words = (struct handover *)mem;
	w->payload = (unsigned char *)mem + CACHE_LINE + POSTED_WORDS;
}

/* Where a row without hooks of its own has the message; NULL where it has no memory at all. */
static unsigned char *place(const struct way *w)
{
	return w->payload ? w->payload : w->link.mem;
}

ssize_t way_put(struct way *w, const void *buf, size_t len)
{
	if (w->variant->send)
		return w->variant->send(&w->link, buf, len);
	if (!place(w))
		return -EFAULT;
	memcpy(place(w), buf, len);
	return (ssize_t)len;
}

ssize_t way_get(struct way *w, void *buf, size_t cap)
{
	if (w->variant->recv)
		return w->variant->recv(&w->link, buf, cap);
	if (!place(w))
		return -EFAULT;
	memcpy(buf, place(w), cap);
	return (ssize_t)cap;
}

/*
 * The sleeper marks itself and looks once more; whoever changes the count looks for the mark afterwards. Only the sleeper
 * takes its mark back: whoever changes the count may be so late that the mark is already for the next change.
 */
static void await(_Atomic uint32_t *count, _Atomic uint32_t *asleep, uint32_t least, enum extra how)
{
	uint32_t seen;

	while ((int32_t)((seen = atomic_load_explicit(count, memory_order_acquire)) - least) < 0) {
		if (how == SPIN) {
			control_relax();
			continue;
		}
		atomic_store(asleep, 1);
		if (atomic_load(count) == seen)
			futex_wait(count, seen);
		atomic_store(asleep, 0);
	}
}

static void advance(_Atomic uint32_t *count, _Atomic uint32_t *asleep, uint32_t to, enum extra how)
{
	if (how == SPIN) {
		atomic_store_explicit(count, to, memory_order_release);
		return;
	}
	atomic_store(count, to);
	if (atomic_load(asleep))
		futex_wake_all(count);
}

ssize_t way_send(struct way *w, const void *buf, size_t len)
{
	ssize_t n;

	if (w->words && w->confirm)
		await(&w->words->taken, &w->words->sender_asleep, w->turn, w->extra);
	n = way_put(w, buf, len);
	if (w->words && n >= 0)
		advance(&w->words->posted, &w->words->receiver_asleep, ++w->turn, w->extra);
	return n;
}

ssize_t way_recv(struct way *w, void *buf, size_t cap)
{
	ssize_t n;

	if (w->words)
		await(&w->words->posted, &w->words->receiver_asleep, w->turn + 1, w->extra);
	n = way_get(w, buf, cap);
	if (w->words)
		w->turn++;
	if (w->words && w->confirm)
		advance(&w->words->taken, &w->words->sender_asleep, w->turn, w->extra);
	return n;
}

void way_begin(struct way *w, enum end end, bool confirm)
{
	w->confirm = confirm;
	if (w->words && end == RECEIVER)
		atomic_store(&w->words->taken, w->turn);
}
