/* What the call may connect to. For each destination there is a socket in the call's own network, made before the call
 * is and handed to the host, whose broker accepts on it. The call gets no copy, and nothing else of that network leads
 * anywhere. An address that is not of the loopback already is added to it: for whoever connects to an address by number. */
#include "init.h"

#include "rights.h"

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { LOOPBACK_INDEX = 1 /* of a new network namespace (net/core/dev.c) */ };

/* As the kernel reads it (linux/ipv6.h). */
struct version_6_request {
    struct in6_addr address;
    uint32_t prefix;
    int interface;
};

static uint16_t network_order(uint32_t port) { return (uint16_t)((port >> 8 & 0xff) | (port & 0xff) << 8); }

static int add_version_6(int any, const struct plan_listener *listener) {
    static const unsigned char own[16] = {[15] = 1};
    struct version_6_request request = {.prefix = 128, .interface = LOOPBACK_INDEX};
    if (memcmp(listener->address, own, sizeof own) == 0) return 0;
    memcpy(&request.address, listener->address, sizeof request.address);
    if (ioctl(any, SIOCSIFADDR, &request) < 0 && errno != EEXIST) return -1;
    return 0;
}

static int add_version_4(int any, const struct plan_listener *listener, uint32_t index) {
    if (listener->address[0] == 127) return 0;
    struct ifreq request = {.ifr_name = "lo:00"};
    struct sockaddr_in address = {.sin_family = AF_INET};
    request.ifr_name[3] = (char)('0' + index / 10);
    request.ifr_name[4] = (char)('0' + index % 10);
    memcpy(&address.sin_addr, listener->address, sizeof address.sin_addr);
    memcpy(&request.ifr_addr, &address, sizeof address);
    /* A second port of one address: it is there. */
    if (ioctl(any, SIOCSIFADDR, &request) < 0) return errno == EEXIST ? 0 : -1;
    address.sin_addr.s_addr = 0xffffffffu;
    memcpy(&request.ifr_netmask, &address, sizeof address);
    return ioctl(any, SIOCSIFNETMASK, &request);
}

static int add_address(const struct plan_listener *listener, uint32_t index) {
    int any = socket(listener->is_version_6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (any < 0) return -1;
    int answer = listener->is_version_6 ? add_version_6(any, listener) : add_version_4(any, listener, index);
    int failure = errno;
    (void)close(any);
    errno = failure;
    return answer;
}

static int listen_on(const struct plan_listener *listener) {
    struct sockaddr_in version4 = {.sin_family = AF_INET, .sin_port = network_order(listener->port)};
    struct sockaddr_in6 version6 = {.sin6_family = AF_INET6, .sin6_port = network_order(listener->port)};
    memcpy(&version4.sin_addr, listener->address, sizeof version4.sin_addr);
    memcpy(&version6.sin6_addr, listener->address, sizeof version6.sin6_addr);
    const void *address = listener->is_version_6 ? (const void *)&version6 : (const void *)&version4;
    const size_t size = listener->is_version_6 ? sizeof version6 : sizeof version4;
    int fd = socket(listener->is_version_6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    if (syscall(SYS_bind, fd, address, size) == 0 && syscall(SYS_listen, fd, 128) == 0) return fd;
    int failure = errno;
    (void)close(fd);
    errno = failure;
    return -1;
}

int step_destinations(const struct received *plan, struct report *report) {
    const struct call_plan *call = call_of(plan);
    const struct plan_listener *listeners = plan_elements(plan->plan, call->listeners);
    int sockets[PLAN_MAX_LISTENERS];
    uint32_t count = 0;
    if (call->listeners.count == 0) return 0;
    for (; count < call->listeners.count; count++) {
        sockets[count] = add_address(&listeners[count], count) < 0 ? -1 : listen_on(&listeners[count]);
        if (sockets[count] >= 0) continue;
        failed(report, STEP_LISTEN, (int32_t)count);
        break;
    }
    if (report->step == STEP_NONE) {
        const struct message message = {.kind = MESSAGE_LISTENING, .call = plan->number, .index = -1};
        if (cs_send(FD_CONTROL, &message, sizeof message, sockets, count) < 0) failed(report, STEP_LISTEN, -1);
    }
    for (uint32_t i = 0; i < count; i++) (void)close(sockets[i]); /* the host has its own */
    return report->step == STEP_NONE ? 0 : -1;
}
