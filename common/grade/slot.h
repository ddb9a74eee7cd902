/*
 * slot.h - small numbers that no two runs on this machine have at the same time: a uid for each
 */
#ifndef IPCKIT_GRADE_SLOT_H
#define IPCKIT_GRADE_SLOT_H

enum { SLOT_WHY = 232 };

/* A descriptor that holds the number, or -errno, and `why` says in one line what is wrong. Only for root. */
int slot_take(char why[SLOT_WHY]);

/* The same with the locks in a folder below `parent`. */
int slot_take_in(const char *parent, char why[SLOT_WHY]);

/* Waits while another run that has a number has its turn; this one's ends with its number. 0, or -errno (-EINTR). */
int slot_await_turn(int slot);

/* For an ordinary user, who needs no number: a descriptor that holds the turn, or -errno; -ENOENT: there is no place for a lock. */
int slot_await_turn_of_user(void);

int slot_number(int slot);
void slot_give_back(int slot);

#endif
