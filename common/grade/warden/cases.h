/*
 * cases.h - the experiments of a grading run, in their order
 */
#ifndef IPCKIT_WARDEN_CASES_H
#define IPCKIT_WARDEN_CASES_H

#include "bout.h"

/* All of the rubric; only what a control has to show; or all kinds of use under sanitizers. */
void cases_full(struct bout *b);
void cases_control(struct bout *b);
void cases_sanitizers(struct bout *b);

#endif
