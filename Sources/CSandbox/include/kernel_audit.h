/* The kernel's audit over netlink, as far as what Landlock refused is read of it: records come by multicast to whoever
 * may read them (CAP_AUDIT_READ in the first user namespace). */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* <linux/audit.h> of every age lacks some of them. */
enum kernel_audit_types {
    KERNEL_AUDIT_ERROR = 2, /* NLMSG_ERROR */
    KERNEL_AUDIT_DONE = 3,  /* NLMSG_DONE */
    KERNEL_AUDIT_GET = 1000,
    KERNEL_AUDIT_LIST_RULES = 1013,
    KERNEL_AUDIT_TRUSTED_APP = 1121,
    KERNEL_AUDIT_SYSTEM_CALL = 1300,
    KERNEL_AUDIT_CONFIG_CHANGE = 1305,
    KERNEL_AUDIT_LANDLOCK_ACCESS = 1423,
    KERNEL_AUDIT_LANDLOCK_DOMAIN = 1424,
};

/* True if this process may read the records, as far as it can know without asking: costs one system call. */
int kernel_audit_may_read(void);
/* A socket, nonblocking and close-on-exec, on which only messages of these types come: -1 with errno. */
int kernel_audit_open(void);
/* Asks for something, or has the kernel log a text: its answer comes like everything else. May wait while the audit is
 * behind. 0, or -1 with errno. */
int kernel_audit_send(int socket, uint16_t type, uint32_t sequence, const void *bytes, size_t size);
/* The next message of the kernel's, without its header: its size, -1 with errno. EAGAIN: none; ENOBUFS: some were lost.
 * What is longer than `capacity`, or not of the kernel, is type 0. */
ptrdiff_t kernel_audit_receive(int socket, void *bytes, size_t capacity, uint16_t *type, uint32_t *sequence);
/* Waits for a message or for `wake`, an eventfd: 1 if there is a message, 0 at the time (milliseconds; -1: never). */
int kernel_audit_wait(int socket, int wake, int milliseconds);
