#include "sentry.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "futex.h"

struct sentry {
    int32_t *word;
    void (*report)(void *);
    void *data;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t answered;
    /* Under the lock. */
    int32_t seen;
    bool reported;
    bool dismissed;
    /* Atomic: the thread touches the word no more. */
    bool over;
};

static int32_t look(const int32_t *word) {
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

/* True where the word differs from what was last seen. */
static bool wait_for_change(struct sentry *sentry, int32_t seen) {
    futex_wait(sentry->word, seen, INFINITY);
    return look(sentry->word) != seen;
}

static void *stand(void *argument) {
    struct sentry *sentry = argument;
#ifdef __APPLE__
    pthread_setname_np("manycore-watch");
#else
    pthread_setname_np(pthread_self(), "manycore-watch");
#endif
    pthread_mutex_lock(&sentry->lock);
    while (!sentry->dismissed) {
        if (sentry->reported) {
            pthread_cond_wait(&sentry->answered, &sentry->lock);
            continue;
        }
        int32_t seen = sentry->seen;
        pthread_mutex_unlock(&sentry->lock);
        bool changed = wait_for_change(sentry, seen);
        pthread_mutex_lock(&sentry->lock);
        if (changed && !sentry->dismissed) {
            sentry->reported = true;
            pthread_mutex_unlock(&sentry->lock);
            sentry->report(sentry->data);
            pthread_mutex_lock(&sentry->lock);
        }
    }
    pthread_mutex_unlock(&sentry->lock);
    __atomic_store_n(&sentry->over, true, __ATOMIC_RELEASE);
    return NULL;
}

/* With a small stack, as it holds a futex and little else, and with every signal blocked: they are for the others. */
static int start(struct sentry *sentry) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error != 0) return error;
    pthread_attr_setstacksize(&attributes, 256 * 1024);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&sentry->thread, &attributes, stand, sentry);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

struct sentry *sentry_post(int32_t *word, void (*report)(void *), void *data) {
    /* Where this cannot wait, the thread would spin. */
    if (futex_wait(word, look(word), 0) == WAIT_FAILED) return NULL;
    struct sentry *sentry = malloc(sizeof *sentry);
    if (sentry == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    /* Looked at here, not in the thread: a change between this call and the thread's start is one. */
    *sentry = (struct sentry){.word = word, .report = report, .data = data, .seen = look(word)};
    pthread_mutex_init(&sentry->lock, NULL);
    pthread_cond_init(&sentry->answered, NULL);
    int error = start(sentry);
    if (error == 0) return sentry;
    pthread_cond_destroy(&sentry->answered);
    pthread_mutex_destroy(&sentry->lock);
    free(sentry);
    errno = error;
    return NULL;
}

void sentry_answer(struct sentry *sentry) {
    pthread_mutex_lock(&sentry->lock);
    sentry->seen = look(sentry->word);
    sentry->reported = false;
    pthread_cond_signal(&sentry->answered);
    pthread_mutex_unlock(&sentry->lock);
}

void sentry_dismiss(struct sentry *sentry) {
    pthread_mutex_lock(&sentry->lock);
    sentry->dismissed = true;
    pthread_cond_signal(&sentry->answered);
    pthread_mutex_unlock(&sentry->lock);
    /*
     * Everyone who waits on the word is woken, in other processes too: they look and wait again. More than once, for the
     * thread may have found itself not dismissed and not yet be waiting; a word of its own beside the first would need a
     * kernel of 2022 and a container that allows the call.
     */
    const struct timespec pause = {.tv_nsec = 50 * 1000};
    while (!__atomic_load_n(&sentry->over, __ATOMIC_ACQUIRE)) {
        futex_wake(sentry->word, INT_MAX);
        nanosleep(&pause, NULL);
    }
    pthread_join(sentry->thread, NULL);
    pthread_cond_destroy(&sentry->answered);
    pthread_mutex_destroy(&sentry->lock);
    free(sentry);
}
