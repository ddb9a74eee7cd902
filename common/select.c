#include "select.h"

#include "complain.h"
#include "nearest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool no_memory(const char *what)
{
	complain("%s: %s", what, strerror(errno));
	return false;
}

static size_t count_rows(void)
{
	size_t n = 0;

	while (registry_rows[n].variant)
		n++;
	return n;
}

static size_t count_probes(void)
{
	size_t n = 0;

	while (registry_probes[n])
		n++;
	return n;
}

/* Says that there is no such thing, and which of the `n` names may have been meant or where to find them. */
static void unknown(const char *kind, const char *name, const char *const *names, size_t n, const char *see)
{
	const char *near = nearest(name, names, n);

	if (!*name)
		complain("the name of a %s is missing; see 'ipckit %s'", kind, see);
	else if (near)
		complain("%s: no such %s; did you mean '%s'?", name, kind, near);
	else
		complain("%s: no such %s; see 'ipckit %s'", name, kind, see);
}

const struct row *select_row(const char *name)
{
	const struct row *row = row_find(name);
	size_t n = count_rows();
	const char **names = row ? NULL : calloc(n + 1, sizeof *names);

	for (size_t i = 0; names && i < n; i++)
		names[i] = registry_rows[i].variant->name;
	if (names)
		unknown("row", name, names, n, "list");
	free(names);
	return row;
}

const struct probe *select_probe(const char *name)
{
	const struct probe *probe = probe_find(name);
	size_t n = count_probes();
	const char **names = probe ? NULL : calloc(n + 1, sizeof *names);

	for (size_t i = 0; names && i < n; i++)
		names[i] = registry_probes[i]->name;
	if (names)
		unknown("column", name, names, n, "matrix --question");
	free(names);
	return probe;
}

static bool has_row(const struct selection *s, const struct row *row)
{
	for (size_t i = 0; i < s->nrows; i++)
		if (s->rows[i] == row)
			return true;
	return false;
}

bool select_rows(struct selection *s, char *const *names, int n)
{
	size_t all = count_rows();

	s->nrows = 0;
	s->rows = calloc(all + 1, sizeof *s->rows);
	if (!s->rows)
		return no_memory("calloc");
	for (int i = 0; i < n; i++) {
		const struct row *row = select_row(names[i]);
		if (!row)
			return false;
		if (!has_row(s, row))
			s->rows[s->nrows++] = row;
	}
	for (size_t i = 0; n == 0 && i < all; i++)
		s->rows[s->nrows++] = &registry_rows[i];
	qsort(s->rows, s->nrows, sizeof *s->rows, row_order);
	return true;
}

bool select_view(struct selection *s, enum view view)
{
	size_t all = count_probes();

	s->nprobes = 0;
	s->probes = calloc(all + 1, sizeof *s->probes);
	if (!s->probes)
		return no_memory("calloc");
	for (size_t i = 0; i < all; i++)
		if (registry_probes[i]->views & view)
			s->probes[s->nprobes++] = registry_probes[i];
	qsort(s->probes, s->nprobes, sizeof *s->probes, probe_order);
	return true;
}

void select_add(struct selection *s, const struct probe *probe)
{
	for (size_t i = 0; i < s->nprobes; i++)
		if (s->probes[i] == probe)
			return;
	s->probes[s->nprobes++] = probe;
}

bool select_columns(struct selection *s, char *names)
{
	s->nprobes = 0;
	s->probes = calloc(count_probes() + 1, sizeof *s->probes);
	if (!s->probes)
		return no_memory("calloc");
	for (char *rest = names, *name; (name = strsep(&rest, ","));) {
		const struct probe *probe = select_probe(name);
		if (!probe)
			return false;
		select_add(s, probe);
	}
	qsort(s->probes, s->nprobes, sizeof *s->probes, probe_order);
	return true;
}

void select_free(struct selection *s)
{
	free(s->rows);
	free(s->probes);
}
