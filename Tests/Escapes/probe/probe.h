/* A hostile tool, and a hostile agent. It tries one thing after another that must not be possible from where it runs,
 * and says for each what came of it. Outside every sandbox the same program is the positive control: there, what an
 * ordinary process may do succeeds, which shows that the attempt is a real one.
 *
 * An attempt returns 0 or an errno: 0, and any errno that only an operation that was let through gives (bad address,
 * bad descriptor, not a terminal …), is `succeeded`; a refusal's errno is `refused`; ENOSYS and unknown address families
 * are `absent`. An attempt that dies of a signal was refused. */
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
    ALONE = 4,       /* runs with --only: it ends the call, or outlives it */
    /* What it names is a part of this kernel or host, or is not: outside, its absence is no refusal. */
    MAY_LACK = 8,
};

struct attempt {
    const char *name;
    int (*run)(void);
    unsigned flags;
    const char *advisory; /* the CVE whose mechanism it is; null if it is nobody's in particular */
};

struct area {
    const char *name;
    const struct attempt *attempts; /* to a null name */
};

extern const struct area areas[]; /* to a null name */

/* What the caller says about the world. */
struct options {
    const char *workspace; /* a folder that the call can see */
    const char *file;      /* a file in it that the call has no grant to change */
    const char *outside;   /* a file of the host */
    const char *abstract;  /* an abstract socket that somebody listens on, without the leading NUL */
    const char *socket;    /* a path socket likewise */
    const char *inner_socket, *inner_datagram, *inner_fifo; /* the host's, by their names in the workspace */
    const char *shared;    /* a file of the host in /dev/shm, by its name there */
    const char *home;      /* $AGENTBOX_HOME, which holds a folder `runs` */
    const char *trail;     /* a part of the host's path of the workspace that occurs nowhere else */
    const char *host;      /* the name of the host */
    const char *registry;  /* the registry's socket, by its name on the host or, of an agent, in its box */
    const char *program;   /* agentbox itself, likewise */
    int other;             /* pid of another call, or of any process of the same id */
    int control;           /* it runs outside of every sandbox */
    int port;              /* TCP port on the host's loopback; a UDP socket is bound to it too */
};
extern struct options options;
/* Reads one of them. 0 if there is none of that name. */
int read_option(const char *name, const char *value);

/* 0 or errno of something that returns -1 on failure. */
static inline int outcome(long answer) { return answer < 0 ? errno : 0; }
/* As `outcome`, for an attempt that needs an option that was not given. */
enum { NOT_GIVEN = 4096 };
/* The result was not an errno. */
enum { WITHHELD = 4097 };

/* A name in the workspace. */
const char *in_workspace(const char *name);
/* The file of --file. */
const char *workspace_file(void);
/* Opens and closes: 0 or errno. Files that are made are the caller's to remove. */
int opened(const char *path, int flags);
/* The process that started the probe: inside, pid 1 of the sandbox. An attempt is a child of the probe. */
int starter(void);
/* A name of its folder in /proc. */
const char *of_starter(const char *name);
/* The error, where the capability could be had; else ENOENT, since there is no such thing for anybody here. */
int needing(int capability, int error);
/* 0 if the text is in the file; WITHHELD if it can be read and is not. */
int mentions(const char *path, const char *text);
/* The executable that this process was started by first, if it became another (--become); else its own. */
const char *first_executable(void);
enum { FIRST_EXECUTABLE = 10 };
/* Does all that another call should not find, and stays. */
int occupy(void);
/* What a body comes to in a user namespace of its own, with all capabilities there and the other namespaces in `flags`;
 * the errno of making it otherwise. */
int in_user_namespace(int flags, int (*body)(void));
