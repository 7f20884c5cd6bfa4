/* Attack: a user namespace within gives a process all capabilities over a copy of the mount tree, where masks can be
 * undone, and opens the kernel's largest attack surface. The filter refuses the calls; this makes the kernel refuse
 * them too, for profiles whose filter is wider. Where /proc/sys is not writable (a container) the filter stands alone,
 * which is what the plan relies on: so no failure. */
#include "init.h"

void step_no_user_namespaces(void) {
    int file = open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    if (write(file, "0", 1) != 1) { /* see above */
    }
    (void)close(file);
}
