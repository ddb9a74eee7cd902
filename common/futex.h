/*
 * futex.h - futex(2) on a word that two processes share; never FUTEX_PRIVATE_FLAG
 */
#ifndef IPCKIT_FUTEX_H
#define IPCKIT_FUTEX_H

#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

/*
 * The number of futex(2) that takes a time as this program has it: 32-bit systems know struct timespec in two sizes, and
 * one taken for the other is a time of 0.
 */
#ifdef SYS_futex_time64
#define SYS_futex_timed (sizeof(time_t) > sizeof(long) ? SYS_futex_time64 : SYS_futex)
#else
#define SYS_futex_timed SYS_futex
#endif

/* Sleeps while *word is `seen`. May return early: the caller looks again. */
void futex_wait(_Atomic uint32_t *word, uint32_t seen);

void futex_wake_all(_Atomic uint32_t *word);

#endif
