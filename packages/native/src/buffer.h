#ifndef MANYCORE_BUFFER_H
#define MANYCORE_BUFFER_H

#include <node_api.h>
#include <stddef.h>

/* Maps `size` bytes of a descriptor, which stays the caller's, as an ArrayBuffer; NULL with the exception pending. */
napi_value map_buffer(napi_env env, int descriptor, size_t size);

#endif
