/*
 * registry.h - every row and column of this build; made from the file names into build/registry.c
 */
#ifndef IPCKIT_REGISTRY_H
#define IPCKIT_REGISTRY_H

#include "probe.h"
#include "variant.h"

struct row {
	const struct variant *variant;
	const char *about; /* the comment at the top of the row's file, without its stars: what, choose, trap */
};

extern const struct row registry_rows[];            /* ends with a NULL variant */
extern const struct probe *const registry_probes[]; /* ends with NULL */

/* NULL where there is no such name. */
const struct row *row_find(const char *name);
const struct probe *probe_find(const char *name);

/* Orders for qsort(3) over arrays of pointers: rows by group, then name; columns by place. */
int row_order(const void *a, const void *b);
int probe_order(const void *a, const void *b);

/* "private memory", … as printed and as in JSON. */
const char *group_name(enum variant_group group);

#endif
