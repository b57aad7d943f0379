#include "buffer.h"

#include <errno.h>

#include "failures.h"
#include "mapping.h"

/* Collected, or the environment ends: then Node gives all memory back, before it runs any clean-up hook. */
static void given_back(napi_env env, void *data, void *mapping) {
    (void)env;
    (void)data;
    mapping_release(mapping);
}

static napi_value refuse_transfer(napi_env env, napi_callback_info info) {
    (void)info;
    refuse(env, "ERR_MANYCORE_NOT_TRANSFERABLE",
           "shared pages stay in the buffer that they were mapped in; another thread opens the arena or the name itself");
    return NULL;
}

/*
 * Node does not send these buffers to other threads. What ArrayBuffer.prototype.transfer() makes of one it would send, and
 * that thread would read unmapped pages when this one ends.
 */
static bool pin(napi_env env, napi_value buffer) {
    const napi_property_descriptor methods[] = {
        {.utf8name = "transfer", .method = refuse_transfer, .attributes = napi_default},
        {.utf8name = "transferToFixedLength", .method = refuse_transfer, .attributes = napi_default},
    };
    return went_well(env, napi_define_properties(env, buffer, sizeof methods / sizeof *methods, methods));
}

napi_value map_buffer(napi_env env, int descriptor, size_t size) {
    struct mapping *mapping = mapping_make(descriptor, size);
    if (mapping == NULL) {
        fail_system(env, errno, "%zu bytes of shared memory cannot be mapped", size);
        return NULL;
    }
    napi_value buffer;
    napi_status status =
        napi_create_external_arraybuffer(env, mapping_base(mapping), size, given_back, mapping, &buffer);
    if (status == napi_no_external_buffers_allowed) {
        mapping_release(mapping);
        refuse(env, "ERR_MANYCORE_NO_EXTERNAL_BUFFERS",
               "this runtime allows no ArrayBuffer over memory that is not its own (Electron does not): "
               "processes cannot share memory here");
        return NULL;
    }
    /* Otherwise larger than this Node's largest buffer: it is given back by itself, now or in the next turn. */
    return went_well(env, status) && pin(env, buffer) ? buffer : NULL;
}
