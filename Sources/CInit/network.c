/* The network namespace is empty but for lo. Attack: host services that trust loopback are on another loopback.
 *
 * Making one takes the kernel as long as all the rest of the view together. So a helper makes it beside inner, which
 * builds the view meanwhile and joins the namespace at the end; and it begins before there is a plan, while the host
 * still writes it. */
#include "init.h"

#include "system_call.h"

#include <linux/futex.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define GET_NAMESPACE 0x894cl /* SIOCGSKNS: a descriptor of the namespace that a socket is in */

static char stack[4096] __attribute__((aligned(16)));
static long namespace; /* the helper's answer: a descriptor, or an errno negated */
static _Atomic uint32_t has_answered; /* a futex */

static long call3(long number, long a, long b, long c) { return system_call(number, a, b, c, 0, 0, 0); }

static long new_namespace(void) {
    long made = call3(SYS_unshare, CLONE_NEWNET, 0, 0);
    if (made < 0) return made;
    long socket_fd = call3(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0) return socket_fd;
    made = call3(SYS_ioctl, socket_fd, GET_NAMESPACE, 0);
    (void)call3(SYS_close, socket_fd, 0, 0);
    return made;
}

static int make_namespace(void *unused) {
    (void)unused;
    namespace = new_namespace();
    has_answered = 1;
    (void)call3(SYS_futex, (long)&has_answered, FUTEX_WAKE_PRIVATE, 1);
    return 0;
}

/* Inner gives up, and takes this process with it, if the helper dies without an answer. */
int step_join_network(struct report *report) {
    while (!has_answered) (void)system_call(SYS_futex, (long)&has_answered, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0);
    if (namespace < 0) return failed_with(report, STEP_NAMESPACES, -1, (int)-namespace);
    return syscall(SYS_setns, (int)namespace, CLONE_NEWNET) < 0 ? failed(report, STEP_NAMESPACES, -1) : 0;
}

void close_network(void) {
    if (namespace >= 0) (void)close((int)namespace);
    namespace = -1;
}

int begin_network(int *helper, struct report *report) {
    *helper = begin_helper(make_namespace, stack + sizeof stack, STEP_NAMESPACES, report);
    return *helper < 0 ? -1 : 0;
}

int step_loopback(const struct view_plan *view, struct report *report) {
    if ((view->flags & VIEW_LOOPBACK) == 0) return 0;
    struct ifreq request = {.ifr_name = "lo"};
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (any < 0) return failed(report, STEP_LOOPBACK, -1);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(any, SIOCSIFFLAGS, &request) < 0) failed(report, STEP_LOOPBACK, -1);
    (void)close(any);
    return report->step == STEP_NONE ? 0 : -1;
}

int step_network(const struct view_plan *view, int helper, struct report *report) {
    if (join_helper(helper, &namespace, STEP_NAMESPACES, report) < 0) return -1;
    if (view->flags & VIEW_HOST_NETWORK) return 0;
    if (syscall(SYS_setns, (int)namespace, CLONE_NEWNET) < 0) return failed(report, STEP_NAMESPACES, -1);
    return step_loopback(view, report);
}

/* Attack: the host's name tells a tool where it runs. */
int step_hostname(const struct view_plan *view, struct report *report) {
    const char *name = plan_text(&view->header, view->hostname);
    if (name && sethostname(name, strlen(name)) < 0) return failed(report, STEP_HOSTNAME, -1);
    return 0;
}
