/* Attacks: another process sends a record of its own to this socket (only the kernel has port 0 there); records that nobody
 * asked for fill the socket (a filter drops them before they are queued). */
#include "system.h"

#include "include/kernel_audit.h"

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#define CAPABILITY_AUDIT_READ 37
#define GROUP_READ_LOG 1 /* AUDIT_NLGRP_READLOG */
#define ROOM (4 << 20)   /* bytes of records that wait to be read */

int kernel_audit_may_read(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capget, &header, data) < 0) return 0;
    return (data[1].effective >> (CAPABILITY_AUDIT_READ - 32) & 1u) != 0;
}

/* The type is in the header, in the machine's order; the filter loads it as the network's. */
static int drop_others(int socket) {
    enum { TYPES = 9, PASS = TYPES + 2 };
    static const uint16_t types[TYPES] = {
        KERNEL_AUDIT_ERROR,         KERNEL_AUDIT_DONE,        KERNEL_AUDIT_GET,
        KERNEL_AUDIT_LIST_RULES,    KERNEL_AUDIT_TRUSTED_APP, KERNEL_AUDIT_SYSTEM_CALL,
        KERNEL_AUDIT_CONFIG_CHANGE, KERNEL_AUDIT_LANDLOCK_ACCESS, KERNEL_AUDIT_LANDLOCK_DOMAIN,
    };
    struct sock_filter program[PASS + 1];
    program[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_type));
    for (unsigned i = 0; i < TYPES; i++) {
        const uint32_t type = __builtin_bswap16(types[i]);
        program[1 + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, type, (uint8_t)(TYPES - i), 0);
    }
    program[PASS - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
    program[PASS] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
    const struct sock_fprog filter = {.len = PASS + 1, .filter = program};
    return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

static int prepare(int socket) {
    const struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    const int group = GROUP_READ_LOG, room = ROOM;
    if (drop_others(socket) < 0) return -1;
    /* Beyond the system's limit only who may administer networks; the rest makes do with less. */
    if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0) {
        (void)setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    }
    if (bind(socket, (const void *)&address, sizeof address) < 0) return -1;
    return setsockopt(socket, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group);
}

int kernel_audit_open(void) {
    int opened = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_AUDIT);
    if (opened < 0 || prepare(opened) == 0) return opened;
    int failure = errno;
    (void)close(opened);
    errno = failure;
    return -1;
}

int kernel_audit_send(int socket, uint16_t type, uint32_t sequence, const void *bytes, size_t size) {
    struct nlmsghdr header = {
        .nlmsg_len = (uint32_t)(NLMSG_HDRLEN + size),
        .nlmsg_type = type,
        .nlmsg_flags = NLM_F_REQUEST,
        .nlmsg_seq = sequence,
    };
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct iovec parts[] = {{.iov_base = &header, .iov_len = NLMSG_HDRLEN},
                            {.iov_base = (void *)(uintptr_t)bytes, .iov_len = size}};
    const struct msghdr message = {
        .msg_name = &kernel, .msg_namelen = sizeof kernel, .msg_iov = parts, .msg_iovlen = size > 0 ? 2 : 1};
    ssize_t sent;
    do {
        sent = sendmsg(socket, &message, 0);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

ptrdiff_t kernel_audit_receive(int socket, void *bytes, size_t capacity, uint16_t *type, uint32_t *sequence) {
    struct nlmsghdr header;
    struct sockaddr_nl sender;
    struct iovec parts[] = {{.iov_base = &header, .iov_len = sizeof header},
                            {.iov_base = bytes, .iov_len = capacity}};
    struct msghdr message = {.msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = parts, .msg_iovlen = 2};
    ssize_t received;
    *type = 0;
    *sequence = 0;
    do {
        received = recvmsg(socket, &message, MSG_DONTWAIT);
    } while (received < 0 && errno == EINTR);
    if (received < 0) return -1;
    /* The length in the header is not that of a record in every kernel; a message is a datagram. */
    if ((size_t)received < sizeof header || (message.msg_flags & MSG_TRUNC)) return 0;
    if (message.msg_namelen != sizeof sender || sender.nl_pid != 0) return 0;
    *type = header.nlmsg_type;
    *sequence = header.nlmsg_seq;
    return received - (ssize_t)sizeof header;
}

int kernel_audit_wait(int socket, int wake, int milliseconds) {
    struct pollfd events[] = {{.fd = socket, .events = POLLIN}, {.fd = wake, .events = POLLIN}};
    const int count = poll(events, wake >= 0 ? 2 : 1, milliseconds);
    return count > 0 && events[0].revents != 0;
}
