/* accept4, which Swift's Glibc module does not show. -1 with errno.
 * Close-on-exec from the start: a call that is spawned meanwhile must not inherit another client's connection. */
#pragma once

int accept_shim(int listening); /* nonblocking, close-on-exec */
