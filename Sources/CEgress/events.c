#include "system.h"

#include "include/CEgress.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

enum { BATCH = 256 };

int ce_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int add(int epoll, int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int ce_epoll_add_level(int epoll, int fd) { return add(epoll, fd, EPOLLIN); }

int ce_epoll_add_edge(int epoll, int fd) { return add(epoll, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET); }

int ce_epoll_remove(int epoll, int fd) { return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); }

int ce_epoll_wait(int epoll, struct ce_ready *ready, int capacity, int milliseconds) {
    struct epoll_event events[BATCH];
    int count = epoll_wait(epoll, events, capacity < BATCH ? capacity : BATCH, milliseconds);
    if (count < 0) return errno == EINTR ? 0 : -1;
    for (int i = 0; i < count; i++) {
        const uint32_t seen = events[i].events;
        ready[i].fd = events[i].data.fd;
        ready[i].events = ((seen & EPOLLIN) ? CE_READABLE : 0u) | ((seen & EPOLLOUT) ? CE_WRITABLE : 0u) |
                          ((seen & (EPOLLHUP | EPOLLERR)) ? CE_HUNG_UP : 0u) | ((seen & EPOLLRDHUP) ? CE_ENDED : 0u);
    }
    return count;
}

int ce_wakeup_create(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void ce_wakeup(int fd) {
    const uint64_t one = 1;
    if (write(fd, &one, sizeof one) < 0) return; /* full: it is awake */
}

void ce_wakeup_drain(int fd) {
    uint64_t count;
    if (read(fd, &count, sizeof count) < 0) return; /* nothing: somebody drained it */
}
