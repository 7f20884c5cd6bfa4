/* What every file of this target includes first: libc with its GNU names, and the raw system calls. Kernel headers
 * older than a feature do not hide it: such numbers are spelled out beside their use. */
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <linux/openat2.h>
#include <sys/syscall.h>
