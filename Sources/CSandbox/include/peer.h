/* Who is at the other end of a Unix socket, by what the kernel says. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct cs_peer {
    int32_t pid;
    uint32_t uid, gid;
};

/* Whoever connected (SO_PEERCRED). -1 with errno. */
int cs_peer_of(int socket, struct cs_peer *peer);

/* From now on the kernel says with each message that arrives who sent it (SO_PASSCRED). -1 with errno. */
int cs_peer_ask(int socket);

/* Receives bytes of a stream that one process sent, and which one. How many, 0 at the end, -1 with errno: EAGAIN with
 * nothing there, EPERM if the kernel does not say who. Descriptors that come along are closed. */
ptrdiff_t cs_peer_receive(int socket, void *bytes, size_t capacity, struct cs_peer *sender);
