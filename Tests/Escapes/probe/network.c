/* Ways out of the sandbox by the network. */
#include "probe.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

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

/* With nobody behind the port the first datagram is answered by an error, which the second send gets. */
static int datagram_to_host(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    if (options.port == 0) return NOT_GIVEN;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return errno;
    if (send(fd, "x", 1, MSG_NOSIGNAL) < 0) return errno;
    return outcome(send(fd, "x", 1, MSG_NOSIGNAL));
}
static int world_v6(void) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(53)};
    if (inet_pton(AF_INET6, "2001:db8::1", &address.sin6_addr) != 1) return EINVAL;
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : outcome(connect(fd, (struct sockaddr *)&address, sizeof address));
}
static int send_to(const char *host, int option_level, int option) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    int yes = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return EINVAL;
    if (fd < 0) return errno;
    if (option && setsockopt(fd, option_level, option, &yes, sizeof yes) < 0) return errno;
    return outcome(sendto(fd, "x", 1, MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address));
}
static int broadcast(void) { return send_to("255.255.255.255", SOL_SOCKET, SO_BROADCAST); }
static int multicast(void) { return send_to("224.0.0.251", 0, 0); }
static int raw_socket_v6(void) { return open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6); }
/* Protocols with modules of their own, most of which nobody has looked at in years. */
static int any_rare_family(void) {
    int answer = ENOSYS;
    for (int family = 1; family < 48; family++) {
        if (family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK) continue;
        for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++) {
            int error = open_socket(family, type, 0);
            if (error == 0) return 0;
            if (error == EPERM || error == EACCES) answer = error;
        }
    }
    return answer;
}
static int congestion_socket(void) { return open_socket(AF_INET, 6 /* SOCK_DCCP */, 33); }
static int light_datagrams(void) { return open_socket(AF_INET, SOCK_DGRAM, 136 /* UDPLITE */); }
static int interface(unsigned long number) {
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0) return errno;
    return outcome(ioctl(fd, number, &request)); /* the flags as they are; for other requests an error of their own */
}
static int set_flags(void) { return interface(SIOCSIFFLAGS); }
static int namespace_of_socket(void) { return interface(0x894c /* SIOCGSKNS */); }
static int own_port(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    /* EADDRINUSE: somebody else has it, whom we could have been. */
    return outcome(bind(fd, (struct sockaddr *)&address, sizeof address));
}
static int service_port(void) { return own_port(79); }
/* Packets that seem to come from another host. */
static int foreign_address(void) {
    int yes = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : outcome(setsockopt(fd, IPPROTO_IP, IP_TRANSPARENT, &yes, sizeof yes));
}
static int packet_mark(void) {
    int mark = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : outcome(setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof mark));
}
static int buffer_by_force(void) {
    int size = 1 << 20, fd = -1, ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) fd = ends[0];
    return fd < 0 ? errno : outcome(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size));
}
static int other_interfaces(void) {
    struct if_nameindex *all = if_nameindex();
    int found = WITHHELD;
    if (!all) return errno;
    for (struct if_nameindex *one = all; one->if_index; one++) {
        if (strcmp(one->if_name, "lo") != 0) found = 0;
    }
    if_freenameindex(all);
    return found;
}

const struct attempt network_attempts[] = {
    {"tcp-to-host-loopback", host_loopback, 0},
    {"tcp-to-host-loopback-mapped", host_loopback_v6, 0},
    {"tcp-fast-open-to-host-loopback", fast_open, 0},
    {"route-to-the-world", out_to_the_world, 0},
    {"route-to-metadata-service", metadata_service, 0},
    {"raw-socket", raw_socket, NEEDS_ROOT},
    {"packet-socket", packet_socket, NEEDS_ROOT},
    {"af-alg-socket", crypto_socket, 0, "CVE-2019-8912"},
    {"vsock-socket", vsock_socket, 0, "CVE-2021-26708"},
    {"sctp-socket", sctp_socket, 0},
    {"mptcp-to-host-loopback", multipath, 0},
    {"udp-to-host-loopback", datagram_to_host, 0},
    {"route-to-the-world-v6", world_v6, MAY_LACK},
    {"broadcast", broadcast, MAY_LACK},
    {"multicast", multicast, MAY_LACK},
    {"raw-socket-v6", raw_socket_v6, NEEDS_ROOT},
    {"socket-of-a-rare-family", any_rare_family, NEEDS_ROOT},
    {"dccp-socket", congestion_socket, 0, "CVE-2017-6074"},
    {"udplite-socket", light_datagrams, 0},
    {"set-interface-flags", set_flags, NEEDS_ROOT},
    {"namespace-of-socket", namespace_of_socket, NEEDS_ROOT},
    {"bind-service-port", service_port, NEEDS_ROOT},
    {"transparent-socket", foreign_address, NEEDS_ROOT},
    {"packet-mark", packet_mark, NEEDS_ROOT},
    {"buffer-by-force", buffer_by_force, NEEDS_ROOT},
    {"sees-interfaces", other_interfaces, 0},
    {NULL, NULL, 0},
};
