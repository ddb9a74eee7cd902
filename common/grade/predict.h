/*
 * predict.h - level L0: which rows deliver, predicted by a student and measured now
 */
#ifndef IPCKIT_GRADE_PREDICT_H
#define IPCKIT_GRADE_PREDICT_H

#include <jansson.h>

/*
 * Grades a filled in predict.csv; see paper.h for what is returned (a new reference; NULL: no memory, or it has been said
 * why nothing could be measured). The half of the points goes to the rows that deliver, the other half to those that do
 * not, so that the same answer everywhere is worth no more than half. Hints depend on `attempt`, from 1.
 */
json_t *grade_predictions(const char *file, int attempt);

/* The same with rows that have been measured already: the "rows" of a record (report/record.h). */
json_t *predictions_against(const json_t *rows, const char *file, int attempt);

#endif
