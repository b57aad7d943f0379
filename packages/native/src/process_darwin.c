/* Not tested: there was no macOS machine to run it on. */
#include "process.h"

#include <errno.h>
#include <stddef.h>
#include <sys/sysctl.h>

enum tie tie_to_parent(pid_t parent) {
    (void)parent;
    return TIE_UNSUPPORTED;
}

double start_of(pid_t pid) {
    int name[] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, (int)pid};
    struct kinfo_proc facts;
    size_t size = sizeof facts;
    if (sysctl(name, sizeof name / sizeof *name, &facts, &size, NULL, 0) == -1) return errno == ESRCH ? 0 : -1;
    if (size == 0 || facts.kp_proc.p_stat == SZOMB) return 0;
    return (double)facts.kp_proc.p_starttime.tv_sec * 1e6 + (double)facts.kp_proc.p_starttime.tv_usec;
}
