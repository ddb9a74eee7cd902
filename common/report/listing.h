/*
 * listing.h - objects with a few members of text, as CSV or Markdown
 */
#ifndef IPCKIT_REPORT_LISTING_H
#define IPCKIT_REPORT_LISTING_H

#include "report/format.h"

/* One line for each object, with these members (NULL ends them), below their names. 0 or -ENOMEM. */
int listing_print(FILE *out, const json_t *objects, const char *const *members, enum format format);

#endif
