/*
 * Not tested: there was no macOS machine to run it on.
 *
 * os_sync_wait_on_address is there from macOS 14.4 on; before that the same kernel call has a private name, which libc++ and
 * others use too.
 */
#include "futex.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>

#if __has_include(<os/os_sync_wait_on_address.h>)
#include <os/clock.h>
#include <os/os_sync_wait_on_address.h>
#define HAS_OS_SYNC 1
#endif

extern int __ulock_wait(uint32_t operation, void *address, uint64_t value, uint32_t microseconds);
extern int __ulock_wake(uint32_t operation, void *address, uint64_t value);

enum { COMPARE_AND_WAIT_SHARED = 3 };

/* An hour: the older call takes its time in 32 bits. A wait that ends early is WAIT_OK, and is begun again. */
static const double longest = 3600e3;

static int wait_once(int32_t *word, int32_t expected, double milliseconds) {
#ifdef HAS_OS_SYNC
    if (__builtin_available(macOS 14.4, *)) {
        if (isinf(milliseconds)) {
            return os_sync_wait_on_address(word, (uint32_t)expected, sizeof *word, OS_SYNC_WAIT_ON_ADDRESS_SHARED);
        }
        /* Zero is refused. */
        uint64_t nanoseconds = milliseconds * 1e6 < 1 ? 1 : (uint64_t)(milliseconds * 1e6);
        return os_sync_wait_on_address_with_timeout(word, (uint32_t)expected, sizeof *word,
                                                    OS_SYNC_WAIT_ON_ADDRESS_SHARED, OS_CLOCK_MACH_ABSOLUTE_TIME,
                                                    nanoseconds);
    }
#endif
    /* Zero is without limit. */
    double microseconds = isinf(milliseconds) ? 0 : ceil(fmax(milliseconds * 1e3, 1));
    return __ulock_wait(COMPARE_AND_WAIT_SHARED, word, (uint32_t)expected, (uint32_t)microseconds);
}

enum wait futex_wait(int32_t *word, int32_t expected, double milliseconds) {
    if (__atomic_load_n(word, __ATOMIC_SEQ_CST) != expected) return WAIT_NOT_EQUAL;
    double bounded = isinf(milliseconds) || milliseconds < longest ? milliseconds : longest;
    if (wait_once(word, expected, bounded) >= 0) return WAIT_OK;
    if (errno == ETIMEDOUT) return bounded < milliseconds ? WAIT_OK : WAIT_TIMED_OUT;
    return errno == EINTR || errno == EFAULT ? WAIT_OK : WAIT_FAILED;
}

static int wake_one(int32_t *word) {
#ifdef HAS_OS_SYNC
    if (__builtin_available(macOS 14.4, *)) {
        return os_sync_wake_by_address_any(word, sizeof *word, OS_SYNC_WAKE_BY_ADDRESS_SHARED);
    }
#endif
    return __ulock_wake(COMPARE_AND_WAIT_SHARED, word, 0);
}

/* One by one: waking all does not say how many they were. */
int futex_wake(int32_t *word, int most) {
    int woken = 0;
    while (woken < most) {
        if (wake_one(word) >= 0) {
            woken++;
        } else if (errno == ENOENT) {
            break;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return woken;
}
