/* Terminals: what Swift's Glibc module does not show, and what must run in a handler. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <termios.h>

/* A new pair: [0] the master, which never blocks, [1] the other end; both close-on-exec, and nobody's controlling
 * terminal. 0, or -1 with errno. */
int terminal_shim_open(int ends[2]);

/* The person's terminal is not as it was: should this process crash, it is set to `modes`, and gets `text`. The process
 * has one. `text` lives as long as the guard. */
void terminal_shim_guard(int fd, const struct termios *modes, const char *text, size_t size);
/* It is as it was again. */
void terminal_shim_unguard(void);
