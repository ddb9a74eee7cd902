/*
 * futex.h - futex(2) on a word that two processes share; never FUTEX_PRIVATE_FLAG
 */
#ifndef IPCKIT_FUTEX_H
#define IPCKIT_FUTEX_H

#include <stdatomic.h>
#include <stdint.h>

/* Sleeps while *word is `seen`. May return early: the caller looks again. */
void futex_wait(_Atomic uint32_t *word, uint32_t seen);

void futex_wake_all(_Atomic uint32_t *word);

#endif
