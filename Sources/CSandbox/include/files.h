/* Calls on files that Swift's Glibc module lacks: renameat2, extended attributes by descriptor, copies by range, file
 * systems, and OFD locks. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum cs_rename {
    CS_RENAME_NOREPLACE = 1, /* EEXIST instead of replacing */
    CS_RENAME_EXCHANGE = 2,  /* swaps the two names */
};

int cs_renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags);

/* Gives an unnamed file (O_TMPFILE) a name; needs no privilege. EEXIST if the name is taken. */
int cs_link_descriptor(int fd, int directory, const char *name);

enum cs_lock { CS_LOCK_SHARED = 0, CS_LOCK_EXCLUSIVE = 1, CS_LOCK_RELEASE = 2 };

/* A lock on the whole file that belongs to the open file description: it holds between threads and processes, and ends
 * when the last copy of the descriptor closes. With `wait` 0 a lock that somebody holds is -1 with EAGAIN. */
int cs_lock(int fd, enum cs_lock kind, int wait);

/* Extended attributes of an open file: sizes as the system calls give them. -1 with errno. */
ptrdiff_t cs_flistxattr(int fd, char *names, size_t capacity);
ptrdiff_t cs_fgetxattr(int fd, const char *name, void *value, size_t capacity);
int cs_fsetxattr(int fd, const char *name, const void *value, size_t size);

/* f_type of statfs: which file system holds the file. */
int cs_file_system(int fd, uint64_t *type);

/* Syncs the file system that holds `fd`. */
int cs_syncfs(int fd);
