/* Attack: a user namespace within gives a process all capabilities over a copy of the mount tree, where masks can be
 * undone, and opens the kernel's largest attack surface. The filter refuses the calls; this makes the kernel refuse
 * them too, for profiles whose filter is wider. Where /proc/sys is not writable (a container) the filter stands alone,
 * which is what the plan relies on: so no failure. */
#include "init.h"

#include "system_call.h"

#define LIMIT "user/max_user_namespaces" /* of the user namespace of whoever opens it */

/* The first who looks makes the kernel make up all of a new user namespace's: the helper, while there is the host's /proc. */
static struct sysctls found;

long find_sysctls(void) {
    found = (struct sysctls){-1, -1};
    const long folder =
        system_call(SYS_openat, AT_FDCWD, (long)"/proc/sys", O_PATH | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
    if (folder < 0) return 0;
    const long file = system_call(SYS_openat, folder, (long)LIMIT, O_WRONLY | O_CLOEXEC, 0, 0, 0);
    found = (struct sysctls){(int)folder, file < 0 ? -1 : (int)file};
    return 0;
}

void open_sysctls(struct sysctls *sysctls) {
    *sysctls = await_help(HELP_SYSCTLS) == 0 ? found : (struct sysctls){-1, -1};
}

static void forget(int *file) {
    if (*file >= 0) (void)close(*file);
    *file = -1;
}

static void refuse(int file) {
    if (file >= 0 && write(file, "0", 1) != 1) { /* see above */
    }
}

void step_no_user_namespaces(struct sysctls *sysctls, int is_template) {
    if (!is_template) refuse(sysctls->user_namespaces);
    forget(&sysctls->user_namespaces);
    if (!is_template) forget(&sysctls->folder);
}

void step_no_user_namespaces_in_slot(struct sysctls *sysctls) {
    if (sysctls->folder >= 0) sysctls->user_namespaces = openat(sysctls->folder, LIMIT, O_WRONLY | O_CLOEXEC);
    step_no_user_namespaces(sysctls, 0);
}
