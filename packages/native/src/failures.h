#ifndef MANYCORE_FAILURES_H
#define MANYCORE_FAILURES_H

#include <node_api.h>
#include <stdbool.h>

/* What a call throws. Each has a `code`; none is thrown over an exception that is pending. */

/* TypeError, ERR_INVALID_ARG_TYPE. */
__attribute__((format(printf, 2, 3))) void refuse_type(napi_env env, const char *format, ...);
/* RangeError, ERR_OUT_OF_RANGE. */
__attribute__((format(printf, 2, 3))) void refuse_range(napi_env env, const char *format, ...);
/* Error with a code of ours. */
__attribute__((format(printf, 3, 4))) void refuse(napi_env env, const char *code, const char *format, ...);
/* Error whose code is the name of `error`, an errno, which is added to the text. */
__attribute__((format(printf, 3, 4))) void fail_system(napi_env env, int error, const char *format, ...);

/* True where a Node-API call went well; otherwise an exception is pending, or no JavaScript may run any more. */
bool went_well(napi_env env, napi_status status);

#endif
