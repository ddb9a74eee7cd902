/*
 * work.h - the private folder of one grading run
 */
#ifndef IPCKIT_GRADE_WORK_H
#define IPCKIT_GRADE_WORK_H

#include <stdbool.h>
#include <sys/types.h>

struct work {
	char path[96]; /* "/tmp/ipckit-grade.…", or in $TMPDIR; only its owner may look into it */
	int lock;      /* held while the run lives: what is not locked may be swept */
};

/* Also removes folders of runs that were killed. 0 or -errno. */
int work_make(struct work *w);
void work_remove(struct work *w);

/* Path of something in it; of a static buffer that the next but seven call uses again. */
const char *work_path(const struct work *w, const char *name);

/* A folder in it that `group` may read and, if `writable`, that user owns. 0 or -errno. */
int work_folder(const struct work *w, const char *name, uid_t user, bool writable);

/* Copies a regular file of at most `most` bytes. 0 or -errno (-EFBIG; -ELOOP: a symbolic link, -EINVAL: something else). */
int work_copy(const struct work *w, const char *from, const char *name, uid_t user, mode_t mode, off_t most);

#endif
