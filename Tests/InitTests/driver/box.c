#include "box.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "landlock.h"
#include "memfd.h"
#include "openat2.h"
#include "pidfd.h"
#include "rights.h"
#include "spawn_init.h"

const char *init_path;

static _Noreturn void broken(const char *what) {
    fprintf(stderr, "the test itself failed: %s: %s\n", what, strerror(errno));
    exit(2);
}

int as_root(void) { return geteuid() == 0; }
uid_t box_host_uid(void) { return as_root() ? HOST_ID + 1 : geteuid(); }
struct view_plan *box_view(struct box *box) { return &box->view.view; }
struct call_plan *box_call(struct box *box) { return &box->call.call; }

static size_t reserve(struct writer *writer, size_t size, size_t alignment) {
    size_t at = (writer->size + alignment - 1) / alignment * alignment;
    if (at + size > sizeof writer->bytes) broken("plan is full");
    writer->size = at + size;
    return at;
}

uint32_t writer_text(struct writer *writer, const char *text) {
    size_t at = reserve(writer, strlen(text) + 1, 1);
    strcpy((char *)writer->bytes + at, text);
    return (uint32_t)at;
}

struct plan_table writer_table(struct writer *writer, const void *elements, size_t count, size_t size) {
    if (count == 0) return (struct plan_table){0, 0};
    size_t at = reserve(writer, count * size, 8);
    memcpy(writer->bytes + at, elements, count * size);
    return (struct plan_table){(uint32_t)at, (uint32_t)count};
}

int writer_descriptor(struct writer *writer, int fd) {
    if (fd < 0) broken("descriptor");
    if (writer->count == PLAN_MAX_DESCRIPTORS) broken("too many descriptors");
    writer->descriptors[writer->count] = fd;
    return (int)writer->count++;
}

static int open_path(const char *path) {
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) broken(path);
    return fd;
}

static struct plan_mount *add_mount(struct writer *writer, struct plan_mount *mounts, size_t *count, uint32_t kind,
                                    const char *target, const char *source, uint32_t flags) {
    struct plan_mount *mount = &mounts[(*count)++];
    *mount = (struct plan_mount){.kind = kind, .flags = flags, .source_fd = -1, .upper_fd = -1, .work_fd = -1};
    mount->target = writer_text(writer, target);
    mount->mode = 0755;
    if (source && (kind == MOUNT_BIND || kind == MOUNT_OVERLAY)) {
        mount->source_fd = writer_descriptor(writer, open_path(source));
    } else if (source) {
        mount->text = writer_text(writer, source);
    }
    return mount;
}

struct plan_mount *box_mount(struct box *box, uint32_t kind, const char *target, const char *source, uint32_t flags) {
    return add_mount(&box->view, box->view_mounts, &box->view_mount_count, kind, target, source, flags);
}

struct plan_mount *box_call_mount(struct box *box, uint32_t kind, const char *target, const char *source,
                                  uint32_t flags) {
    return add_mount(&box->call, box->call_mounts, &box->call_mount_count, kind, target, source, flags);
}

static void identities(struct box *box) {
    struct view_plan *view = box_view(box);
    const struct id_map root[] = {{0, HOST_ID, 1}, {1000, HOST_ID + 1, 1}};
    const struct id_map uid[] = {{1000, geteuid(), 1}}, gid[] = {{1000, getegid(), 1}};
    view->uid_map = writer_table(&box->view, as_root() ? root : uid, as_root() ? 2 : 1, sizeof uid[0]);
    view->gid_map = writer_table(&box->view, as_root() ? root : gid, as_root() ? 2 : 1, sizeof gid[0]);
    view->init_uid = view->init_gid = as_root() ? 0 : 1000;
    box_call(box)->terms.uid = box_call(box)->terms.gid = 1000;
}

static void system_folders(struct box *box) {
    static const char *const links[] = {"bin", "sbin", "lib", "lib64"};
    box_mount(box, MOUNT_BIND, "/usr", "/usr", MOUNT_FLAG_READ_ONLY);
    for (size_t i = 0; i < 4; i++) {
        char target[16], content[16];
        snprintf(target, sizeof target, "/%s", links[i]);
        snprintf(content, sizeof content, "usr/%s", links[i]);
        box_mount(box, MOUNT_SYMLINK, target, content, 0);
    }
    box_mount(box, MOUNT_FILE, "/etc/passwd", "user:x:1000:1000::/tmp:/bin/sh\n", 0)->mode = 0444;
    box_mount(box, MOUNT_PROC, "/proc", NULL, MOUNT_FLAG_READ_ONLY);
    box_mount(box, MOUNT_DEV, "/dev", NULL, 0);
    struct plan_mount *scratch = box_mount(box, MOUNT_TMPFS, "/tmp", NULL, 0);
    scratch->mode = 01777;
    scratch->size = 16u << 20;
}

void box_begin(struct box *box) {
    memset(box, 0, sizeof *box);
    box->view.size = sizeof(struct view_plan);
    box->call.size = sizeof(struct call_plan);
    box->view.count = box->call.count = 1; /* the plan itself */
    *box_view(box) = (struct view_plan){.header = {PLAN_MAGIC, PLAN_VERSION, PLAN_VIEW, 0}};
    *box_call(box) = (struct call_plan){.header = {PLAN_MAGIC, PLAN_VERSION, PLAN_CALL, 0}};
    box_view(box)->flags = VIEW_LOOPBACK;
    box_view(box)->hostname = writer_text(&box->view, "box");
    identities(box);
    system_folders(box);
    box_call(box)->terms.flags = TERM_NEW_SESSION;
    box_call(box)->terms.umask = 022;
    box_call(box)->directory = writer_text(&box->call, "/tmp");
    int output[2], error[2];
    if (pipe2(output, O_CLOEXEC) < 0 || pipe2(error, O_CLOEXEC) < 0) broken("pipe2");
    box->output = output[0];
    box->error = error[0];
    box_call(box)->output_fd = writer_descriptor(&box->call, output[1]);
    box_call(box)->error_fd = writer_descriptor(&box->call, error[1]);
}

void box_command(struct box *box, const char *program, ...) {
    va_list list;
    box_call(box)->executable_fd = writer_descriptor(&box->call, open_path(program));
    box->arguments[box->argument_count++] = writer_text(&box->call, program);
    va_start(list, program);
    for (const char *argument; (argument = va_arg(list, const char *));) {
        box->arguments[box->argument_count++] = writer_text(&box->call, argument);
    }
    va_end(list);
}

void box_shell(struct box *box, const char *script) { box_command(box, "/bin/sh", "-c", script, NULL); }

void box_environment(struct box *box, const char *setting) {
    box->environment[box->environment_count++] = writer_text(&box->call, setting);
}

void box_rule(struct box *box, uint64_t access, const char *host_path, const char *view_path, uint32_t flags) {
    struct landlock_rule *rule = &box->rules[box->rule_count++];
    *rule = (struct landlock_rule){.access = access, .fd = -1, .flags = flags};
    if (host_path) rule->fd = writer_descriptor(&box->call, open_path(host_path));
    if (view_path) {
        rule->path = writer_text(&box->call, view_path);
        rule->flags |= RULE_IN_VIEW;
    }
}

void box_view_rule(struct box *box, uint64_t access, const char *view_path) {
    struct landlock_rule *rule = &box->view_rules[box->view_rule_count++];
    *rule = (struct landlock_rule){.access = access, .fd = -1, .flags = RULE_IN_VIEW};
    rule->path = writer_text(&box->view, view_path);
}

void box_limit(struct box *box, uint32_t resource, uint64_t value) {
    box->limits[box->limit_count++] = (struct plan_limit){.resource = resource, .value = value};
}

void box_notice(struct box *box, struct notice_shape shape) {
    if (box->notice_count == sizeof box->notices / sizeof box->notices[0]) broken("too many notices");
    box->notices[box->notice_count++] = shape;
}

void box_landlock(struct box *box) {
    struct call_plan *call = box_call(box);
    uint64_t read = CS_LANDLOCK_EXECUTE | CS_LANDLOCK_READ_FILE | CS_LANDLOCK_READ_DIR;
    call->landlock.abi = cs_landlock_abi();
    call->landlock.fs = cs_landlock_fs_rights(call->landlock.abi);
    call->landlock.net = cs_landlock_net_rights(call->landlock.abi);
    call->landlock.scoped = cs_landlock_scopes(call->landlock.abi);
    box_rule(box, read, NULL, "/usr", 0);
    box_rule(box, read, NULL, "/proc", 0);
    box_rule(box, call->landlock.fs, NULL, "/tmp", 0);
    box_rule(box, (read | CS_LANDLOCK_WRITE_FILE), NULL, "/dev", 0);
}

void box_filter(struct box *box, const void *program, size_t size, uint32_t low, uint32_t high) {
    int fd = cs_memfd_sealed("filter", program, size);
    box_call(box)->terms.filter_fd = writer_descriptor(&box->call, fd);
    box_call(box)->terms.cookie_low = low;
    box_call(box)->terms.cookie_high = high;
}

void box_shared_filter(struct box *box, int fd, uint32_t low, uint32_t high) {
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    box_call(box)->terms.filter_fd = writer_descriptor(&box->call, own);
    box_call(box)->terms.cookie_low = low;
    box_call(box)->terms.cookie_high = high;
}

void box_terms_ahead(struct box *box) {
    const struct call_terms *terms = &box_call(box)->terms;
    box_view(box)->terms = *terms;
    box_view(box)->flags |= VIEW_TERMS;
    if (terms->filter_fd > 0) {
        int own = fcntl(box->call.descriptors[terms->filter_fd], F_DUPFD_CLOEXEC, 0);
        box_view(box)->terms.filter_fd = writer_descriptor(&box->view, own);
    }
    box_view(box)->terms.limits = writer_table(&box->view, box->limits, box->limit_count, sizeof box->limits[0]);
}

void box_finish_plans(struct box *box) {
    struct view_plan *view = box_view(box);
    struct call_plan *call = box_call(box);
    if (!box->keep_running) view->flags |= VIEW_ONE_CALL;
    view->mounts = writer_table(&box->view, box->view_mounts, box->view_mount_count, sizeof(struct plan_mount));
    call->mounts = writer_table(&box->call, box->call_mounts, box->call_mount_count, sizeof(struct plan_mount));
    call->arguments = writer_table(&box->call, box->arguments, box->argument_count, sizeof(uint32_t));
    call->environment = writer_table(&box->call, box->environment, box->environment_count, sizeof(uint32_t));
    call->terms.limits = writer_table(&box->call, box->limits, box->limit_count, sizeof(struct plan_limit));
    box_view(box)->rules =
        writer_table(&box->view, box->view_rules, box->view_rule_count, sizeof(struct landlock_rule));
    call->notices = writer_table(&box->call, box->notices, box->notice_count, sizeof(struct notice_shape));
    call->rules = writer_table(&box->call, box->rules, box->rule_count, sizeof(struct landlock_rule));
    view->header.size = (uint32_t)box->view.size;
    call->header.size = (uint32_t)box->call.size;
}

int writer_send(struct writer *writer, int control, uint32_t kind, uint32_t number) {
    const struct message message = {.kind = kind, .call = number};
    int answer;
    if (writer->size <= PLAN_INLINE_MAX && !writer->in_file) {
        answer = cs_send_parts(control, &message, sizeof message, writer->bytes, writer->size, writer->descriptors + 1,
                               writer->count - 1);
    } else {
        writer->descriptors[0] = cs_memfd_sealed("plan", writer->bytes, writer->size);
        if (writer->descriptors[0] < 0) return -1;
        answer = cs_send(control, &message, sizeof message, writer->descriptors, writer->count);
        close(writer->descriptors[0]);
    }
    for (size_t i = 1; i < writer->count; i++) close(writer->descriptors[i]);
    writer->count = 0;
    return answer;
}

int box_send_call(struct box *box, struct host *host, uint32_t number) {
    return writer_send(&box->call, host->control, MESSAGE_CALL, number);
}

static int start(struct box *box, struct host *host, int with_call) {
    int ends[2];
    box_finish_plans(box);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -1;
    host->control = ends[0];
    if (writer_send(&box->view, host->control, MESSAGE_VIEW, 0) < 0) return -1;
    if (with_call && box_send_call(box, host, 1) < 0) return -1;
    int failure = cs_spawn_init(init_path, ends[1], -1, &host->pid, &host->pidfd);
    close(ends[1]);
    errno = failure;
    return failure ? -1 : 0;
}

int box_start(struct box *box, struct host *host) { return start(box, host, 1); }

int box_start_template(struct box *box, struct host *host) {
    box->keep_running = 1;
    return start(box, host, 0);
}

static int start_slot(const struct host *template, struct host *slot, enum slot_group group) {
    const struct message message = {.kind = MESSAGE_SLOT, .value = (int32_t)group};
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -1;
    *slot = (struct host){.pidfd = -1, .control = ends[0]};
    int answer = cs_send(template->control, &message, sizeof message, &ends[1], 1);
    close(ends[1]);
    return answer;
}

int box_start_slot(const struct host *template, struct host *slot) { return start_slot(template, slot, SLOT_ALONE); }
int box_start_moved_slot(const struct host *template, struct host *slot) {
    return start_slot(template, slot, SLOT_IS_MOVED);
}

static int read_some(int fd, char *text) {
    size_t size = strlen(text);
    ssize_t count = read(fd, text + size, OUTPUT_SPACE - 1 - size);
    if (count > 0) text[size + (size_t)count] = '\0';
    return count > 0;
}

static void take_message(struct host *host, struct outcome *outcome) {
    union {
        struct message message;
        struct notice notice;
    } received;
    size_t count;
    ptrdiff_t size = cs_receive(host->control, &received, sizeof received, NULL, 0, &count, 0);
    const struct message message = received.message;
    if (size == (ptrdiff_t)sizeof received.notice && message.kind == MESSAGE_NOTICE && !outcome->ended) {
        if (outcome->noticed < 128) outcome->notices[outcome->noticed++] = received.notice;
        return;
    }
    if (size != (ptrdiff_t)sizeof message) {
        outcome->hang_up = 1;
        return;
    }
    if (message.kind == MESSAGE_READY) outcome->ready++;
    if (message.kind == MESSAGE_STARTED) outcome->started++;
    if (message.kind == MESSAGE_ENDED) {
        outcome->ended++;
        outcome->end = message;
    }
    if (message.kind == MESSAGE_FAILED) {
        outcome->failed++;
        outcome->failure = message;
    }
}

int box_collect(struct box *box, struct host *host, struct outcome *outcome, int until_ended) {
    struct pollfd events[] = {{.fd = host->control, .events = POLLIN},
                              {.fd = box->output, .events = POLLIN},
                              {.fd = box->error, .events = POLLIN}};
    while (events[0].fd >= 0 || events[1].fd >= 0 || events[2].fd >= 0) {
        if (poll(events, 3, 20000) <= 0) return -1;
        if (events[0].revents) take_message(host, outcome);
        if (outcome->hang_up) events[0].fd = -1;
        if (events[1].revents && !read_some(box->output, outcome->output)) events[1].fd = -1;
        if (events[2].revents && !read_some(box->error, outcome->error)) events[2].fd = -1;
        if (until_ended && (outcome->ended || outcome->failed) && events[1].fd < 0 && events[2].fd < 0) return 0;
    }
    struct cs_exit result;
    if (host->pidfd < 0) return 0; /* a slot */
    if (cs_pidfd_wait(host->pidfd, 1, &result) != CS_WAIT_REAPED) return -1;
    outcome->init_status = result.status;
    return 0;
}

void box_close(struct box *box) {
    close(box->output);
    close(box->error);
}

int box_run(struct box *box, struct outcome *outcome) {
    struct host host;
    memset(outcome, 0, sizeof *outcome);
    if (box_start(box, &host) < 0) return -1;
    int answer = box_collect(box, &host, outcome, 0);
    close(host.control);
    close(host.pidfd);
    box_close(box);
    return answer;
}

static char folders[32][64];
static size_t folder_count;

static void remove_folders(void) {
    for (size_t i = 0; i < folder_count; i++) {
        /* An overlay's work folder has no permissions. The name is mkdtemp's: nothing to quote. */
        char command[256];
        snprintf(command, sizeof command, "chmod -R u+rwx %.60s; rm -rf %.60s", folders[i], folders[i]);
        if (system(command) != 0) fprintf(stderr, "could not remove %s\n", folders[i]);
    }
}

const char *temporary_folder(void) {
    if (folder_count == 32) broken("too many folders");
    if (folder_count == 0) atexit(remove_folders);
    char *folder = folders[folder_count++];
    strcpy(folder, "/tmp/agentbox-init-XXXXXX");
    if (!mkdtemp(folder) || chmod(folder, 0755) < 0) broken("mkdtemp");
    return folder;
}

void write_text(const char *folder, const char *name, const char *text) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) broken(path);
    close(fd);
}

int read_text(const char *folder, const char *name, char *text, size_t size) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t count = read(fd, text, size - 1);
    close(fd);
    if (count < 0) return -1;
    text[count] = '\0';
    return 0;
}
