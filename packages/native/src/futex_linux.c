#include "futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <math.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As SYS_futex takes it on every architecture, whatever the C library's time_t. */
struct kernel_time {
    long seconds;
    long nanoseconds;
};

/* Thirty years: fits a long of 32 bits. */
static const double longest = 1e12;

enum wait futex_wait(int32_t *word, int32_t expected, double milliseconds) {
    struct kernel_time time;
    struct kernel_time *limit = NULL;
    if (!isinf(milliseconds)) {
        double bounded = milliseconds < longest ? milliseconds : longest;
        double seconds = floor(bounded / 1000);
        time.seconds = (long)seconds;
        time.nanoseconds = (long)((bounded - seconds * 1000) * 1e6);
        limit = &time;
    }
    if (syscall(SYS_futex, word, FUTEX_WAIT, expected, limit, NULL, 0) == 0) return WAIT_OK;
    switch (errno) {
        case EINTR:
            return WAIT_OK;
        case EAGAIN:
            return WAIT_NOT_EQUAL;
        case ETIMEDOUT:
            return WAIT_TIMED_OUT;
        default:
            return WAIT_FAILED;
    }
}

int futex_wake(int32_t *word, int most) {
    /* The kernel wakes one even where it is asked for none. */
    return most == 0 ? 0 : (int)syscall(SYS_futex, word, FUTEX_WAKE, most, NULL, NULL, 0);
}
