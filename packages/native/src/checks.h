#ifndef MANYCORE_CHECKS_H
#define MANYCORE_CHECKS_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each takes an argument of a call; false where it is not what was asked for, with the exception pending. Nothing is
 * coerced, so that no code of the caller's runs in here. `what` is the argument's name. */

/* What the caller left out is undefined. */
bool take_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments);
bool take_whole(napi_env env, napi_value value, const char *what, double least, double most, double *number);
/* A size in bytes, from 1 on. */
bool take_size(napi_env env, napi_value value, const char *what, size_t *size);
bool take_descriptor(napi_env env, napi_value value, int *descriptor);
/* Milliseconds; INFINITY is without limit. */
bool take_timeout(napi_env env, napi_value value, double *milliseconds);
bool take_function(napi_env env, napi_value value, const char *what);

#endif
