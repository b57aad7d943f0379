#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum tie tie_to_parent(pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1) return TIE_FAILED;
    /* After it: a parent that died before was not signalled, one that dies from now on is. */
    if (getppid() == parent) return TIED;
    prctl(PR_SET_PDEATHSIG, 0);
    return PARENT_GONE;
}

/* /proc/<pid>/stat: "pid (name) state ppid …"; the name may hold anything, so that all counts from the last parenthesis. */
static double read_start(const char *line) {
    const char *field = strrchr(line, ')');
    if (field == NULL || field[1] != ' ') return 0;
    field += 2;
    /* Dead, and not yet waited for by its parent. */
    if (strchr("ZXx", *field) != NULL) return 0;
    /* The state is the third field; the start, in ticks since the machine's, is the 22nd. */
    for (int number = 3; number < 22; number++) {
        field = strchr(field, ' ');
        if (field == NULL) return 0;
        field++;
    }
    /* One more: the machine's first process may have started at 0. */
    return (double)strtoull(field, NULL, 10) + 1;
}

double start_of(pid_t pid) {
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor == -1) {
        int error = errno;
        if (error == ENOENT && kill(pid, 0) == -1 && errno == ESRCH) return 0;
        /* It lives, and /proc does not show it. */
        errno = error;
        return -1;
    }
    char line[1024];
    ssize_t length;
    do {
        length = read(descriptor, line, sizeof line - 1);
    } while (length == -1 && errno == EINTR);
    int error = errno;
    close(descriptor);
    if (length <= 0) {
        /* It ended between the two calls. */
        if (length == 0 || error == ESRCH) return 0;
        errno = error;
        return -1;
    }
    line[length] = '\0';
    return read_start(line);
}
