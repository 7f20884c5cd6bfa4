/* A host in miniature: writes plans by hand, starts init with them, and collects what came of it. */
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "plan.h"

enum { PLAN_SPACE = 1 << 16, OUTPUT_SPACE = 1 << 16, HOST_ID = 0x70000000 };

/* A plan that grows: a fixed struct, then tables and strings. */
struct writer {
    union {
        unsigned char bytes[PLAN_SPACE];
        struct view_plan view;
        struct call_plan call;
    };
    size_t size;
    int descriptors[PLAN_MAX_DESCRIPTORS]; /* [0] is the plan's, where it goes in a file */
    size_t count;
    int in_file; /* also where it would fit into its message */
};

/* One view with one call in it. */
struct box {
    struct writer view, call;
    struct plan_mount view_mounts[PLAN_MAX_MOUNTS], call_mounts[PLAN_MAX_MOUNTS];
    size_t view_mount_count, call_mount_count;
    struct landlock_rule rules[64];
    size_t rule_count;
    struct landlock_rule view_rules[16];
    size_t view_rule_count;
    struct plan_limit limits[16];
    size_t limit_count;
    struct notice_shape notices[16];
    size_t notice_count;
    uint32_t arguments[64], environment[64];
    size_t argument_count, environment_count;
    int output, error; /* read ends */
    int keep_running;  /* not VIEW_ONE_CALL */
};

struct outcome {
    int ready, started, ended;
    int failed;
    struct message failure, end;
    struct notice notices[128]; /* of which `noticed` arrived */
    int noticed;
    int hang_up;       /* the control socket closed */
    int init_status;   /* wait status of outer */
    char output[OUTPUT_SPACE], error[OUTPUT_SPACE];
};

struct host {
    const char *init; /* path of agentbox-init */
    int32_t pid;
    int pidfd, control;
};

extern const char *init_path;

/* A box with /usr, its links, /proc, /dev, /tmp of 16 MiB, and the identity that this user can have. */
void box_begin(struct box *box);
/* The program and its arguments, null at the end. The program is opened here, as a host would. */
void box_command(struct box *box, const char *program, ...);
/* `/bin/sh -c script`. */
void box_shell(struct box *box, const char *script);
void box_environment(struct box *box, const char *setting);
struct plan_mount *box_mount(struct box *box, uint32_t kind, const char *target, const char *source, uint32_t flags);
struct plan_mount *box_call_mount(struct box *box, uint32_t kind, const char *target, const char *source,
                                  uint32_t flags);
void box_rule(struct box *box, uint64_t access, const char *host_path, const char *view_path, uint32_t flags);
/* The same of every call in the view. */
void box_view_rule(struct box *box, uint64_t access, const char *view_path);
void box_limit(struct box *box, uint32_t resource, uint64_t value);
/* Handles all file system rights of this kernel and allows reading and executing /usr, and all in /tmp and /dev. */
void box_landlock(struct box *box);
/* The same with a filter that others have too. Keeps `fd`. */
void box_shared_filter(struct box *box, int fd, uint32_t low, uint32_t high);
/* The view says, ahead, what the call's terms are, filter and limits included. */
void box_terms_ahead(struct box *box);
void box_filter(struct box *box, const void *program, size_t size, uint32_t low, uint32_t high);
/* What init is to read of one system call's arguments. In the order of numbers. */
void box_notice(struct box *box, struct notice_shape shape);
/* The host's id that calls run as, and that may own files for them. */
uid_t box_host_uid(void);
int as_root(void);

struct view_plan *box_view(struct box *box);
struct call_plan *box_call(struct box *box);
int writer_descriptor(struct writer *writer, int fd); /* takes it over; its index */
uint32_t writer_text(struct writer *writer, const char *text);
struct plan_table writer_table(struct writer *writer, const void *elements, size_t count, size_t size);

/* Finishes both plans, queues them, starts init, collects. 0, or -1 if the host itself failed. */
int box_run(struct box *box, struct outcome *outcome);
/* The parts of it. */
int box_start(struct box *box, struct host *host);
/* The same with a view only, kept; and one slot of it, for which `box_send_call` and `box_collect` work. */
int box_start_template(struct box *box, struct host *host);
int box_start_slot(const struct host *template, struct host *slot);
int box_start_moved_slot(const struct host *template, struct host *slot);
int box_collect(struct box *box, struct host *host, struct outcome *outcome, int until_ended);
int writer_send(struct writer *writer, int control, uint32_t kind, uint32_t number);
int box_send_call(struct box *box, struct host *host, uint32_t number);
void box_finish_plans(struct box *box);
void box_close(struct box *box);

/* A fresh folder that everybody can traverse, owned by the ids that calls have; removed at exit. */
const char *temporary_folder(void);
void write_text(const char *folder, const char *name, const char *text);
int read_text(const char *folder, const char *name, char *text, size_t size);
