#ifndef MANYCORE_SEGMENT_H
#define MANYCORE_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>

/* Memory objects of the kernel, each system's own way. Descriptors are closed on exec; -1 and errno where it fails. */

/* Anonymous and sparse: the kernel frees it with the last process that has it open or mapped. */
int segment_create(size_t size);
/* Whether a descriptor is one of segment_create's; errno is EBADF where it is not even open. */
bool segment_is(int descriptor);
/* Makes a new named object as large as said. Where it fails, the name is as free as it was. */
int segment_create_named(const char *name, size_t size);

#endif
