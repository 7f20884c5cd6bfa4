#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "include/epoll_shim.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int epoll_shim_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(epoll, operation, fd, &event);
}

static uint32_t one_shot(uint32_t events) {
    uint32_t wanted = EPOLLONESHOT;
    if (events & EPOLL_SHIM_READABLE) wanted |= EPOLLIN | EPOLLRDHUP;
    if (events & EPOLL_SHIM_WRITABLE) wanted |= EPOLLOUT;
    return wanted;
}

int epoll_shim_add(int epoll, int fd, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, fd, one_shot(events), token);
}

int epoll_shim_modify(int epoll, int fd, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, fd, one_shot(events), token);
}

int epoll_shim_add_level(int epoll, int fd, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, fd, EPOLLIN, token);
}

int epoll_shim_remove(int epoll, int fd) { return control(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

int epoll_shim_wait(int epoll, struct epoll_shim_ready *ready, int capacity) {
    enum { BATCH = 64 };
    struct epoll_event events[BATCH];
    if (capacity <= 0) {
        errno = EINVAL;
        return -1;
    }
    int count = epoll_wait(epoll, events, capacity < BATCH ? capacity : BATCH, -1);
    for (int i = 0; i < count; i++) {
        uint32_t seen = 0;
        if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) seen |= EPOLL_SHIM_READABLE;
        if (events[i].events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) seen |= EPOLL_SHIM_WRITABLE;
        ready[i] = (struct epoll_shim_ready){.token = events[i].data.u64, .events = seen};
    }
    return count;
}

int timer_shim_create(void) { return timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC); }

int timer_shim_arm(int fd, int64_t nanoseconds) {
    const int64_t second = 1000000000;
    if (nanoseconds < 1) nanoseconds = 1; /* 0 would disarm it */
    const struct itimerspec once = {.it_value = {.tv_sec = nanoseconds / second, .tv_nsec = nanoseconds % second}};
    return timerfd_settime(fd, 0, &once, NULL);
}

void timer_shim_drain(int fd) {
    uint64_t expirations;
    (void)!read(fd, &expirations, sizeof expirations); /* EAGAIN: it was armed again meanwhile */
}

int eventfd_shim_create(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void eventfd_shim_signal(int fd) {
    /* EAGAIN means that the counter is full: then the reader is awake already. */
    (void)eventfd_write(fd, 1);
}

void eventfd_shim_drain(int fd) {
    eventfd_t counter;
    (void)eventfd_read(fd, &counter);
}

const char *errno_shim_name(int number) { return strerrorname_np(number); }

const char *errno_shim_text(int number) { return strerrordesc_np(number); }
