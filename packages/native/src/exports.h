#ifndef MANYCORE_EXPORTS_H
#define MANYCORE_EXPORTS_H

#include <node_api.h>

/* What index.d.ts describes. */

/* arena.c */
napi_value create_arena(napi_env env, napi_callback_info info);
napi_value open_arena(napi_env env, napi_callback_info info);
napi_value close_fd(napi_env env, napi_callback_info info);

/* named.c */
napi_value create_named(napi_env env, napi_callback_info info);
napi_value open_named(napi_env env, napi_callback_info info);
napi_value unlink_named(napi_env env, napi_callback_info info);

/* wait.c */
napi_value wait_on_word(napi_env env, napi_callback_info info);
napi_value wake_word(napi_env env, napi_callback_info info);

/* watch.c */
napi_value watch_word(napi_env env, napi_callback_info info);

/* process.c */
napi_value die_with_parent(napi_env env, napi_callback_info info);
napi_value process_start(napi_env env, napi_callback_info info);

#ifdef MANYCORE_CANARY
/* canary.c */
napi_value canary(napi_env env, napi_callback_info info);
#endif

#endif
