#include "mapping.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct mapping {
    char *base;
    size_t size;
    size_t holders;
};

/* By address. One list for all environments of the process: worker threads share the addon's memory. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct mapping **list;
static size_t count;
static size_t room;

/* The place of the first mapping that begins after `address`. */
static size_t place_after(const char *address) {
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((uintptr_t)list[middle]->base <= (uintptr_t)address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct mapping *find(const void *address, size_t size) {
    size_t place = place_after(address);
    if (place == 0) return NULL;
    struct mapping *each = list[place - 1];
    size_t offset = (size_t)((uintptr_t)address - (uintptr_t)each->base);
    return offset <= each->size && size <= each->size - offset ? each : NULL;
}

/* False where there is no memory for it. */
static bool enter(struct mapping *mapping) {
    pthread_mutex_lock(&lock);
    if (count == room) {
        size_t larger = room == 0 ? 8 : room * 2;
        struct mapping **grown = realloc(list, larger * sizeof *list);
        if (grown == NULL) {
            pthread_mutex_unlock(&lock);
            return false;
        }
        list = grown;
        room = larger;
    }
    size_t place = place_after(mapping->base);
    memmove(list + place + 1, list + place, (count - place) * sizeof *list);
    list[place] = mapping;
    count++;
    pthread_mutex_unlock(&lock);
    return true;
}

void mapping_release(struct mapping *mapping) {
    pthread_mutex_lock(&lock);
    bool last = --mapping->holders == 0;
    if (last) {
        size_t place = place_after(mapping->base) - 1;
        count--;
        memmove(list + place, list + place + 1, (count - place) * sizeof *list);
        /* The addon may be unloaded with the worker thread that loaded it. */
        if (count == 0) {
            free(list);
            list = NULL;
            room = 0;
        }
    }
    pthread_mutex_unlock(&lock);
    if (!last) return;
    /* After it left the list: the kernel may give the same addresses to the next mapping at once. */
    munmap(mapping->base, mapping->size);
    free(mapping);
}

void *mapping_base(const struct mapping *mapping) {
    return mapping->base;
}

bool mapping_covers(const void *address, size_t size) {
    pthread_mutex_lock(&lock);
    bool covered = find(address, size) != NULL;
    pthread_mutex_unlock(&lock);
    return covered;
}

struct mapping *mapping_hold(const void *address, size_t size) {
    pthread_mutex_lock(&lock);
    struct mapping *mapping = find(address, size);
    if (mapping != NULL) mapping->holders++;
    pthread_mutex_unlock(&lock);
    return mapping;
}

struct mapping *mapping_make(int descriptor, size_t size) {
    struct mapping *mapping = malloc(sizeof *mapping);
    if (mapping == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (base == MAP_FAILED) {
        int error = errno;
        free(mapping);
        errno = error;
        return NULL;
    }
    *mapping = (struct mapping){.base = base, .size = size, .holders = 1};
    if (enter(mapping)) return mapping;
    munmap(base, size);
    free(mapping);
    errno = ENOMEM;
    return NULL;
}
