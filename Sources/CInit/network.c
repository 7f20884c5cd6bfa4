/* The network namespace is empty but for lo. Attack: host services that trust loopback are on another loopback.
 *
 * Making one takes the kernel as long as all the rest of the view together. So it is made beside inner (helper.c), which
 * builds the view meanwhile and joins the namespace at the end; and that begins before there is a plan, while the host
 * still writes it. */
#include "init.h"

#include "system_call.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define GET_NAMESPACE 0x894cl /* SIOCGSKNS: a descriptor of the namespace that a socket is in */

static long call3(long number, long a, long b, long c) { return system_call(number, a, b, c, 0, 0, 0); }

/* The helper's: a descriptor of the namespace, or an errno negated. */
long new_network(void) {
    long made = call3(SYS_unshare, CLONE_NEWNET, 0, 0);
    if (made < 0) return made;
    long socket_fd = call3(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0) return socket_fd;
    made = call3(SYS_ioctl, socket_fd, GET_NAMESPACE, 0);
    (void)call3(SYS_close, socket_fd, 0, 0);
    return made;
}

int step_join_network(struct report *report) {
    const long network = await_help(HELP_NETWORK);
    if (network < 0) return failed_with(report, STEP_NAMESPACES, -1, (int)-network);
    return syscall(SYS_setns, (int)network, CLONE_NEWNET) < 0 ? failed(report, STEP_NAMESPACES, -1) : 0;
}

void close_network(void) {
    const long network = await_help(HELP_NETWORK);
    if (network >= 0) (void)close((int)network);
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

int step_network(const struct view_plan *view, struct report *report) {
    if (view->flags & VIEW_HOST_NETWORK) return 0;
    return step_join_network(report) < 0 ? -1 : step_loopback(view, report);
}

/* Attack: the host's name tells a tool where it runs. */
int step_hostname(const struct view_plan *view, struct report *report) {
    const char *name = plan_text(&view->header, view->hostname);
    if (name && sethostname(name, strlen(name)) < 0) return failed(report, STEP_HOSTNAME, -1);
    return 0;
}
