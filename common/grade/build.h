/*
 * build.h - turns a student's file into a runner, in the sandbox
 */
#ifndef IPCKIT_GRADE_BUILD_H
#define IPCKIT_GRADE_BUILD_H

#include "grade/findings.h"
#include "grade/job.h"

/* The folders of the work folder that the two builds write to. Each then holds `runner`. */
#define BUILD_PLAIN "out"
#define BUILD_SANITIZED "out-sanitized"

/* What the program was built with: silenced.awk. */
extern const char silenced_text[];

struct task build_task(const struct sandbox *s, bool with_sanitizers);

/* What a build that has ended says about the item `build`. */
void build_judge(const struct job *j, struct finding *f);

bool build_worked(const struct job *j);

/* It is not the answer's fault that it did not work, but this machine's. */
bool build_broke(const struct job *j);

#endif
