#include "evidence.h"

#include "activity.h"
#include "caps.h"
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int open_pagemap(pid_t pid)
{
	char path[64];
	int fd, saved, hidden = activity_possible();

	if (hidden != 0) {
		errno = -hidden;
		return call_failed("open pagemap");
	}
	snprintf(path, sizeof path, "/proc/%d/pagemap", (int)pid);
	caps_raise(CAP_SYS_ADMIN); /* without it the frames read as 0, which evidence_compare() copes with */
	fd = open(path, O_RDONLY | O_CLOEXEC);
	saved = errno;
	caps_lower();
	errno = saved;
	return fd == -1 ? call_failed("open pagemap") : fd;
}

static uint64_t bits(uint64_t entry, unsigned first, unsigned count)
{
	return entry >> first & ((UINT64_C(1) << count) - 1);
}

int evidence_page(pid_t pid, const void *address, struct page *page)
{
	uint64_t entry;
	uint64_t number = (uintptr_t)address / (uintptr_t)sysconf(_SC_PAGESIZE);
	ssize_t n;
	int fd = open_pagemap(pid);

	if (fd < 0)
		return fd;
	do
		n = pread(fd, &entry, sizeof entry, (off_t)(number * sizeof entry));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		n = call_failed("pread");
	close(fd);
	if (n != (ssize_t)sizeof entry)
		return n < 0 ? (int)n : -EIO;
	*page = (struct page){
		.present = bits(entry, 63, 1),
		.frame = bits(entry, 63, 1) ? bits(entry, 0, 55) : 0,
		.exclusive = bits(entry, 56, 1),
		.file_shared = bits(entry, 61, 1),
	};
	return 0;
}

static bool frames_shown(const struct page *a, const struct page *b)
{
	return a->frame && b->frame;
}

enum sameness evidence_compare(const struct page *a, const struct page *b)
{
	if (!a->present || !b->present)
		return CANNOT_TELL;
	if (frames_shown(a, b))
		return a->frame == b->frame ? SAME_PAGE : DIFFERENT_PAGES;
	/* What one of them alone maps, the other does not. Both bits cannot be asked for: the zero page never has bit 56. */
	if (a->file_shared != b->file_shared || a->exclusive || b->exclusive)
		return DIFFERENT_PAGES;
	return SAME_PAGE;
}

const char *evidence_source(const struct page *a, const struct page *b)
{
	return frames_shown(a, b) ? "pagemap" : "bits 56/61";
}
