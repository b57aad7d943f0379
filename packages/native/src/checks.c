#include "checks.h"

#include <limits.h>
#include <math.h>
#include <sys/types.h>

#include "failures.h"

/* Larger whole numbers are not all numbers of JavaScript's. */
static const double largest_whole = 9007199254740991.0;

static const char *kind(napi_valuetype type) {
    switch (type) {
        case napi_undefined:
            return "undefined";
        case napi_null:
            return "null";
        case napi_boolean:
            return "a boolean";
        case napi_number:
            return "a number";
        case napi_string:
            return "a string";
        case napi_symbol:
            return "a symbol";
        case napi_function:
            return "a function";
        case napi_bigint:
            return "a bigint";
        default:
            return "an object";
    }
}

bool take_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments) {
    size_t given = count;
    return went_well(env, napi_get_cb_info(env, info, &given, arguments, NULL, NULL));
}

static bool take_number(napi_env env, napi_value value, const char *what, double *number) {
    napi_valuetype type;
    if (!went_well(env, napi_typeof(env, value, &type))) return false;
    if (type != napi_number) {
        refuse_type(env, "%s is a number, not %s", what, kind(type));
        return false;
    }
    return went_well(env, napi_get_value_double(env, value, number));
}

bool take_whole(napi_env env, napi_value value, const char *what, double least, double most, double *number) {
    if (!take_number(env, value, what, number)) return false;
    /* NaN is in no range. */
    if (*number >= least && *number <= most && floor(*number) == *number) return true;
    refuse_range(env, "%s is a whole number from %.0f to %.0f, not %.17g", what, least, most, *number);
    return false;
}

bool take_size(napi_env env, napi_value value, const char *what, size_t *size) {
    double number;
    double most = sizeof(size_t) < 8 ? (double)SIZE_MAX / 2 : largest_whole;
    if (!take_whole(env, value, what, 1, most, &number)) return false;
    *size = (size_t)number;
    return true;
}

bool take_descriptor(napi_env env, napi_value value, int *descriptor) {
    double number;
    if (!take_whole(env, value, "fd", 0, INT_MAX, &number)) return false;
    *descriptor = (int)number;
    return true;
}

bool take_timeout(napi_env env, napi_value value, double *milliseconds) {
    if (!take_number(env, value, "timeoutMs", milliseconds)) return false;
    if (*milliseconds >= 0) return true;
    refuse_range(env, "timeoutMs is a number of milliseconds from 0 to Infinity, not %.17g", *milliseconds);
    return false;
}

bool take_function(napi_env env, napi_value value, const char *what) {
    napi_valuetype type;
    if (!went_well(env, napi_typeof(env, value, &type))) return false;
    if (type == napi_function) return true;
    refuse_type(env, "%s is a function, not %s", what, kind(type));
    return false;
}
