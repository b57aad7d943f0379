#ifndef MANYCORE_SENTRY_H
#define MANYCORE_SENTRY_H

#include <stdint.h>

/*
 * A native thread that waits while a word keeps its value. It knows no JavaScript.
 *
 *   sentry                                   owner
 *   1 waits on the word while it is `seen`
 *   2 the word differs: calls `report`, once
 *   3 waits for the answer, on no word       4 `sentry_answer`: looks at the word, that is `seen` now
 *   1 again
 *
 * Changes between 2 and 4 are one report: 4 is before the owner acts, so it acts on the last of them. One after 4 is
 * another report. No change is lost, and a word that changes all the time while the owner is busy costs nothing here.
 */
struct sentry;

/* The word must stay mapped until sentry_dismiss is over. `report` is called in the thread. NULL and errno. */
struct sentry *sentry_post(int32_t *word, void (*report)(void *), void *data);
void sentry_answer(struct sentry *sentry);
/* Ends the thread, joins it, and frees the sentry. `report` is not called any more once this returns. */
void sentry_dismiss(struct sentry *sentry);

#endif
