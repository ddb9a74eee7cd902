/*
 * ending.h - experiments with the end of a link: what is left behind, and what the other side learns
 */
#ifndef IPCKIT_WARDEN_ENDING_H
#define IPCKIT_WARDEN_ENDING_H

#include "bout.h"

void ending_normal(struct bout *b);
void ending_killed(struct bout *b);
void ending_without_receiver(struct bout *b);
void ending_of_stream(struct bout *b);
void ending_without_sender(struct bout *b);

#endif
