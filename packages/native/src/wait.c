#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>

#include "checks.h"
#include "exports.h"
#include "failures.h"
#include "futex.h"
#include "word.h"

napi_value wait_on_word(napi_env env, napi_callback_info info) {
    napi_value arguments[4];
    int32_t *word;
    double expected;
    double milliseconds;
    if (!take_arguments(env, info, 4, arguments) || !take_word(env, arguments[0], arguments[1], &word) ||
        !take_whole(env, arguments[2], "expected", INT32_MIN, INT32_MAX, &expected) ||
        !take_timeout(env, arguments[3], &milliseconds)) {
        return NULL;
    }
    const char *outcome = NULL;
    switch (futex_wait(word, (int32_t)expected, milliseconds)) {
        case WAIT_OK:
            outcome = "ok";
            break;
        case WAIT_NOT_EQUAL:
            outcome = "not-equal";
            break;
        case WAIT_TIMED_OUT:
            outcome = "timed-out";
            break;
        case WAIT_FAILED:
            fail_system(env, errno, "this system does not let a thread wait on shared memory");
            return NULL;
    }
    napi_value result;
    return went_well(env, napi_create_string_latin1(env, outcome, NAPI_AUTO_LENGTH, &result)) ? result : NULL;
}

/* Infinity is everyone, as in Atomics.notify. */
static bool take_count(napi_env env, napi_value value, double *count) {
    napi_valuetype type;
    if (!went_well(env, napi_typeof(env, value, &type))) return false;
    if (type == napi_number && napi_get_value_double(env, value, count) == napi_ok && isinf(*count) && *count > 0) {
        *count = INT_MAX;
        return true;
    }
    return take_whole(env, value, "count", 0, INT_MAX, count);
}

napi_value wake_word(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    int32_t *word;
    double count;
    if (!take_arguments(env, info, 3, arguments) || !take_word(env, arguments[0], arguments[1], &word) ||
        !take_count(env, arguments[2], &count)) {
        return NULL;
    }
    int woken = futex_wake(word, (int)count);
    if (woken == -1) {
        fail_system(env, errno, "this system does not let a thread wake others on shared memory");
        return NULL;
    }
    napi_value result;
    return went_well(env, napi_create_int32(env, woken, &result)) ? result : NULL;
}
