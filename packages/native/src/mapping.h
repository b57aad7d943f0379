#ifndef MANYCORE_MAPPING_H
#define MANYCORE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Shared pages of this process, all threads' together. A mapping is held by its ArrayBuffer and by every watch on it, and is
 * unmapped by the last that lets go: a buffer may be collected, or detached, while a native thread waits on its words.
 *
 * The list of them also tells which memory can be waited on: a plain Int32Array lies outside them all.
 */
struct mapping;

/* Maps `size` bytes of a descriptor, which stays the caller's, and holds them; NULL and errno. */
struct mapping *mapping_make(int descriptor, size_t size);
void *mapping_base(const struct mapping *mapping);

/* Whether these bytes are shared pages. For a caller that has an array over them, which keeps them mapped. */
bool mapping_covers(const void *address, size_t size);

/* The same, and holds the mapping; NULL where there is none. */
struct mapping *mapping_hold(const void *address, size_t size);
void mapping_release(struct mapping *mapping);

#endif
