/*
 * argument.h - an argument of a system call that is an int: the kernel looks at the lower half of its register only, a filter
 * at all of it
 */
#ifndef IPCKIT_WARDEN_ARGUMENT_H
#define IPCKIT_WARDEN_ARGUMENT_H

#include <seccomp.h>
#include <stdint.h>

/* The argument with that number, counted from 0, has that value. */
#define INT_ARGUMENT(number, value) SCMP_CMP(number, SCMP_CMP_MASKED_EQ, UINT32_MAX, (uint32_t)(value))

#endif
