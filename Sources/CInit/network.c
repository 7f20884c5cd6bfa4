/* The network namespace is empty but for lo. Attack: host services that trust loopback are on another loopback.
 *
 * Making one takes the kernel as long as all the rest of the view together. So a helper makes it beside inner, which
 * builds the view meanwhile and joins the namespace at the end. The helper shares inner's memory and descriptors; it
 * runs no code but this function, and not even errno is touched by both. */
#include "init.h"

#include "system_call.h"

#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define GET_NAMESPACE 0x894cl /* SIOCGSKNS: a descriptor of the namespace that a socket is in */

static char stack[4096] __attribute__((aligned(16)));
static struct {
    int loopback;         /* in: bring lo up */
    long namespace;       /* out: descriptor, or an errno negated */
    enum plan_step where; /* out: of the failure */
} work;

static long call3(long number, long a, long b, long c) { return system_call(number, a, b, c, 0, 0, 0); }

static long bring_up(long socket_fd) {
    struct ifreq request = {.ifr_name = "lo"};
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    return call3(SYS_ioctl, socket_fd, SIOCSIFFLAGS, (long)&request);
}

static int make_namespace(void *unused) {
    (void)unused;
    work.where = STEP_NAMESPACES;
    work.namespace = call3(SYS_unshare, CLONE_NEWNET, 0, 0);
    if (work.namespace < 0) return 0;
    long socket_fd = call3(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    work.namespace = socket_fd;
    if (socket_fd < 0) return 0;
    if (work.loopback) {
        work.where = STEP_LOOPBACK;
        work.namespace = bring_up(socket_fd);
    }
    if (work.namespace >= 0) work.namespace = call3(SYS_ioctl, socket_fd, GET_NAMESPACE, 0);
    (void)call3(SYS_close, socket_fd, 0, 0);
    return 0;
}

int begin_network(const struct view_plan *view, int *helper, struct report *report) {
    work.loopback = (view->flags & VIEW_LOOPBACK) != 0;
    *helper = clone(make_namespace, stack + sizeof stack, CLONE_VM | CLONE_FILES | SIGCHLD, NULL);
    return *helper < 0 ? failed(report, STEP_NAMESPACES, -1) : 0;
}

int step_network(int helper, struct report *report) {
    int status;
    pid_t reaped;
    do {
        reaped = waitpid(helper, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    if (reaped != helper || status != 0) return failed_with(report, STEP_NAMESPACES, -1, ECHILD);
    if (work.namespace < 0) return failed_with(report, work.where, -1, (int)-work.namespace);
    int namespace = (int)work.namespace;
    if (syscall(SYS_setns, namespace, CLONE_NEWNET) < 0) return failed(report, STEP_NAMESPACES, -1);
    (void)close(namespace);
    return 0;
}

/* Attack: the host's name tells a tool where it runs. */
int step_hostname(const struct view_plan *view, struct report *report) {
    const char *name = plan_text(&view->header, view->hostname);
    if (name && sethostname(name, strlen(name)) < 0) return failed(report, STEP_HOSTNAME, -1);
    return 0;
}
