/* Processes by descriptor: a pid can be reused between look and act, a pidfd cannot. */
#pragma once

#include <stdint.h>

/* Descriptor (close-on-exec) of a process that the caller has not reaped; -1 with errno. */
int cs_pidfd_open(int32_t pid);
int cs_pidfd_send_signal(int pidfd, int signal);

/* How a process ended: `status` as waitpid gives it. */
struct cs_exit {
    int32_t pid;
    int32_t status;
    uint64_t user_microseconds, system_microseconds; /* of it and of what it reaped */
    uint64_t peak_bytes;
};

enum cs_wait { CS_WAIT_REAPED = 0, CS_WAIT_RUNNING = 1 };

/* Reaps a child by its pidfd. With `block` 0 a child that still runs is CS_WAIT_RUNNING. -1 with errno. */
int cs_pidfd_wait(int pidfd, int block, struct cs_exit *result);

/* The exit status of a process that need not be a child (PIDFD_GET_INFO, Linux 6.15 and later): CS_WAIT_REAPED,
 * CS_WAIT_RUNNING, or -1 with errno (ENOTTY where the kernel cannot say). */
int cs_pidfd_exit_status(int pidfd, int32_t *status);
