/*
 * slot.h - small numbers that no two runs on this machine have at the same time: a uid for each
 */
#ifndef IPCKIT_GRADE_SLOT_H
#define IPCKIT_GRADE_SLOT_H

/* A descriptor that holds the number, or -errno. Only for root. */
int slot_take(void);
int slot_number(int slot);
void slot_give_back(int slot);

#endif
