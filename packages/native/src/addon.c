#include "exports.h"
#include "failures.h"

/*
 * Loaded once for each environment: the main thread and every worker thread that asks. What the process has once is the list
 * of mappings (mapping.c), behind a lock; everything else belongs to a call or to a watch.
 */
NAPI_MODULE_INIT() {
    static const struct {
        const char *name;
        napi_callback call;
    } functions[] = {
        {"createArena", create_arena},
        {"openArena", open_arena},
        {"closeFd", close_fd},
        {"createNamed", create_named},
        {"openNamed", open_named},
        {"unlinkNamed", unlink_named},
        {"futexWait", wait_on_word},
        {"futexWake", wake_word},
        {"watch", watch_word},
        {"dieWithParent", die_with_parent},
        {"processStart", process_start},
#ifdef MANYCORE_CANARY
        {"canary", canary},
#endif
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        napi_value function;
        if (!went_well(env, napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, NULL,
                                                 &function)) ||
            !went_well(env, napi_set_named_property(env, exports, functions[i].name, function))) {
            return NULL;
        }
    }
    return exports;
}
