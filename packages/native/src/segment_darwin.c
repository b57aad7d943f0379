/* Not tested: there was no macOS machine to run it on. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "segment.h"

/* shm_open sets FD_CLOEXEC by itself. ftruncate works once for each object, and rounds up to whole pages. */
static int create_sized(const char *name, size_t size) {
    int descriptor = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
    if (descriptor == -1) return -1;
    if (ftruncate(descriptor, (off_t)size) == 0) return descriptor;
    int error = errno;
    close(descriptor);
    shm_unlink(name);
    errno = error;
    return -1;
}

int segment_create(size_t size) {
    for (;;) {
        char name[32];
        snprintf(name, sizeof name, "/manycore-%08x%08x", arc4random(), arc4random());
        int descriptor = create_sized(name, size);
        if (descriptor == -1 && errno == EEXIST) continue;
        if (descriptor != -1) shm_unlink(name);
        return descriptor;
    }
}

/* A shared memory object is of no kind of file at all. */
bool segment_is(int descriptor) {
    struct stat facts;
    return fstat(descriptor, &facts) == 0 && (facts.st_mode & S_IFMT) == 0;
}

int segment_create_named(const char *name, size_t size) {
    return create_sized(name, size);
}
