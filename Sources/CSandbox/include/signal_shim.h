/* Catching signals without running Swift in a handler. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* From now on each of the signals writes its number, one byte, to fd, which is taken over. */
void signal_shim_catch(const int32_t *signals, size_t count, int32_t fd);

/* Gives the signals back what they did before, and closes the descriptor. */
void signal_shim_release(const int32_t *signals, size_t count);
