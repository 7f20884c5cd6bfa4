/* Messages with descriptors over a Unix socket (SCM_RIGHTS). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "plan.h"

/* Sends one message whole, or fails: -1 with errno. Never raises SIGPIPE. `count` is at most PLAN_MAX_DESCRIPTORS. */
int cs_send(int socket, const void *bytes, size_t size, const int *descriptors, size_t count);
/* The same of a message in two parts. */
int cs_send_parts(
    int socket, const void *first, size_t first_size, const void *second, size_t second_size, const int *descriptors,
    size_t count);

/* Receives one message. Its size, 0 at the end of the connection, -1 with errno. Descriptors arrive close-on-exec. A
 * message that is longer than `capacity`, or that carries more descriptors than `limit`, is refused whole (EMSGSIZE)
 * and its descriptors are closed: a cut-off message must not pass for a complete one. With `dont_wait`: EAGAIN. */
ptrdiff_t cs_receive(
    int socket, void *bytes, size_t capacity, int *descriptors, size_t limit, size_t *count, int dont_wait);
