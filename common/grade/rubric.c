#include "grade/rubric.h"

#include "grade/hints.h"
#include "report/text.h"

#include <stdint.h>
#include <stdlib.h>

enum { WHOLE = 10000 }; /* 100 points */

/* Rounded down, and what that leaves over goes, a hundredth each, to the first ones that are asked. */
unsigned rubric_points(const struct level *l, enum item item)
{
	unsigned sum = 0, given = 0, before = 0;

	if (!level_asks(l, item))
		return 0;
	for (int i = 0; i < ITEMS; i++)
		sum += level_asks(l, (enum item)i) ? item_infos[i].points : 0;
	for (int i = 0; i < ITEMS; i++)
		given += level_asks(l, (enum item)i) ? item_infos[i].points * WHOLE / sum : 0;
	for (int i = 0; i < (int)item; i++)
		before += level_asks(l, (enum item)i);
	return item_infos[item].points * WHOLE / sum + (before < WHOLE - given);
}

static bool unknown(const struct finding *f)
{
	return f->status == NOT_LOOKED || f->status == FOUND_NOTHING;
}

void rubric_settle(struct findings *f, const struct level *l)
{
	const char *why = NULL;

	if (f->items[ITEM_BUILD].status == FOUND_BAD)
		why = "not tried: it does not build";
	else if (f->items[ITEM_PARENT_TO_CHILD].status != FOUND_GOOD)
		why = "not tried: no message arrives";
	for (int i = ITEM_PARENT_TO_CHILD; i < ITEMS; i++) {
		struct finding *item = &f->items[i];
		if (!level_asks(l, (enum item)i))
			continue;
		if (why && (i != ITEM_PARENT_TO_CHILD || (unknown(item) && !item->text[0])))
			finding_set(item, FOUND_NOTHING, "needs", why);
		else if (item->status == NOT_LOOKED)
			finding_set(item, FOUND_NOTHING, "unknown", "not tried");
	}
}

static const char *status_word(enum finding_status s)
{
	static const char *const words[] = {
		[NOT_LOOKED] = "not_checkable", [FOUND_GOOD] = "passed",           [FOUND_PARTLY] = "partial",
		[FOUND_BAD] = "failed",         [FOUND_NOTHING] = "not_checkable",
	};

	return words[s];
}

static unsigned reached(const struct finding *f, unsigned points)
{
	if (f->status == FOUND_GOOD)
		return points;
	return f->status == FOUND_PARTLY ? points / 2 : 0;
}

static json_t *item_record(const struct finding *f, const struct level *l, enum item item, unsigned points,
			   int attempt)
{
	const struct item_info *info = &item_infos[item];
	bool told = f->status == FOUND_BAD || f->status == FOUND_PARTLY;
	char *measured = text_clean(f->text, sizeof f->text);
	json_t *record = json_pack("{ss, ss, ss, sf, sf, ss, ss?, ss?}", "id", info->id, "title", info->title,
				   "group", info->group, "points", points / 100.0, "score",
				   reached(f, points) / 100.0, "status", status_word(f->status), "measured", measured,
				   "hint", told ? hint_for(l, item, f->cause, attempt) : NULL);

	free(measured);
	return record;
}

json_t *rubric_items(const struct findings *f, const struct level *l, int attempt, unsigned *score)
{
	json_t *items = json_array();

	*score = 0;
	for (int i = 0; i < ITEMS; i++) {
		unsigned points = rubric_points(l, (enum item)i);
		if (!points)
			continue;
		*score += reached(&f->items[i], points);
		json_array_append_new(items, item_record(&f->items[i], l, (enum item)i, points, attempt));
	}
	return items;
}
