/*
 * level: L1
 * at_most: 0 points
 * fails: build
 * symptom: ptmx
 *
 * A compiler that reads this waits for ever, and uses no CPU time.
 */
#include "/dev/ptmx"
