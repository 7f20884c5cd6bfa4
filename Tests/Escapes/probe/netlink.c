/* Netlink: one door, and a subsystem of the kernel behind each number. */
#include "probe.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static int protocol_socket(int protocol) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    return fd < 0 ? errno : outcome(close(fd));
}
/* Sends a message; 0 or the error that the kernel answers. */
static int ask(int protocol, const void *message, size_t size) {
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct {
        struct nlmsghdr header;
        char rest[8192];
    } answer;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    if (fd < 0) return errno;
    if (sendto(fd, message, size, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) return errno;
    if (recv(fd, &answer, sizeof answer, 0) < (ssize_t)sizeof answer.header) return errno;
    if (answer.header.nlmsg_type != NLMSG_ERROR) return 0;
    return -((struct nlmsgerr *)answer.rest)->error;
}
static int audit_netlink(void) { return protocol_socket(NETLINK_AUDIT); }
static int uevent_netlink(void) { return protocol_socket(NETLINK_KOBJECT_UEVENT); }
static int netfilter_netlink(void) { return protocol_socket(NETLINK_NETFILTER); }
static int generic_netlink(void) { return protocol_socket(NETLINK_GENERIC); }
static int crypto_netlink(void) { return protocol_socket(NETLINK_CRYPTO); }
static int transform_netlink(void) { return protocol_socket(NETLINK_XFRM); }
/* Reachable by anybody until it asked for a capability. */
static int storage_netlink(void) { return protocol_socket(NETLINK_ISCSI); }
/* Lists the host's sockets. The family was an index that nobody checked. */
static int list_sockets(void) {
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 request;
    } message = {{sizeof message, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 0, 0}, {.sdiag_family = AF_INET}};
    message.request.sdiag_protocol = IPPROTO_TCP;
    message.request.idiag_states = ~0u;
    return ask(NETLINK_SOCK_DIAG, &message, sizeof message);
}
/* Hears of every process that starts. */
static int process_events(void) {
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1 /* CN_IDX_PROC */};
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);
    return fd < 0 ? errno : outcome(bind(fd, (struct sockaddr *)&address, sizeof address));
}
/* Route netlink is let through for reading. An address for an interface that there is not: the kernel's no is EPERM
 * before it looks. */
static int add_address(void) {
    struct {
        struct nlmsghdr header;
        struct ifaddrmsg address;
    } message = {{sizeof message, RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK, 0, 0}, {AF_INET, 8, 0, 0, 0x7fffffff}};
    return ask(NETLINK_ROUTE, &message, sizeof message);
}
static int change_link(void) {
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
    } message = {{sizeof message, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, 0, 0}, {.ifi_index = 0x7fffffff}};
    return ask(NETLINK_ROUTE, &message, sizeof message);
}
static int add_route(void) {
    struct {
        struct nlmsghdr header;
        struct rtmsg route;
    } message = {{sizeof message, RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK, 0, 0}, {.rtm_family = AF_INET}};
    message.route.rtm_table = 255; /* a scope and a protocol that go with no gateway and no interface */
    return ask(NETLINK_ROUTE, &message, sizeof message);
}
static int queue_discipline(void) {
    struct {
        struct nlmsghdr header;
        struct tcmsg discipline;
    } message = {{sizeof message, RTM_NEWQDISC, NLM_F_REQUEST | NLM_F_ACK, 0, 0}, {.tcm_ifindex = 0x7fffffff}};
    return ask(NETLINK_ROUTE, &message, sizeof message);
}

const struct attempt netlink_attempts[] = {
    {"netlink-audit", audit_netlink, 0},
    {"netlink-uevent", uevent_netlink, 0},
    {"netlink-netfilter", netfilter_netlink, 0},
    {"netlink-generic", generic_netlink, 0},
    {"netlink-crypto", crypto_netlink, 0},
    {"netlink-xfrm", transform_netlink, NEEDS_ROOT},
    {"netlink-iscsi", storage_netlink, 0, "CVE-2021-27364"},
    {"netlink-sock-diag", list_sockets, 0, "CVE-2013-1763"},
    {"netlink-process-events", process_events, NEEDS_ROOT},
    {"netlink-add-address", add_address, NEEDS_ROOT},
    {"netlink-change-link", change_link, NEEDS_ROOT},
    {"netlink-add-route", add_route, NEEDS_ROOT},
    {"netlink-queue-discipline", queue_discipline, NEEDS_ROOT},
    {NULL, NULL, 0},
};
