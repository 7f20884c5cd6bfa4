#include "system.h"

#include "include/CEgress.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>

int ce_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

ptrdiff_t ce_peek(int fd, void *bytes, size_t size) { return recv(fd, bytes, size, MSG_PEEK | MSG_DONTWAIT); }

ptrdiff_t ce_send(int fd, const void *bytes, size_t size) { return send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT); }

static int option(int fd, int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    return getsockopt(fd, level, name, &value, &size) < 0 ? -1 : value;
}

/* Small pieces go at once, and urgent bytes stay in their place. Attack: one that the look at a hello leaves out, and
 * that the server reads. Neither can fail on a TCP socket, and without the first all still works but for its pace. */
static void tune(int fd) {
    const int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof on);
}

int ce_take_listener(int fd) {
    const int domain = option(fd, SOL_SOCKET, SO_DOMAIN);
    const int flags = fcntl(fd, F_GETFL);
    /* Attack: one that blocks stops the broker for every call. */
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return 0;
    tune(fd); /* what is accepted has it from here */
    return (domain == AF_INET || domain == AF_INET6) && option(fd, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP &&
           option(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1;
}

int ce_dial(const unsigned char *address, int is_version_6, uint16_t port) {
    union {
        struct sockaddr any;
        struct sockaddr_in version4;
        struct sockaddr_in6 version6;
    } to;
    memset(&to, 0, sizeof to);
    socklen_t size;
    if (is_version_6) {
        to.version6.sin6_family = AF_INET6;
        to.version6.sin6_port = htons(port);
        memcpy(&to.version6.sin6_addr, address, 16);
        size = sizeof to.version6;
    } else {
        to.version4.sin_family = AF_INET;
        to.version4.sin_port = htons(port);
        memcpy(&to.version4.sin_addr, address, 4);
        size = sizeof to.version4;
    }
    int fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd < 0) return -1;
    tune(fd);
    if (connect(fd, &to.any, size) == 0 || errno == EINPROGRESS) return fd;
    int failure = errno;
    (void)close(fd);
    errno = failure;
    return -1;
}

int ce_listens_at(int fd, struct ce_address *address, uint16_t *port) {
    union {
        struct sockaddr any;
        struct sockaddr_in version4;
        struct sockaddr_in6 version6;
    } own;
    socklen_t size = sizeof own;
    memset(&own, 0, sizeof own);
    memset(address, 0, sizeof *address);
    if (getsockname(fd, &own.any, &size) < 0) return -1;
    address->is_version_6 = own.any.sa_family == AF_INET6;
    if (address->is_version_6) {
        memcpy(address->bytes, &own.version6.sin6_addr, 16);
    } else {
        memcpy(address->bytes, &own.version4.sin_addr, 4);
    }
    *port = ntohs(address->is_version_6 ? own.version6.sin6_port : own.version4.sin_port);
    return 0;
}

int ce_socket_error(int fd) {
    int value = option(fd, SOL_SOCKET, SO_ERROR);
    return value < 0 ? errno : value;
}

int ce_is_connected(int fd) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    return getpeername(fd, (struct sockaddr *)&peer, &size) == 0;
}

void ce_end_writing(int fd) { (void)shutdown(fd, SHUT_WR); }

void ce_reset(int fd) {
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    (void)close(fd);
}

int64_t ce_milliseconds(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
