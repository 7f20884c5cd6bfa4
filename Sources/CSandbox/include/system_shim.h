/* GNU calls that Swift's Glibc module does not show. All return -1 with errno. */
#pragma once

int pipe_shim_create(int ends[2]);           /* both close-on-exec */
int memfd_shim_create(const char *name);     /* close-on-exec, sealable */
int seccomp_shim_probe(void);                /* 0 if a filter may be loaded; loads none */
int file_system_shim_type(int fd, long *type); /* one of linux/magic.h's */
void thread_shim_set_name(const char *name); /* of the calling thread; at most 15 characters */
