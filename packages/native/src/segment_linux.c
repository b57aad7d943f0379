#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "segment.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* A sealed size: a process that made it smaller would kill the others with SIGBUS. */
static const int seals = F_SEAL_SHRINK | F_SEAL_GROW;

int segment_create(size_t size) {
    const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int descriptor = memfd_create("manycore", flags | MFD_NOEXEC_SEAL);
    /* Kernels before 6.3 do not know it; some newer ones are set up to refuse a memfd without it. */
    if (descriptor == -1 && errno == EINVAL) descriptor = memfd_create("manycore", flags);
    if (descriptor == -1) return -1;
    if (ftruncate(descriptor, (off_t)size) == 0 && fcntl(descriptor, F_ADD_SEALS, seals | F_SEAL_SEAL) == 0) {
        return descriptor;
    }
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

bool segment_is(int descriptor) {
    int found = fcntl(descriptor, F_GET_SEALS);
    return found != -1 && (found & seals) == seals;
}

int segment_create_named(const char *name, size_t size) {
    int descriptor = shm_open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor == -1) return -1;
    int error = 0;
    if (ftruncate(descriptor, (off_t)size) == -1) {
        error = errno;
    } else {
        /* Its pages now: where /dev/shm is full (64 MB in a container), that is ENOSPC here and not SIGBUS later. */
        do {
            error = posix_fallocate(descriptor, 0, (off_t)size);
        } while (error == EINTR);
    }
    if (error == 0) return descriptor;
    close(descriptor);
    shm_unlink(name);
    errno = error;
    return -1;
}
