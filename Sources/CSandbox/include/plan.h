/* The plan: what the host asks agentbox-init to do.
 *
 * A plan begins with a struct plan_header. It follows the struct message in its packet if it has at most
 * PLAN_INLINE_MAX bytes; else it is a sealed memfd (F_SEAL_WRITE | GROW | SHRINK | SEAL), the first descriptor of the
 * packet. Making and mapping a file costs more than all else about a small plan. All references are byte offsets from
 * its start, all integers are native endian, strings end in NUL, and offset 0 means "none". Descriptors travel beside it
 * in the same SCM_RIGHTS message; the plan names them by their index there, counted from 1, since 0 is the plan itself:
 * in the plan's fields 0 and negative values mean "none". Tables are aligned to 8 bytes. Init
 * checks every offset, count, flag and index before use (plan_check.h): a plan that does not hold together is a
 * failure of STEP_PLAN, and so is one that is not sealed.
 *
 * Two plans exist. A VIEW plan makes namespaces, root and mounts, once. A CALL plan starts one program in it. Cold,
 * the host queues both on the socket before it starts init, with VIEW_ONE_CALL set; init takes both before it builds
 * anything. Kept running with the flag clear, the same executable is a template. A SLOT message makes it start a
 * process that serves one CALL on the socket that came with the message, in namespaces of its own: users, pids, mounts
 * (with the view's proc and tmpfs mounts made anew), queues, and the network where the view has a loopback.
 *
 * What a call's process is before its program begins, its `terms`, can be told ahead in the view: then each slot has that
 * process ready, confined but for the call's grant, and a call is refused whose terms are others.
 */
#pragma once

#include <stdint.h>

#define PLAN_MAGIC 0x78626761u /* "agbx" */
#define PLAN_VERSION 1u
#define PLAN_MAX_SIZE (4u << 20)
#define PLAN_INLINE_MAX (16u << 10) /* a multiple of 8 */
#define PLAN_MAX_DESCRIPTORS 64u /* in one message */
#define PLAN_MAX_MOUNTS 128u     /* in one table */
/* init's only inherited descriptor beside 0-2 (which are /dev/null): the control socket, SOCK_SEQPACKET. */
#define PLAN_CONTROL_FD 3

/* First word of each message on the control socket. */
enum message_kind {
    MESSAGE_VIEW = 1,   /* host -> init; then the plan, or [0] its memfd; then its own descriptors */
    MESSAGE_CALL = 2,   /* host -> init; likewise */
    MESSAGE_SIGNAL = 3, /* host -> init; value = signal for the call's process group */
    MESSAGE_SLOT = 4,   /* host -> template; value = enum slot_group; descriptors: [0] the slot's control socket,
                           SOCK_SEQPACKET; then, where the slot is to be born in a cgroup of version 1, its `tasks` files
                           of one or two hierarchies, and as many of the group that the template is in and returns to. On
                           the socket the host then says MESSAGE_CALL and hears the rest; when its writing end is shut
                           down or closed, everything in the slot is killed, and the socket ends when all of it is gone */

    MESSAGE_READY = 16,   /* init -> host: of a template, the view stands; of a slot in a cgroup, it is in there, and
                             value = 1 if the call's process is too */
    MESSAGE_STARTED = 17, /* init -> host: execve succeeded; not said of a call with CALL_HOLD_STREAMS, for which nobody
                             waits: it has FAILED in place of its end if it did not */
    MESSAGE_ENDED = 18,   /* init -> host: every process of the call is gone; value = wait status; usage filled in */
    MESSAGE_FAILED = 19,  /* init -> host: step, value = errno, index = table entry or -1; nothing was executed */
    MESSAGE_NOTICE = 20,  /* init -> host: a struct notice, which begins with this message; before ENDED */
    MESSAGE_LISTENING = 21, /* init -> host; descriptors: the sockets of the call's `listeners`; before STARTED */
};

struct message {
    uint32_t kind;
    uint32_t call; /* the host's number of the call; 0 in messages about the view */
    int32_t value;
    uint32_t step;
    int32_t index;
    uint32_t flags; /* of ENDED: enum end_flags */
    uint64_t user_microseconds;
    uint64_t system_microseconds;
    uint64_t peak_bytes; /* ru_maxrss of the largest process */
    uint64_t read_bytes, written_bytes; /* by system calls, of files, pipes and all else */
};

/* Of the cgroup of the slot. With one the slot says READY, from which the kernel tells the host who it is. */
enum slot_group {
    SLOT_ALONE = 0,    /* the template's */
    SLOT_IS_BORN = 1,  /* the one whose files came along */
    SLOT_IS_MOVED = 2, /* the host moves it before it says CALL: nothing of the call may be there until then */
};

enum end_flags {
    END_UNREPORTED = 1, /* there could be no listener: what the filter refused was refused in silence */
    END_LOST = 2,       /* there were more different notices than init keeps */
    END_SCRATCH_FULL = 4, /* nothing more fits into /tmp */
};

#define NOTICE_TEXT 256u
#define NOTICE_TEXTS 2u

/* System calls of the call that init heard of and that are alike: the same call, values and texts. */
struct notice {
    struct message message; /* value = the errno that they were refused with, 0: they went on */
    uint32_t number;
    uint32_t found; /* of a trace: bit n: text n is a path that led somewhere, and where it led */
    uint64_t count;
    uint64_t arguments[6];  /* of the first */
    char texts[NOTICE_TEXTS][NOTICE_TEXT]; /* as the notice_shape says; empty: none, or it could not be read */
};

/* Where init was when something failed. The names are printed by plan_step_name(). Append only. */
enum plan_step {
    STEP_NONE = 0,
    STEP_PLAN,          /* the plan does not hold together */
    STEP_NAMESPACES,    /* clone3 with CLONE_NEW* */
    STEP_IDENTITY_MAP,  /* setgroups, gid_map, uid_map */
    STEP_IDENTITY,      /* setresgid, setresuid in the namespace */
    STEP_IDMAP,         /* mount_setattr(MOUNT_ATTR_IDMAP) of a mount */
    STEP_LOOPBACK,      /* SIOCSIFFLAGS on lo */
    STEP_HOSTNAME,
    STEP_ROOT,          /* the new root's tmpfs */
    STEP_MOUNT,         /* one entry of a mount table; index names it */
    STEP_PIVOT,
    STEP_LANDLOCK_ABI,  /* index is the kernel's ABI */
    STEP_LANDLOCK_RULE, /* index names the rule */
    STEP_LANDLOCK_RESTRICT,
    STEP_LIMITS,
    STEP_CAPABILITIES,
    STEP_NO_NEW_PRIVILEGES,
    STEP_DESCRIPTORS,   /* index names the standard stream */
    STEP_SESSION,
    STEP_DIRECTORY,     /* chdir to the call's working directory */
    STEP_FILTER,
    STEP_SPAWN,
    STEP_EXECUTE,
    STEP_TERMINAL, /* standard input as the session's controlling terminal */
    STEP_LISTEN,        /* a socket for a destination of the call; index names it */
    STEP_FILES,         /* a file that the call finds, or a descriptor that it inherits; index names it */
    STEP_COUNT
};

enum plan_kind { PLAN_VIEW = 1, PLAN_CALL = 2 };

struct plan_header {
    uint32_t magic, version, kind, size;
};

struct plan_table {
    uint32_t offset, count;
};

struct id_map {
    uint32_t inside, outside, count;
};

enum mount_kind {
    MOUNT_BIND = 1,  /* source_fd (O_PATH file, directory or socket) at target; MS_REC where it is a directory */
    MOUNT_TMPFS,     /* size bytes, mode */
    MOUNT_PROC,      /* subset=pid,hidepid=ptraceable */
    MOUNT_DEV,       /* minimal /dev: null zero full random urandom (binds), fd stdin stdout stderr links, shm: a
                        tmpfs of size bytes, or with size 0 a link to /tmp, so that one limit holds for both */
    MOUNT_SYMLINK,   /* text = link's content */
    MOUNT_DIRECTORY, /* mkdir -p with mode */
    MOUNT_FILE,      /* a small read-only file in the root tmpfs with text as content and mode */
    MOUNT_OVERLAY,   /* source_fd = lower, upper_fd, work_fd; userxattr; a workspace's copy-on-write layer. upper and
                        work are two directories of one folder, owned by the call's host id */
    MOUNT_FILES,     /* memory that is never swapped out and has no limit, with mode: where init puts the call's `files`,
                        and nobody writes else */
};

enum mount_flags {
    MOUNT_FLAG_READ_ONLY = 1,
    MOUNT_FLAG_NO_EXEC = 2,
    MOUNT_FLAG_IDMAP = 4,    /* through the plan's idmap (root only); of an overlay: its lower */
    MOUNT_FLAG_OPTIONAL = 8, /* a source that vanished since is skipped; any other failure still fails */
    MOUNT_FLAG_TERMINAL = 16, /* of MOUNT_DEV: tty too, which is whatever terminal the process's session has */
};
/* Every mount is nosuid and nodev (but the device binds, which are not nodev). Missing parents of a target are made in
 * the root tmpfs, 0755. A target is absolute, without `.` or `..`. */
struct plan_mount {
    uint32_t kind, flags;
    int32_t source_fd, upper_fd, work_fd;
    uint32_t target, text;
    uint32_t mode;
    uint64_t size;
};

enum view_flags {
    VIEW_ONE_CALL = 1, /* exit after the first call */
    VIEW_LOOPBACK = 2, /* bring lo up */
    VIEW_HOST_NETWORK = 4, /* the host's network in place of an own one: for agentbox's own broker, for no call */
    VIEW_TERMS = 8,        /* of a template: `terms` are those of all its calls */
};

/* What a Landlock ruleset handles. fs = 0: no Landlock. */
struct landlock_rights {
    uint64_t fs, net, scoped;
    uint32_t abi; /* that the host relied on; a lower one here is STEP_LANDLOCK_ABI */
    uint32_t reserved;
};

struct plan_limit {
    uint32_t resource; /* RLIMIT_*; of RLIMIT_CORE init makes "none" whatever the value; RLIMIT_NPROC counts the call's
                          own processes only */
    uint32_t reserved;
    uint64_t value;
};

enum term_flags {
    TERM_NEW_SESSION = 2, /* setsid */
    /* What the filter refuses with an errno other than ENOSYS comes to init, which refuses it with that errno and says
       so. ENOSYS is what a libc that looks for a newer kernel expects to hear. */
    TERM_REPORT = 4,
    TERM_REPORT_ENOSYS = 8, /* ENOSYS too: it is the profile's refusal */
    /* Every system call comes to init, which does with it what the filter says, and says so. */
    TERM_TRACE = 16,
    TERM_TERMINAL = 64, /* with TERM_NEW_SESSION: standard input is a terminal, and the session's own; cold only */
};

/* What the call's process is, whatever it executes. */
struct call_terms {
    uint32_t flags;
    uint32_t uid, gid; /* inside; setresgid and setresuid only if they differ from init's */
    uint32_t umask;
    int32_t filter_fd; /* memfd of struct sock_filter[] */
    /* Two constants in the filter, as placeholders: init replaces the operand of every `jeq #cookie_low` and
     * `jeq #cookie_high` by the halves of a fresh random cookie before it loads the filter, so that execveat with
     * AT_EMPTY_PATH is allowed only with the cookie in its unused sixth argument. Each must occur, and they must
     * differ. Both 0: the filter has no placeholders. */
    uint32_t cookie_low, cookie_high;
    struct plan_table limits; /* of struct plan_limit */
};

struct view_plan {
    struct plan_header header;
    uint32_t flags;
    uint32_t init_uid, init_gid; /* inside the user namespace */
    struct plan_table uid_map, gid_map; /* of struct id_map, written by the outer process */
    /* The idmap of MOUNT_FLAG_IDMAP: inside = id on disk, outside = host id it appears as. Empty: none. */
    struct plan_table idmap_uid, idmap_gid;
    uint32_t hostname;
    struct plan_table mounts; /* of struct plan_mount, in order; the root tmpfs and pivot are implied */
    /* Rules of every call with CALL_VIEW_RULES: RULE_IN_VIEW and without a descriptor, so that a slot can make them
       before there is a call. */
    struct plan_table rules; /* of struct landlock_rule */
    struct landlock_rights landlock;
    struct call_terms terms; /* with VIEW_TERMS */
};

enum rule_flags {
    RULE_IN_VIEW = 1,     /* open `path` in the call's view for the rule, not fd */
    RULE_SAME_INODE = 2,  /* with RULE_IN_VIEW and fd >= 0: refuse unless st_ino and type equal those of fd */
    RULE_OPTIONAL = 4,    /* with RULE_IN_VIEW: no such path, no rule */
    RULE_PORT = 8,        /* by itself: of a TCP port in place of a file */
};

struct landlock_rule {
    uint64_t access; /* LANDLOCK_ACCESS_FS_*; rights that do not apply to a file are dropped for files by init. With
                        RULE_PORT LANDLOCK_ACCESS_NET_* */
    int32_t fd;
    uint32_t flags;
    uint32_t path;
    uint32_t port; /* of RULE_PORT; 0: one that the kernel picks */
};

enum call_flags {
    CALL_VIEW_RULES = 32, /* beside its own rules the view's, which come first where an index names one */
    CALL_HOLD_STREAMS = 128, /* output and errors end for their readers when the call has, not before */
};

enum text_kind {
    TEXT_NONE = 0,
    TEXT_STRING = 1,
    TEXT_PATH = 2,    /* made absolute */
    TEXT_ADDRESS = 3, /* a struct sockaddr, whose length is the argument after it; in hexadecimal */
};

struct text_shape {
    uint32_t kind, argument;
    int32_t folder; /* of a path: the argument that is its folder's descriptor; -1: the working directory */
};

/* What matters of the arguments of one system call. */
struct notice_shape {
    uint32_t number;
    uint32_t values; /* bit n: argument n is a value, not a pointer, a descriptor or a size */
    struct text_shape texts[NOTICE_TEXTS];
};

#define PLAN_MAX_LISTENERS 32u

/* Where a destination of the call is reached inside: an address of its loopback and a TCP port. */
struct plan_listener {
    uint32_t is_version_6;
    uint32_t port;
    unsigned char address[16]; /* in network order; of IPv4 the first four */
};

/* What the call finds in its `files_folder`: a copy of a sealed memfd, 0400, the call's own. */
struct plan_file {
    uint32_t name; /* one component */
    int32_t fd;
};

#define PLAN_MAX_FILES 32u
#define PLAN_FILE_MAX (1u << 20) /* bytes */
/* The first number of those that the call inherits: above all that init itself may have open by then. */
#define PLAN_INHERITED_FD 200
#define PLAN_MAX_INHERITED 16u

struct call_plan {
    struct plan_header header;
    uint32_t flags;
    struct call_terms terms;
    int32_t executable_fd;
    uint32_t executable_path;     /* its name in the view, by which it is executed if it is that very file; 0: none, and
                                     the host's own descriptor is executed */
    int32_t input_fd, output_fd, error_fd;
    uint32_t directory;           /* chdir in the view */
    struct plan_table arguments;  /* of uint32_t string offsets */
    struct plan_table environment;
    struct plan_table mounts;     /* of struct plan_mount: added for this call; cold only */
    struct plan_table rules;      /* of struct landlock_rule */
    struct plan_table notices;    /* of struct notice_shape, sorted by number */
    struct plan_table listeners;  /* of struct plan_listener: made before the call, and handed to the host */
    uint32_t files_folder;        /* a MOUNT_FILES of the view; 0: none */
    struct plan_table files;      /* of struct plan_file */
    struct plan_table inherited;  /* of int32_t: sealed memfds, which become PLAN_INHERITED_FD and the numbers after it */
    struct landlock_rights landlock; /* with CALL_VIEW_RULES the view's */
    uint32_t audit_name;          /* what the call's process is called while it restricts itself, of at most 15 bytes; with
                                     it the kernel's audit hears what Landlock refuses the call, from ABI 7 on. 0: none */
    uint32_t reserved;
};

/* `landlock-rule`, `pivot`, …: the names that reach people. Never null. */
const char *plan_step_name(uint32_t step);
