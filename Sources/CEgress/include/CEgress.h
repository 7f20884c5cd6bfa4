/* The system calls of the broker's relay, in a shape that Swift imports. All return -1 with errno. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum ce_events {
    CE_READABLE = 1,
    CE_WRITABLE = 2,
    CE_HUNG_UP = 4, /* both directions are over, or it failed */
    CE_ENDED = 8,   /* the other side sends no more */
};

struct ce_ready {
    int32_t fd;
    uint32_t events;
};

int ce_epoll_create(void);
/* Readable, and stays so. */
int ce_epoll_add_level(int epoll, int fd);
/* All events, each told once as it begins. */
int ce_epoll_add_edge(int epoll, int fd);
int ce_epoll_remove(int epoll, int fd);
int ce_epoll_wait(int epoll, struct ce_ready *ready, int capacity, int milliseconds);

/* Nonblocking, close-on-exec. */
int ce_accept(int listener);
int ce_wakeup_create(void);
void ce_wakeup(int fd);
void ce_wakeup_drain(int fd);
/* Some of it, or EAGAIN. Never SIGPIPE. */
ptrdiff_t ce_send(int fd, const void *bytes, size_t size);
/* What arrived, which stays there. */
ptrdiff_t ce_peek(int fd, void *bytes, size_t size);

/* 1 if it is a TCP socket that listens; from then on accepting on it never waits, and what is accepted is tuned. */
int ce_take_listener(int fd);
/* Where a socket listens: 0 with its address and port. */
struct ce_address;
int ce_listens_at(int fd, struct ce_address *address, uint16_t *port);
/* A nonblocking socket that connects to an address (4 or 16 bytes) and port; it is writable once it has, or failed. */
int ce_dial(const unsigned char *address, int is_version_6, uint16_t port);
/* What became of it: 0, or an errno. */
int ce_socket_error(int fd);
int ce_is_connected(int fd); /* 1 if it is */
void ce_end_writing(int fd);
/* Closes so that the other side sees a reset. */
void ce_reset(int fd);
int64_t ce_milliseconds(void); /* of a clock that only goes on */

struct ce_address {
    int32_t is_version_6;
    unsigned char bytes[16];
};
/* Has libc resolve names by hosts file and DNS, whatever `nsswitch.conf` says: that of a box knows files only. Both are in
 * libc itself: other services are libraries. -1 if it cannot. */
int ce_use_name_servers(void);
/* Resolves a name by hosts file and DNS, whatever else the host's resolver would ask: how many addresses, at most
 * `capacity`, or why there are none, as getaddrinfo says it: all of its EAI_… are negative. Blocks. */
int ce_resolve(const char *name, struct ce_address *addresses, int capacity);
