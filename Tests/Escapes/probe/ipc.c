/* Channels between calls, and out of the sandbox. */
#include "probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static int shared_memory(void) {
    int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    return id < 0 ? errno : outcome(shmctl(id, IPC_RMID, NULL));
}
static int semaphores(void) {
    int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
    return id < 0 ? errno : outcome(semctl(id, 0, IPC_RMID));
}
static int messages(void) {
    int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
    return id < 0 ? errno : outcome(msgctl(id, IPC_RMID, NULL));
}
static int posix_queue(void) {
    mqd_t queue = mq_open("/agentbox-probe", O_CREAT | O_RDWR, 0600, NULL);
    if (queue < 0) return errno;
    mq_unlink("/agentbox-probe");
    return 0;
}

static int connect_unix(const char *name, int abstract) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = offsetof(struct sockaddr_un, sun_path) + (size_t)abstract + strlen(name);
    snprintf(address.sun_path + abstract, sizeof address.sun_path - 1, "%s", name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : outcome(connect(fd, (struct sockaddr *)&address, (socklen_t)(size + !abstract)));
}
static int abstract_socket(void) { return options.abstract ? connect_unix(options.abstract, 1) : NOT_GIVEN; }
static int path_socket(void) { return options.socket ? connect_unix(options.socket, 0) : NOT_GIVEN; }
static int system_bus(void) { return connect_unix("/run/dbus/system_bus_socket", 0); }
static int docker_socket(void) { return connect_unix("/var/run/docker.sock", 0); }

const struct attempt ipc_attempts[] = {
    {"sysv-shared-memory", shared_memory, 0},
    {"sysv-semaphores", semaphores, 0},
    {"sysv-message-queue", messages, 0},
    {"posix-message-queue", posix_queue, 0},
    {"abstract-socket-of-host", abstract_socket, 0},
    {"path-socket-of-host", path_socket, 0},
    {"system-bus", system_bus, NEEDS_ROOT},
    {"docker-socket", docker_socket, NEEDS_ROOT},
    {NULL, NULL, 0},
};

static int connect_tcp(const char *host, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return EINVAL;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : outcome(connect(fd, (struct sockaddr *)&address, sizeof address));
}
static int host_loopback(void) { return options.port ? connect_tcp("127.0.0.1", options.port) : NOT_GIVEN; }
static int host_loopback_v6(void) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)options.port)};
    if (options.port == 0) return NOT_GIVEN;
    address.sin6_addr.s6_addr[10] = address.sin6_addr.s6_addr[11] = 0xff; /* ::ffff:127.0.0.1 */
    address.sin6_addr.s6_addr[12] = 127;
    address.sin6_addr.s6_addr[15] = 1;
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : outcome(connect(fd, (struct sockaddr *)&address, sizeof address));
}
/* A route out is enough: nothing needs to answer. */
static int send_datagram(const char *host, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return EINVAL;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : outcome(connect(fd, (struct sockaddr *)&address, sizeof address));
}
static int out_to_the_world(void) { return send_datagram("192.0.2.1", 53); }
static int metadata_service(void) { return send_datagram("169.254.169.254", 80); }
static int open_socket(int domain, int type, int protocol) {
    int fd = socket(domain, type, protocol);
    return fd < 0 ? errno : outcome(close(fd));
}
static int raw_socket(void) { return open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); }
static int packet_socket(void) { return open_socket(AF_PACKET, SOCK_RAW, 0); }
static int crypto_socket(void) { return open_socket(38 /* AF_ALG */, SOCK_SEQPACKET, 0); }
static int vsock_socket(void) { return open_socket(40 /* AF_VSOCK */, SOCK_STREAM, 0); }
static int audit_netlink(void) { return open_socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT); }
static int uevent_netlink(void) { return open_socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT); }
static int netfilter_netlink(void) { return open_socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER); }
static int sctp_socket(void) { return open_socket(AF_INET, SOCK_STREAM, 132); }
/* Landlock's rights to connect by TCP do not cover this protocol, and it falls back to TCP. */
static int multipath(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    if (options.port == 0) return NOT_GIVEN;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 262 /* IPPROTO_MPTCP */);
    return fd < 0 ? errno : outcome(connect(fd, (struct sockaddr *)&address, sizeof address));
}
/* Landlock rules on TCP ports do not see a connection that sendto makes. */
static int fast_open(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    if (options.port == 0) return NOT_GIVEN;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    return outcome(sendto(fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address));
}

const struct attempt network_attempts[] = {
    {"tcp-to-host-loopback", host_loopback, 0},
    {"tcp-to-host-loopback-mapped", host_loopback_v6, 0},
    {"tcp-fast-open-to-host-loopback", fast_open, 0},
    {"route-to-the-world", out_to_the_world, 0},
    {"route-to-metadata-service", metadata_service, 0},
    {"raw-socket", raw_socket, NEEDS_ROOT},
    {"packet-socket", packet_socket, NEEDS_ROOT},
    {"af-alg-socket", crypto_socket, 0},
    {"vsock-socket", vsock_socket, 0},
    {"netlink-audit", audit_netlink, 0},
    {"netlink-uevent", uevent_netlink, 0},
    {"netlink-netfilter", netfilter_netlink, 0},
    {"sctp-socket", sctp_socket, 0},
    {"mptcp-to-host-loopback", multipath, 0},
    {NULL, NULL, 0},
};
