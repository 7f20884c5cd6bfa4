/* epoll, eventfd, timers and a few system calls that Swift's Glibc module does not show, in a shape that Swift imports.
 * (`struct epoll_event` is packed on x86-64, which Swift's importer does not lay out.) All return -1 with errno. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum epoll_shim_events {
    EPOLL_SHIM_READABLE = 1, /* in the request; in the answer also hang-up and error */
    EPOLL_SHIM_WRITABLE = 2,
};

struct epoll_shim_ready {
    uint64_t token;
    uint32_t events;
    uint32_t reserved;
};

int epoll_shim_create(void);
int epoll_shim_add(int epoll, int fd, uint32_t events, uint64_t token);    /* one shot */
int epoll_shim_modify(int epoll, int fd, uint32_t events, uint64_t token); /* one shot */
int epoll_shim_add_level(int epoll, int fd, uint64_t token);               /* readable, stays armed */
int epoll_shim_remove(int epoll, int fd);
int epoll_shim_wait(int epoll, struct epoll_shim_ready *ready, int capacity); /* however long it takes */

int eventfd_shim_create(void); /* nonblocking, close-on-exec */
void eventfd_shim_signal(int fd);
void eventfd_shim_drain(int fd);

/* A timer that is readable once its time has come. */
int timer_shim_create(void);                           /* nonblocking, close-on-exec */
int timer_shim_arm(int fd, int64_t nanoseconds);       /* from now, at least 1; in place of what it was armed for */
void timer_shim_drain(int fd);

/* `ENOENT`, `no such file or directory`; null if unknown. */
const char *errno_shim_name(int number);
const char *errno_shim_text(int number);
