#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "checks.h"
#include "exports.h"
#include "failures.h"
#include "mapping.h"
#include "sentry.h"
#include "word.h"

/*
 * A sentry whose reports come into the event loop through a threadsafe function. All of it but `report` runs in the thread of
 * the environment.
 *
 * It is open until `close()` or the environment's end, also when nobody holds its object any more; the memory is freed when
 * both the object and the threadsafe function are gone.
 */
struct watch {
    napi_threadsafe_function channel;
    struct mapping *mapping;
    /* NULL once it is closed. */
    struct sentry *sentry;
    int owners;
};

static const napi_type_tag tag = {0x6d616e79636f7265, 0x7761746368000001};

static void disown(struct watch *watch) {
    if (--watch->owners == 0) free(watch);
}

static void close_watch(void *argument) {
    struct watch *watch = argument;
    if (watch->sentry == NULL) return;
    sentry_dismiss(watch->sentry);
    watch->sentry = NULL;
    mapping_release(watch->mapping);
    napi_release_threadsafe_function(watch->channel, napi_tsfn_abort);
}

/* In the sentry's thread. A closing channel does not take it, and nobody waits for it then. */
static void report(void *argument) {
    struct watch *watch = argument;
    napi_call_threadsafe_function(watch->channel, NULL, napi_tsfn_nonblocking);
}

static void tell(napi_env env, napi_value on_change, void *context, void *data) {
    (void)data;
    /* The environment ends, or the channel was closed with this in it: the watch may be freed by now. */
    if (env == NULL) return;
    struct watch *watch = context;
    if (watch->sentry == NULL) return;
    sentry_answer(watch->sentry);
    napi_value undefined;
    if (napi_get_undefined(env, &undefined) != napi_ok) return;
    if (napi_call_function(env, undefined, on_change, 0, NULL, NULL) != napi_pending_exception) return;
    /* An uncaught exception like any listener's; Node-API alone would make a warning of it. */
    napi_value thrown;
    if (napi_get_and_clear_last_exception(env, &thrown) == napi_ok) napi_fatal_exception(env, thrown);
}

static void channel_gone(napi_env env, void *data, void *hint) {
    (void)env;
    (void)hint;
    disown(data);
}

static void object_gone(napi_env env, void *data, void *hint) {
    (void)env;
    (void)hint;
    disown(data);
}

static struct watch *this_watch(napi_env env, napi_callback_info info) {
    napi_value object;
    size_t none = 0;
    if (!went_well(env, napi_get_cb_info(env, info, &none, NULL, &object, NULL))) return NULL;
    napi_valuetype type;
    if (!went_well(env, napi_typeof(env, object, &type))) return NULL;
    bool tagged = false;
    if (type == napi_object && !went_well(env, napi_check_object_type_tag(env, object, &tag, &tagged))) return NULL;
    if (!tagged) {
        refuse_type(env, "this is not a watch: call it as watch.ref(), watch.unref() or watch.close()");
        return NULL;
    }
    void *watch = NULL;
    return went_well(env, napi_unwrap(env, object, &watch)) ? watch : NULL;
}

static napi_value ref_it(napi_env env, napi_callback_info info) {
    struct watch *watch = this_watch(env, info);
    if (watch != NULL && watch->sentry != NULL) went_well(env, napi_ref_threadsafe_function(env, watch->channel));
    return NULL;
}

static napi_value unref_it(napi_env env, napi_callback_info info) {
    struct watch *watch = this_watch(env, info);
    if (watch != NULL && watch->sentry != NULL) went_well(env, napi_unref_threadsafe_function(env, watch->channel));
    return NULL;
}

static napi_value close_it(napi_env env, napi_callback_info info) {
    struct watch *watch = this_watch(env, info);
    if (watch == NULL || watch->sentry == NULL) return NULL;
    napi_remove_env_cleanup_hook(env, close_watch, watch);
    close_watch(watch);
    return NULL;
}

static bool make_object(napi_env env, napi_value *object) {
    const napi_property_descriptor methods[] = {
        {.utf8name = "ref", .method = ref_it, .attributes = napi_default},
        {.utf8name = "unref", .method = unref_it, .attributes = napi_default},
        {.utf8name = "close", .method = close_it, .attributes = napi_default},
    };
    return went_well(env, napi_create_object(env, object)) &&
           went_well(env, napi_define_properties(env, *object, sizeof methods / sizeof *methods, methods)) &&
           went_well(env, napi_type_tag_object(env, *object, &tag));
}

/* The channel to the event loop; from here on the watch is owned by it. */
static bool make_channel(napi_env env, napi_value on_change, struct watch *watch) {
    napi_value name;
    if (!went_well(env, napi_create_string_latin1(env, "manycore.watch", NAPI_AUTO_LENGTH, &name)) ||
        !went_well(env, napi_create_threadsafe_function(env, on_change, NULL, name, 0, 1, watch, channel_gone, watch,
                                                        tell, &watch->channel))) {
        return false;
    }
    watch->owners++;
    return true;
}

/* The channel's own clean-up hook was added before ours, and hooks run last first: the thread is joined before it closes. */
static bool post(napi_env env, int32_t *word, struct watch *watch) {
    if (!went_well(env, napi_unref_threadsafe_function(env, watch->channel))) return false;
    watch->mapping = mapping_hold(word, sizeof *word);
    watch->sentry = sentry_post(word, report, watch);
    if (watch->sentry == NULL) {
        int error = errno;
        mapping_release(watch->mapping);
        fail_system(env, error, "no native thread can wait on this word");
        return false;
    }
    if (went_well(env, napi_add_env_cleanup_hook(env, close_watch, watch))) return true;
    sentry_dismiss(watch->sentry);
    watch->sentry = NULL;
    mapping_release(watch->mapping);
    return false;
}

napi_value watch_word(napi_env env, napi_callback_info info) {
    napi_value arguments[3];
    int32_t *word;
    napi_value object;
    if (!take_arguments(env, info, 3, arguments) || !take_word(env, arguments[0], arguments[1], &word) ||
        !take_function(env, arguments[2], "onChange") || !make_object(env, &object)) {
        return NULL;
    }
    struct watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) {
        fail_system(env, ENOMEM, "a watch cannot be made");
        return NULL;
    }
    watch->owners = 1;
    if (!went_well(env, napi_wrap(env, object, watch, object_gone, NULL, NULL))) {
        free(watch);
        return NULL;
    }
    /* From here on the object frees it. */
    if (!make_channel(env, arguments[2], watch)) return NULL;
    if (post(env, word, watch)) return object;
    napi_release_threadsafe_function(watch->channel, napi_tsfn_abort);
    return NULL;
}
