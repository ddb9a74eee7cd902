/*
 * evidence.h - physical page frames, read from /proc/PID/pagemap (proc(5); Documentation/admin-guide/mm/pagemap.rst)
 */
#ifndef IPCKIT_EVIDENCE_H
#define IPCKIT_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct page {
	bool present;
	uint64_t frame;   /* page frame number; 0 on a present page = not shown to us */
	bool exclusive;   /* bit 56: no other process maps it */
	bool file_shared; /* bit 61: file-mapped or shared anonymous */
};

/* The page that holds `address` in that process. Raises CAP_SYS_ADMIN around the open, if it is ours. 0 or -errno. */
int evidence_page(pid_t pid, const void *address, struct page *page);

enum sameness { SAME_PAGE, DIFFERENT_PAGES, CANNOT_TELL };

/* Whether two processes look at one physical page: by frame numbers, or without them by bits 56 and 61. */
enum sameness evidence_compare(const struct page *a, const struct page *b);

/* "pagemap" or "bits 56/61": what evidence_compare() decided by. */
const char *evidence_source(const struct page *a, const struct page *b);

#endif
