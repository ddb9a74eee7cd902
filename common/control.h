/*
 * control.h - the control experiment: is it the row that says no, or the place?
 */
#ifndef IPCKIT_CONTROL_H
#define IPCKIT_CONTROL_H

#include "cell.h"
#include "probe.h"

/*
 * Asks a column. Where the answer is no, or a call was refused or is not supported, a plain exchange shows whether that is
 * the answer to the question, or whether this row cannot be used here at all; then the cell says so.
 */
void control_ask(const struct probe *p, const struct variant *v, struct cell *c);

#endif
