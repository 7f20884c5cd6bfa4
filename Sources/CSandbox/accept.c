#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "include/accept.h"

#include <stddef.h>
#include <sys/socket.h>

int accept_shim(int listening) { return accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }
