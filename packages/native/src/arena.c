#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "checks.h"
#include "exports.h"
#include "failures.h"
#include "segment.h"

static napi_value describe(napi_env env, int descriptor, size_t size) {
    napi_value buffer = map_buffer(env, descriptor, size);
    napi_value arena;
    napi_value fd;
    if (buffer == NULL || !went_well(env, napi_create_object(env, &arena)) ||
        !went_well(env, napi_create_int32(env, descriptor, &fd)) ||
        !went_well(env, napi_set_named_property(env, arena, "fd", fd)) ||
        !went_well(env, napi_set_named_property(env, arena, "buffer", buffer))) {
        return NULL;
    }
    return arena;
}

napi_value create_arena(napi_env env, napi_callback_info info) {
    napi_value argument;
    size_t size;
    if (!take_arguments(env, info, 1, &argument) || !take_size(env, argument, "bytes", &size)) return NULL;
    int descriptor = segment_create(size);
    if (descriptor == -1) {
        fail_system(env, errno, "an arena of %zu bytes cannot be made", size);
        return NULL;
    }
    napi_value arena = describe(env, descriptor, size);
    if (arena == NULL) close(descriptor);
    return arena;
}

/* An arena's descriptor, as it was inherited. Any other is refused: it is somebody else's file. */
static bool take_arena(napi_env env, napi_callback_info info, int *descriptor) {
    napi_value argument;
    if (!take_arguments(env, info, 1, &argument) || !take_descriptor(env, argument, descriptor)) return false;
    errno = 0;
    if (segment_is(*descriptor)) return true;
    if (errno == EBADF) {
        fail_system(env, EBADF, "fd %d is not open; pass the arena's fd in the child's stdio", *descriptor);
    } else {
        refuse(env, "ERR_MANYCORE_NOT_AN_ARENA", "fd %d is not an arena of createArena", *descriptor);
    }
    return false;
}

napi_value open_arena(napi_env env, napi_callback_info info) {
    int descriptor;
    if (!take_arena(env, info, &descriptor)) return NULL;
    struct stat facts;
    if (fstat(descriptor, &facts) == -1) {
        fail_system(env, errno, "fd %d has no size", descriptor);
        return NULL;
    }
    return map_buffer(env, descriptor, (size_t)facts.st_size);
}

napi_value close_fd(napi_env env, napi_callback_info info) {
    int descriptor;
    if (!take_arena(env, info, &descriptor)) return NULL;
    /* Never again where it fails: the descriptor is gone also then, and its number may be another thread's by now. */
    close(descriptor);
    return NULL;
}
