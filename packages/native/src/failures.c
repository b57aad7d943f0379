#include "failures.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 640 };

#define WRITE_OUT(text, format)                       \
    char text[LONGEST];                               \
    do {                                              \
        va_list values;                               \
        va_start(values, format);                     \
        vsnprintf(text, sizeof text, format, values); \
        va_end(values);                               \
    } while (0)

void refuse_type(napi_env env, const char *format, ...) {
    WRITE_OUT(text, format);
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", text);
}

void refuse_range(napi_env env, const char *format, ...) {
    WRITE_OUT(text, format);
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", text);
}

void refuse(napi_env env, const char *code, const char *format, ...) {
    WRITE_OUT(text, format);
    napi_throw_error(env, code, text);
}

/* C has no name for an errno; these are the ones that our system calls give. */
static const char *name_of(int error, char *room, size_t size) {
#define NAME(each) \
    case each:     \
        return #each
    switch (error) {
        NAME(EACCES);
        NAME(EAGAIN);
        NAME(EBADF);
        NAME(EEXIST);
        NAME(EFAULT);
        NAME(EFBIG);
        NAME(EINTR);
        NAME(EINVAL);
        NAME(EISDIR);
        NAME(ELOOP);
        NAME(EMFILE);
        NAME(ENAMETOOLONG);
        NAME(ENFILE);
        NAME(ENODEV);
        NAME(ENOENT);
        NAME(ENOMEM);
        NAME(ENOSPC);
        NAME(ENOSYS);
        NAME(EOPNOTSUPP);
        NAME(EOVERFLOW);
        NAME(EPERM);
        NAME(EROFS);
        NAME(ESRCH);
    }
#undef NAME
    snprintf(room, size, "ERRNO_%d", error);
    return room;
}

void fail_system(napi_env env, int error, const char *format, ...) {
    WRITE_OUT(text, format);
    char room[32];
    const char *code = name_of(error, room, sizeof room);
    refuse(env, code, "%s: %s (%s)", text, strerror(error), code);
}

bool went_well(napi_env env, napi_status status) {
    if (status == napi_ok) return true;
    const napi_extended_error_info *info = NULL;
    const char *said = NULL;
    if (napi_get_last_error_info(env, &info) == napi_ok) said = info->error_message;
    bool pending = true;
    if (napi_is_exception_pending(env, &pending) == napi_ok && !pending) {
        refuse(env, "ERR_MANYCORE_NODE_API", "Node-API: %s", said != NULL ? said : "unknown failure");
    }
    return false;
}
