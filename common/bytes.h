/*
 * bytes.h - sizes as people write them: "56", "4K", "1M"
 */
#ifndef IPCKIT_BYTES_H
#define IPCKIT_BYTES_H

#include <stddef.h>

/* Reads a size of 1 byte to 1 TiB (4 GiB where pointers have 32 bits); K, M and G are powers of 1024. *end is what follows. 0 where there is none. */
size_t bytes_parse(const char *text, const char **end);

/* Writes it in the largest unit that leaves no remainder, into text, which it returns. */
const char *bytes_words(unsigned long long size, char text[24]);

#endif
