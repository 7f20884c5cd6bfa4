/* Who sent a message, in the kernel's words: no process can name another as the sender but one of its own namespace. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* From now on, or no more, messages that come in carry their sender. 0, or -1 with errno. */
int cs_name_senders(int socket, int wanted);

/* Takes one message, never waiting. `sender`: its pid as this process knows it; 0: nobody that this process can see.
 * Descriptors that came with it are closed. Its size, or -1 with errno. */
ptrdiff_t cs_receive_named(int socket, void *bytes, size_t capacity, int32_t *sender);
