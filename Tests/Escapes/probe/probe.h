/* A hostile tool. It tries one thing after another that a call must not be able to do, and says for each what came of
 * it. Outside every sandbox the same program is the positive control: there, what an ordinary process may do succeeds,
 * which shows that the attempt is a real one.
 *
 * An attempt returns 0 or an errno: 0, and any errno that only an operation that was let through gives (bad address,
 * bad descriptor, not a terminal …), is `succeeded`; a refusal's errno is `refused`; ENOSYS and
 * unknown address families are `absent`. An attempt that
 * dies of a signal was refused. */
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum attempt_flags {
    NEEDS_ROOT = 1,  /* outside, only root gets through */
    DESTRUCTIVE = 2, /* runs with --only or --destructive */
};

struct attempt {
    const char *name;
    int (*run)(void);
    unsigned flags;
};

struct area {
    const char *name;
    const struct attempt *attempts; /* to a null name */
};

extern const struct area areas[]; /* to a null name */
extern const struct attempt file_attempts[], git_attempts[], process_attempts[], ipc_attempts[], network_attempts[],
    kernel_attempts[], tracing_attempts[], namespace_attempts[], mount_attempts[], terminal_attempts[],
    entry_attempts[], secret_attempts[], resource_attempts[], survivor_attempts[];

/* What the caller says about the world. */
struct options {
    const char *workspace; /* a folder that the call can see */
    const char *file;      /* a file in it that the call has no grant to change */
    const char *outside;   /* a file of the host */
    const char *abstract;  /* an abstract socket that somebody listens on, without the leading NUL */
    const char *socket;    /* a path socket likewise */
    const char *inner_socket, *inner_datagram, *inner_fifo; /* the host's, by their names in the workspace */
    int other;             /* pid of another call, or of any process of the same id */
    int port;              /* TCP port on the host's loopback */
};
extern struct options options;

/* 0 or errno of something that returns -1 on failure. */
static inline int outcome(long answer) { return answer < 0 ? errno : 0; }
/* As `outcome`, for an attempt that needs an option that was not given. */
enum { NOT_GIVEN = 4096 };
/* The result was not an errno. */
enum { WITHHELD = 4097 };

/* A name in the workspace. */
const char *in_workspace(const char *name);
