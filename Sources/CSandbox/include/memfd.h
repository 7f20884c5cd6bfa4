/* Sealed anonymous files: what their reader checked cannot change under it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A memfd that holds `bytes` and can never change again; positioned at its start. -1 with errno. */
int cs_memfd_sealed(const char *name, const void *bytes, size_t size);

/* An empty memfd that can be sealed. */
int cs_memfd_create(const char *name);

/* F_SEAL_SEAL | SHRINK | GROW | WRITE. */
int cs_memfd_seal(int fd);

/* 1 if nobody can change the file any more, 0 if somebody can, -1 with errno if it is not a memfd. */
int cs_memfd_is_sealed(int fd);
