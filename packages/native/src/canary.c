#include <limits.h>
#include <stdlib.h>

#include "checks.h"
#include "exports.h"

/*
 * Only in the build with sanitizers: one fault of each kind they are for, so that a run in which they found nothing is known
 * to have looked. 0: a write beyond the heap; 1: an overflow; 2: memory that nobody frees.
 */
napi_value canary(napi_env env, napi_callback_info info) {
    napi_value argument;
    double kind;
    if (!take_arguments(env, info, 1, &argument) || !take_whole(env, argument, "kind", 0, 2, &kind)) return NULL;
    volatile int number = (int)kind;
    char *volatile block = malloc(16);
    if (number == 0) block[16 + number] = 1;
    if (number == 1) number += INT_MAX;
    if (number != 2) free(block);
    block = NULL;
    return NULL;
}
