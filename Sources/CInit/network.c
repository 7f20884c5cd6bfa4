/* The network namespace is empty but for lo. Attack: host services that trust loopback are on another loopback. */
#include "init.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int step_loopback(const struct view_plan *view, struct report *report) {
    if ((view->flags & VIEW_LOOPBACK) == 0) return 0;
    int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0) return failed(report, STEP_LOOPBACK, -1);
    struct ifreq request = {.ifr_name = "lo"};
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    int answer = ioctl(socket_fd, SIOCSIFFLAGS, &request);
    if (answer < 0) failed(report, STEP_LOOPBACK, -1);
    (void)close(socket_fd);
    return answer;
}

/* Attack: the host's name tells a tool where it runs. */
int step_hostname(const struct view_plan *view, struct report *report) {
    const char *name = plan_text(&view->header, view->hostname);
    if (name && sethostname(name, strlen(name)) < 0) return failed(report, STEP_HOSTNAME, -1);
    return 0;
}
