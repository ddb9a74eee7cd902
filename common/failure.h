/*
 * failure.h - which system call failed last in this process (see call_failed() in variant.h)
 */
#ifndef IPCKIT_FAILURE_H
#define IPCKIT_FAILURE_H

/* The name given to the last call_failed(), if its errno was `error`; otherwise `otherwise`. */
const char *call_that_failed(int error, const char *otherwise);

/* Before something else is tried: what failed until now has nothing to do with it. */
void forget_failure(void);

#endif
