#ifndef MANYCORE_PROCESS_H
#define MANYCORE_PROCESS_H

#include <sys/types.h>

enum tie { TIED, PARENT_GONE, TIE_UNSUPPORTED, TIE_FAILED };

/* Has the kernel kill this process when its parent, which was `parent`, ends. TIE_FAILED: errno says why. */
enum tie tie_to_parent(pid_t parent);

/* A number that a process keeps for its life and that no other with its pid has; 0 where none lives; -1 and errno. */
double start_of(pid_t pid);

#endif
