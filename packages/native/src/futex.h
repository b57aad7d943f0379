#ifndef MANYCORE_FUTEX_H
#define MANYCORE_FUTEX_H

#include <stdint.h>

/* WAIT_OK: woken, interrupted, or for no reason; the caller looks again. WAIT_FAILED: errno says why. */
enum wait { WAIT_OK, WAIT_NOT_EQUAL, WAIT_TIMED_OUT, WAIT_FAILED };

/* Blocks while the word, seen from all processes, is `expected`. INFINITY is without limit. */
enum wait futex_wait(int32_t *word, int32_t expected, double milliseconds);

/* How many were woken, `most` at most; -1 and errno. */
int futex_wake(int32_t *word, int most);

#endif
