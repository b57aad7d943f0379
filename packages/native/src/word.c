#include "word.h"

#include <stddef.h>

#include "checks.h"
#include "failures.h"
#include "mapping.h"

bool take_word(napi_env env, napi_value words, napi_value index, int32_t **word) {
    bool typed;
    if (!went_well(env, napi_is_typedarray(env, words, &typed))) return false;
    napi_typedarray_type type = napi_uint8_array;
    size_t length = 0;
    void *data = NULL;
    napi_value buffer = NULL;
    if (typed && !went_well(env, napi_get_typedarray_info(env, words, &type, &length, &data, &buffer, NULL))) {
        return false;
    }
    if (!typed || type != napi_int32_array) {
        refuse_type(env, "words is an Int32Array");
        return false;
    }
    bool detached;
    if (!went_well(env, napi_is_detached_arraybuffer(env, buffer, &detached))) return false;
    if (detached) {
        refuse(env, "ERR_MANYCORE_DETACHED", "the buffer of words is detached");
        return false;
    }
    if (length == 0) {
        refuse_range(env, "words is empty");
        return false;
    }
    double place;
    if (!take_whole(env, index, "index", 0, (double)(length - 1), &place)) return false;
    int32_t *found = (int32_t *)data + (size_t)place;
    /* The address is asked, not the object: whatever the array went through, it lies on shared pages or it does not. */
    if ((uintptr_t)found % sizeof *found != 0 || !mapping_covers(found, sizeof *found)) {
        refuse(env, "ERR_MANYCORE_NOT_SHARED",
               "words is not on shared pages: an Int32Array over a buffer of createArena, openArena, createNamed or "
               "openNamed is");
        return false;
    }
    *word = found;
    return true;
}
