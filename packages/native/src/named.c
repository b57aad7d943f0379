#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "checks.h"
#include "exports.h"
#include "failures.h"
#include "segment.h"

#ifdef __APPLE__
enum { LONGEST_NAME = 31 };
#else
enum { LONGEST_NAME = 255 };
#endif

struct name {
    /* The slash, the name, and the NUL. */
    char text[LONGEST_NAME + 2];
};

/* POSIX: a slash, then no further one. The caller may leave the first out. */
static bool take_name(napi_env env, napi_value value, struct name *name) {
    napi_valuetype type;
    if (!went_well(env, napi_typeof(env, value, &type))) return false;
    if (type != napi_string) {
        refuse_type(env, "name is a string");
        return false;
    }
    /* Four bytes more than the longest name and its slash: a character that would be cut is still seen to be too much. */
    char given[LONGEST_NAME + 6];
    size_t length;
    if (!went_well(env, napi_get_value_string_utf8(env, value, given, sizeof given, &length))) return false;
    const char *bare = given[0] == '/' ? given + 1 : given;
    size_t bare_length = length - (size_t)(bare - given);
    /* On macOS the slash counts too. */
    if (bare_length + 1 > LONGEST_NAME) {
        refuse_range(env, "name has %d bytes at most with its slash", LONGEST_NAME);
        return false;
    }
    if (bare_length == 0 || memchr(bare, 0, bare_length) != NULL || memchr(bare, '/', bare_length) != NULL ||
        strcmp(bare, ".") == 0 || strcmp(bare, "..") == 0) {
        refuse(env, "ERR_INVALID_ARG_VALUE",
               "name is one word of a path, such as \"my-segment\": not empty, no slash but the first, no NUL, "
               "neither \".\" nor \"..\"");
        return false;
    }
    name->text[0] = '/';
    memcpy(name->text + 1, bare, bare_length + 1);
    return true;
}

napi_value create_named(napi_env env, napi_callback_info info) {
    napi_value arguments[2];
    struct name name;
    size_t size;
    if (!take_arguments(env, info, 2, arguments) || !take_name(env, arguments[0], &name) ||
        !take_size(env, arguments[1], "bytes", &size)) {
        return NULL;
    }
    int descriptor = segment_create_named(name.text, size);
    if (descriptor == -1) {
        fail_system(env, errno, "a segment \"%s\" of %zu bytes cannot be made", name.text, size);
        return NULL;
    }
    napi_value buffer = map_buffer(env, descriptor, size);
    close(descriptor);
    if (buffer == NULL) shm_unlink(name.text);
    return buffer;
}

napi_value open_named(napi_env env, napi_callback_info info) {
    napi_value argument;
    struct name name;
    if (!take_arguments(env, info, 1, &argument) || !take_name(env, argument, &name)) return NULL;
    int descriptor = shm_open(name.text, O_RDWR | O_CLOEXEC, 0);
    struct stat facts;
    if (descriptor == -1 || fstat(descriptor, &facts) == -1) {
        fail_system(env, errno, "the segment \"%s\" cannot be opened", name.text);
        if (descriptor != -1) close(descriptor);
        return NULL;
    }
    napi_value buffer = NULL;
    if (facts.st_size > 0) {
        buffer = map_buffer(env, descriptor, (size_t)facts.st_size);
    } else {
        /* Its creator is between shm_open and ftruncate. */
        fail_system(env, EAGAIN, "the segment \"%s\" has no size yet; open it again", name.text);
    }
    close(descriptor);
    return buffer;
}

napi_value unlink_named(napi_env env, napi_callback_info info) {
    napi_value argument;
    struct name name;
    if (!take_arguments(env, info, 1, &argument) || !take_name(env, argument, &name)) return NULL;
    bool unlinked = shm_unlink(name.text) == 0;
    if (!unlinked && errno != ENOENT) {
        fail_system(env, errno, "the segment \"%s\" cannot be unlinked", name.text);
        return NULL;
    }
    napi_value result;
    return went_well(env, napi_get_boolean(env, unlinked, &result)) ? result : NULL;
}
