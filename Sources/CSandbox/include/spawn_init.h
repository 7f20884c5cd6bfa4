/* How the host starts agentbox-init: the only program that it ever executes directly. */
#pragma once

#include <stdint.h>

/* Starts the executable at `path` with the control socket as descriptor 3, 0-2 on /dev/null, nothing else open, an
 * empty environment, a session of its own (a terminal's Ctrl-C is the host's to handle), default signal dispositions
 * and an empty signal mask. With `group` >= 0, a folder of version 2, it is born in that control group. Returns 0 with its pid and a pidfd (close-on-exec), or an errno.
 *
 * It returns before the kernel has executed the program: if that fails after all, the process ends with the status
 * CS_SPAWN_FAILED, and its end of the control socket closes. */
#define CS_SPAWN_FAILED 127

int cs_spawn_init(const char *path, int control, int group, int32_t *pid, int *pidfd);
