/* What the files of init share. Memory is static: there is no heap to corrupt, and nothing to run out of. */
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "plan.h"
#include "plan_check.h"

/* Descriptors with a fixed place; all above are the plan's and go when it is done. */
enum {
    FD_CONTROL = PLAN_CONTROL_FD,
    FD_OUTER = 4,    /* socket pair, outer's end; in inner closed */
    FD_INNER = 5,    /* inner's end; in outer replaced by inner's pidfd */
    FD_CHILDREN = 6, /* inner: a signalfd of SIGCHLD */
    FD_SELF = 7,     /* outer's own pidfd, for inner */
};

/* Where things stand, for the message that reports a failure. */
struct report {
    uint32_t call; /* 0 while the view is built */
    uint32_t step; /* STEP_NONE: nothing failed */
    int32_t error;
    int32_t index;
};

/* Notes that `step` failed with errno, and returns -1. The first failure stays. */
int failed(struct report *report, enum plan_step step, int32_t index);
/* The same with an error of our own finding. */
int failed_with(struct report *report, enum plan_step step, int32_t index, int error);
/* Tells the host; -1 if it is gone. */
int send_report(const struct report *report);
int send_report_to(int control, const struct report *report);
int send_message(const struct message *message);

/* A plan that arrived and was checked. */
struct received {
    const struct plan_header *plan; /* null: none yet */
    size_t size;
    int is_mapped; /* from its memfd; else it came in its message, and lies where plans of its kind do */
    uint32_t number; /* of the call, 0 for the view */
    size_t count;
    int descriptors[PLAN_MAX_DESCRIPTORS];
};

/* Maps and checks a plan whose descriptors arrived: 0, or an errno. */
int map_plan(struct received *received, uint32_t kind);
/* The same of `size` bytes, which are copied: there is room for one plan of each kind. */
int keep_plan(struct received *received, const void *bytes, size_t size, uint32_t kind);
/* Takes one message off the control socket: 0, or -1 with the report filled in; the end of the connection is
 * STEP_PLAN with EPIPE. A MESSAGE_SIGNAL leaves `received` alone; of a MESSAGE_SLOT it holds the socket, and no plan. */
int receive_plan(struct received *received, uint32_t kind, struct message *message, struct report *report);
void release_plan_descriptors(struct received *received);

/* What outer prepared of one mount while it stood in the host's mount namespace. -1: nothing. */
struct prepared {
    int tree;        /* detached copy of source_fd, attributes set */
    int layers;      /* of an overlay: detached copy of the folder that holds upper and work */
    int upper, work; /* in that copy: inner may not enter the folder, which is the host's */
};

static const struct prepared nothing = {-1, -1, -1, -1};

/* All that outer hands to inner. */
struct setup {
    struct received view, call;
    struct prepared view_trees[PLAN_MAX_MOUNTS], call_trees[PLAN_MAX_MOUNTS];
    int privileged;  /* outer is uid 0: identities are mapped and mounts prepared with its powers */
    int inner_pidfd; /* outer's to keep */
    /* Plans that came in their messages, on their way from outer to inner. */
    _Alignas(8) unsigned char view_bytes[PLAN_INLINE_MAX];
    _Alignas(8) unsigned char call_bytes[PLAN_INLINE_MAX];
};

/* Where both can see it until it is handed over (hand_over.c); null if there is no memory. */
struct setup *new_setup(void);
/* Outer's part, and inner's: it returns once inner has all, to itself. */
int hand_over(struct setup *setup, struct report *report);
int take_over(struct setup *shared, struct setup *own, struct report *report);

static inline const struct view_plan *view_of(const struct setup *setup) { return (const void *)setup->view.plan; }
static inline const struct call_plan *call_of(const struct received *call) { return (const void *)call->plan; }

/* One entry of a mount table, with all that its step needs. */
struct mount_job {
    const struct plan_header *plan;
    const struct plan_mount *mount;
    const int *descriptors;
    struct prepared *prepared;
    int root; /* the new root: an O_PATH or mount descriptor */
};

/* Steps of outer. */
int step_trees(struct setup *setup, struct report *report);
int step_user_namespace(const struct view_plan *view, int *user_namespace, struct report *report);
int step_identity_map(const struct view_plan *view, int privileged, int pid, struct report *report);
int open_process(int pid); /* its directory in /proc */
/* The ids inside become the table's ids outside; or, in a namespace `nested` in one with that table, the same ids. */
int write_id_map(int process, const char *file, const struct plan_header *plan, struct plan_table table, int nested);
int write_nested_maps(const struct view_plan *view, int processes, int pid);
int step_forget_privileges(const struct view_plan *view, int privileged, struct report *report);

/* Without privileges: the host's descriptor found again by name in inner's copy of the host's mounts, and compared. */
int reopen_tree(int host, int recursive);
int reopen(int host);
/* Opens in `folder` the directory that the host's descriptor is of, by the name that the kernel tells. */
int open_layer(int folder, int host);

/* Steps of inner. */
_Noreturn void inner_main(struct setup *shared);
int step_identity(const struct view_plan *view, int privileged, struct report *report);
int step_namespaces(struct report *report);
/* What the helper does beside inner, in this order (helper.c). An answer is a result, or an errno negated. */
enum help { HELP_NETWORK, HELP_SYSCTLS, HELP_OLD_ROOT, HELP_COUNT };
int begin_helper(struct report *report);
long await_help(enum help help);
void tell_helper_of_pivot(void); /* after which it does the last */
void join_helper(void);
long new_network(void);
long find_sysctls(void);
long detach_old_root(void);
/* Where there is another processor than this one, moves `pid` there, and leaves it free to return. */
void lend_processor(int pid);
int step_network(const struct view_plan *view, struct report *report);
/* For the call's process, which is made before the network is. */
int step_join_network(struct report *report);
void close_network(void); /* once all who join it have */
int step_loopback(const struct view_plan *view, struct report *report);
int step_hostname(const struct view_plan *view, struct report *report);
int step_private_mounts(struct report *report);
int step_root(int *root, struct report *report);
int step_pivot(int root, struct report *report);
int step_finish_root(int root, struct report *report);
int step_await_old_root(struct report *report);
/* Before the pivot, and after it. */
int step_sources(const struct received *plan, struct plan_table table, struct prepared *prepared, int root,
                 struct report *report);
int step_mounts(const struct received *plan, struct plan_table table, struct prepared *prepared, int root,
                struct report *report);
/* Opened while the host's /proc is still there. In a template it is the slots that may have no user namespaces. */
struct sysctls {
    int folder, user_namespaces; /* -1: cannot be opened here */
};
void open_sysctls(struct sysctls *sysctls);
void step_no_user_namespaces(struct sysctls *sysctls, int is_template);
void step_no_user_namespaces_in_slot(struct sysctls *sysctls);
int step_bounding_set(struct report *report);

/* The mounts that no two calls of a template may share. */
int step_own_file_systems(const struct received *plan, struct plan_table table, int root, struct report *report);

/* The sockets of the call's destinations, to the host. */
int step_destinations(const struct received *plan, struct report *report);

/* The call's files, put where it finds them: before there is a call, by inner. */
int step_files(const struct received *plan, struct report *report);
/* The descriptors that it inherits: kept ready before its limits hold, let through once all else is to be closed. */
int step_inherited(const struct received *plan, struct report *report);
int step_let_inherited(const struct call_plan *call, struct report *report);
/* Inner's own copies of them. */
void close_inherited(const struct call_plan *call);

/* Kinds of mounts: 0, or -1 with errno. */
int mount_tree(const struct mount_job *job); /* what the next three opened */
int open_bind(const struct mount_job *job);
int open_overlay(const struct mount_job *job);
int open_proc(const struct mount_job *job);
int open_devices(const struct mount_job *job);
int mount_tmpfs(const struct mount_job *job);
int mount_devices(const struct mount_job *job);
int mount_node(const struct mount_job *job);
int mount_files(const struct mount_job *job);

/* A mount's target beneath `root`, made if it is missing: its O_PATH descriptor, -1 with errno. */
enum target_type { TARGET_DIRECTORY, TARGET_FILE };
int open_target(int root, const char *path, enum target_type type, mode_t mode);
/* Opens the folder that holds `path`, made if missing, and points `name` at the last component. It may be `root`
 * itself: close_parent knows. */
int open_parent(int root, const char *path, const char **name);
void close_parent(int root, int parent); /* keeps errno */
int is_directory(int fd); /* 0 or 1; -1 with errno */
/* Attaches a detached tree at its target and closes it. */
int attach(int tree, int root, const char *path, enum target_type type);
uint64_t mount_attributes(const struct plan_mount *mount);
int new_proc(uint64_t attributes); /* detached, of the pid namespace of whoever makes it */
int new_tmpfs(uint64_t size, uint32_t mode, uint64_t attributes);
/* 0 if both descriptors are of one inode; else -1 with ESTALE. */
int same_inode(int first, int second);

/* A call's process, and what inner and it tell each other. */
struct call_job {
    /* Known when it is made. */
    const struct plan_header *plan; /* in which the terms are */
    const struct call_terms *terms;
    const struct view_plan *view;
    int terminal;   /* the session's; -1: none */
    int is_outside; /* the view's network does not stand yet */
    /* Only the process writes these. */
    struct report report;
    int listener; /* of the filter; -1: none */
    _Atomic uint32_t is_ready;
    _Atomic uint32_t lives; /* the kernel: 0 from exec on, or from its end */
    /* Only inner writes these, before it says go. */
    const char *directory;
    const char *audit_name; /* null: none */
    int ruleset;
    int executable;
    int go[2]; /* a pipe */
};
int call_main(void *job);
/* True of what lies on the stack of the call's process. */
int is_call_stack(const void *address);

/* Its steps while it is made ready, in their order. */
int step_session(const struct call_terms *terms, struct report *report);
int step_limits(const struct plan_header *plan, const struct call_terms *terms, const struct view_plan *view,
                struct report *report);
int step_capabilities(const struct call_terms *terms, const struct view_plan *view, struct report *report);
int step_no_new_privileges(struct report *report);
int step_filter(const struct call_terms *terms, int *listener, struct report *report);
/* Its last. Returns if it fails. */
void step_execute(int executable, struct report *report);

/* Inner's steps for it. The filter's file is read, and the filter completed, before it is made. */
int read_filter(int fd, struct report *report);
int load_filter(const struct call_terms *terms, struct report *report);
uint64_t filter_cookie(void);
int step_view_terms(struct received *view, struct report *report);
int step_terms(const struct received *view, const struct received *plan, struct report *report);
int load_vectors(const struct received *plan, struct report *report);
int step_program(const struct received *plan, int *program, struct report *report);
int step_landlock_ruleset(const struct received *view, const struct received *plan, int *ruleset,
                          struct report *report);
int step_landlock_rules(const struct received *view, const struct received *plan, int ruleset, struct report *report);
int step_view_rules(const struct received *view, struct report *report);
int step_stdio(const struct received *plan, struct report *report);
int step_close(struct report *report);
/* True if the plan asked for a listener and there is something to hear of. */
int filter_is_listening(void);

/* A SECCOMP_RET_* value: what the host's filter, and what any program of its kind, says of a system call. */
struct seccomp_data;
struct sock_filter;
uint32_t filter_verdict(const struct seccomp_data *data);
uint32_t judge(const struct sock_filter *program, size_t length, const struct seccomp_data *data);

/* What lies behind an argument of process `pid`, into NOTICE_TEXT bytes; empty where it cannot be read. With `resolves`,
 * 1 if it is a path that leads somewhere: then that is the text. */
int read_text(int pid, const struct seccomp_data *data, const struct text_shape *shape, int resolves, char *text);
/* Takes one system call off the listener and answers it. */
void serve_listener(int listener, const struct call_plan *call);
/* What was heard, to the host: 0, or -1 if it is gone. `lost`: there was more. */
void forget_notices(void);
int has_notices(void);
void note(int pid, const struct seccomp_data *data, int error, const struct call_plan *call);
int send_notices(uint32_t call, int *lost);

/* A template's work: slots, until the host or outer goes. `first` is the message that asked for the first. */
_Noreturn void template_main(struct setup *setup, struct sysctls *sysctls, struct received *first, int32_t group);
/* Serves one call to its end: 0, or -1 if the host is gone. */
int serve_call(struct setup *setup, struct received *plan);
_Noreturn void leave(int code);
_Noreturn void give_up(const struct report *report);

/* Makes the call's process ready: with the terms of the call that outer received, beside what inner does; or with those of
 * the view, before there is a call. */
int make_ready_beside(const struct setup *setup, struct report *report);
int make_ready_ahead(const struct setup *setup, struct report *report);
int await_ready(struct report *report);

/* -1: none. */
struct started {
    int process;
    int listener; /* of its filter */
};
/* Starts the call: makes its process where there is none, and has it go. */
int start_call(const struct setup *setup, const struct received *plan, struct started *started, struct report *report);
/* What it failed at before its program began: then -1, with the report filled in. */
int call_failed(struct report *report);

/* A process that shares this memory and runs one function, which must not return, on a stack of its own: its pid, or -1.
 * `lives` is 1 until it executes or ends, when the kernel clears it; null: nobody asks. */
int clone_onto(void *stack, size_t size, int (*function)(void *), void *argument, uint64_t flags,
               _Atomic uint32_t *lives);

/* Words that are 0 until somebody says them (words.c). Between processes of one memory; saying one touches no errno, and
 * passes the call's own filter. */
void say(_Atomic uint32_t *word);
void await(_Atomic uint32_t *word);
/* 0, or -1 if who was to say it is gone. */
int await_from(_Atomic uint32_t *word, const _Atomic uint32_t *lives);

/* What a call used, from its processes as they were reaped. */
struct usage {
    uint64_t user_microseconds, system_microseconds, peak_bytes;
};
/* Bytes that the call's processes read and wrote. */
struct transferred {
    uint64_t read, written;
};
void open_accounting(void);
void begin_accounting(void);
struct transferred end_accounting(void);
/* Reaps whatever is dead. 1 and `status` once `pid` itself was. */
int reap(int pid, int *status, struct usage *usage);
/* Kills all that the namespace holds but inner, and reaps until nothing is left. */
void end_everything(int pid, int *status, int *ended, struct usage *usage);
