#include "process.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "checks.h"
#include "exports.h"
#include "failures.h"

/* As early as can be, for a caller that does not know its parent's pid. */
static pid_t first_parent;

__attribute__((constructor)) static void remember_parent(void) {
    first_parent = getppid();
}

static bool take_pid(napi_env env, napi_value value, const char *what, pid_t *pid) {
    double number;
    if (!take_whole(env, value, what, 1, INT_MAX, &number)) return false;
    *pid = (pid_t)number;
    return true;
}

static napi_value to_boolean(napi_env env, bool value) {
    napi_value result;
    return went_well(env, napi_get_boolean(env, value, &result)) ? result : NULL;
}

napi_value die_with_parent(napi_env env, napi_callback_info info) {
    napi_value argument;
    napi_valuetype type;
    pid_t parent = first_parent;
    if (!take_arguments(env, info, 1, &argument) || !went_well(env, napi_typeof(env, argument, &type))) return NULL;
    if (type != napi_undefined && !take_pid(env, argument, "parentPid", &parent)) return NULL;
    napi_value word;
    switch (tie_to_parent(parent)) {
        case TIED:
            return to_boolean(env, true);
        case PARENT_GONE:
            return to_boolean(env, false);
        case TIE_UNSUPPORTED:
            return went_well(env, napi_create_string_latin1(env, "unsupported", NAPI_AUTO_LENGTH, &word)) ? word : NULL;
        case TIE_FAILED:
            fail_system(env, errno, "this process cannot be tied to its parent");
    }
    return NULL;
}

napi_value process_start(napi_env env, napi_callback_info info) {
    napi_value argument;
    pid_t pid;
    if (!take_arguments(env, info, 1, &argument) || !take_pid(env, argument, "pid", &pid)) return NULL;
    double start = start_of(pid);
    if (start < 0) {
        fail_system(env, errno, "the start of process %d cannot be read", (int)pid);
        return NULL;
    }
    napi_value result;
    return went_well(env, napi_create_double(env, start, &result)) ? result : NULL;
}
