/* Plans that do not hold together. */
#include "cases.h"

#include "memfd.h"
#include "pidfd.h"
#include "plan_check.h"
#include "rights.h"
#include "spawn_init.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void full_box(struct box *box) {
    box_begin(box);
    box_environment(box, "PATH=/usr/bin");
    box_limit(box, RLIMIT_NOFILE, 64);
    box_command(box, "/bin/true", "one", "two", NULL);
    box_landlock(box);
    box_finish_plans(box);
}

static void close_box(struct box *box) {
    for (size_t i = 1; i < box->view.count; i++) close(box->view.descriptors[i]);
    for (size_t i = 1; i < box->call.count; i++) close(box->call.descriptors[i]);
    box_close(box);
}

enum form { IN_MESSAGE, SEALED, UNSEALED };

static int send_in(int control, enum form form, const void *bytes, size_t size, uint32_t kind) {
    const struct message message = {.kind = kind};
    if (form == IN_MESSAGE) return cs_send_parts(control, &message, sizeof message, bytes, size, NULL, 0);
    int plan = form == SEALED ? cs_memfd_sealed("plan", bytes, size) : cs_memfd_create("plan");
    if (plan < 0 || (form == UNSEALED && write(plan, bytes, size) != (ssize_t)size)) return -1;
    int answer = cs_send(control, &message, sizeof message, &plan, 1);
    close(plan);
    return answer;
}

/* Sends `bytes` as a plan to an init of its own: what it answers. */
static const char *send_raw(const void *bytes, size_t size, enum form form, uint32_t kind, struct message *answer) {
    int ends[2], pidfd;
    int32_t pid;
    size_t count;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return "socketpair";
    if (send_in(ends[0], form, bytes, size, kind) < 0) return "send";
    if (cs_spawn_init(init_path, ends[1], -1, &pid, &pidfd) != 0) return "spawn";
    close(ends[1]);
    ptrdiff_t got = cs_receive(ends[0], answer, sizeof *answer, NULL, 0, &count, 0);
    struct cs_exit result;
    int ended = cs_pidfd_wait(pidfd, 1, &result);
    close(ends[0]);
    close(pidfd);
    if (ended != CS_WAIT_REAPED || (result.status & 0x7f) != 0) {
        return wrong("init died with 0x%x", (unsigned)result.status);
    }
    return got == (ptrdiff_t)sizeof *answer ? NULL : "no answer";
}

static const char *refused_in(enum form form, const void *bytes, size_t size, uint32_t kind, int error) {
    struct message answer;
    const char *failure = send_raw(bytes, size, form, kind, &answer);
    if (failure) return failure;
    if (answer.kind != MESSAGE_FAILED || answer.step != STEP_PLAN) {
        return wrong("kind %u step %u", answer.kind, answer.step);
    }
    return error && answer.value != error ? wrong("errno %d", answer.value) : NULL;
}

/* Whichever way it comes. */
static const char *refused(const void *bytes, size_t size, uint32_t kind, int error) {
    const char *failure = refused_in(SEALED, bytes, size, kind, error);
    if (!failure && size <= PLAN_INLINE_MAX) failure = refused_in(IN_MESSAGE, bytes, size, kind, error);
    return failure;
}

static const char *unsealed_plan_is_refused(void) {
    static struct box box;
    full_box(&box);
    const char *failure = refused_in(UNSEALED, box.view.bytes, box.view.size, MESSAGE_VIEW, EPROTO);
    close_box(&box);
    return failure;
}

static const char *other_version_is_refused(void) {
    static struct box box;
    full_box(&box);
    box_view(&box)->header.version = PLAN_VERSION + 1;
    const char *failure = refused(box.view.bytes, box.view.size, MESSAGE_VIEW, EPROTO);
    close_box(&box);
    return failure;
}

static const char *wrong_kind_is_refused(void) {
    static struct box box;
    full_box(&box);
    const char *failure = refused(box.view.bytes, box.view.size, MESSAGE_CALL, EPROTO);
    if (!failure) failure = refused(box.call.bytes, box.call.size, MESSAGE_VIEW, EPROTO);
    close_box(&box);
    return failure;
}

static const char *missing_descriptors_are_refused(void) {
    static struct box box;
    full_box(&box); /* send_raw sends the plan alone */
    const char *failure = refused(box.view.bytes, box.view.size, MESSAGE_VIEW, EBADF);
    close_box(&box);
    return failure;
}

static const char *short_plans_are_refused(void) {
    static struct box box;
    const char *failure = NULL;
    full_box(&box);
    static const size_t sizes[] = {1, 15, 16, sizeof(struct view_plan) - 1, sizeof(struct view_plan)};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] && !failure; i++) {
        failure = refused(box.view.bytes, sizes[i], MESSAGE_VIEW, 0);
    }
    close_box(&box);
    return failure;
}

static uint64_t random_state = 0x9e3779b97f4a7c15u;
static uint32_t random_number(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32);
}

static void mutate(unsigned char *bytes, size_t size) {
    static const uint32_t values[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff8, 16, 4096};
    for (uint32_t count = 1 + random_number() % 4; count > 0; count--) {
        size_t at = random_number() % (size - 4);
        switch (random_number() % 4) {
        case 0: bytes[at] ^= (unsigned char)(1u << (random_number() % 8)); break;
        case 1: bytes[at] = (unsigned char)random_number(); break;
        case 2: memcpy(bytes + at / 4 * 4, &values[random_number() % 8], 4); break;
        default: memset(bytes + at, 'x', random_number() % 64 < size - at ? 1 + at % 4 : 1); break;
        }
    }
}

/* The plan ends at the end of a page that no page follows: a read past it is a crash. */
static const char *mutated_plans_read_nothing_outside(void) {
    static struct box box;
    const char *failure = NULL;
    size_t page = 4096, space = 1 << 16, accepted = 0;
    unsigned char *area = mmap(NULL, space + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED || mprotect(area + space, page, PROT_NONE) < 0) return "mmap";
    full_box(&box);
    for (int round = 0; round < 200000 && !failure; round++) {
        const struct writer *writer = round % 2 ? &box.call : &box.view;
        size_t size = writer->size & ~(size_t)7; /* the alignment that plan_check is promised */
        unsigned char *plan = area + space - size;
        memcpy(plan, writer->bytes, size);
        ((struct plan_header *)(void *)plan)->size = (uint32_t)size;
        if (round > 1) mutate(plan, size);
        int answer = round % 2 ? plan_check_call(plan, size, writer->count)
                               : plan_check_view(plan, size, writer->count);
        accepted += answer == 0;
        if (answer != 0 && answer != EINVAL && answer != EPROTO && answer != EBADF && answer != E2BIG) {
            failure = "strange errno";
        }
    }
    close_box(&box);
    munmap(area, space + page);
    if (!failure && accepted < 100) failure = wrong("only %zu were accepted: the mutations try nothing", accepted);
    return failure;
}

static const char *run_ways(int view_in_file, int call_in_file) {
    static struct box box;
    static struct outcome outcome;
    box_begin(&box);
    box_command(&box, "/bin/echo", "both ways", NULL);
    box_landlock(&box);
    box.view.in_file = view_in_file;
    box.call.in_file = call_in_file;
    box_run(&box, &outcome);
    return strcmp(outcome.output, "both ways\n") == 0 ? NULL : wrong("%d %d: no output", view_in_file, call_in_file);
}

static const char *plans_come_in_messages_and_in_files(void) {
    const char *failure = NULL;
    for (int way = 0; way < 4 && !failure; way++) failure = run_ways(way / 2, way % 2);
    return failure;
}

static const char *plan_of_no_room_is_refused(void) {
    static unsigned char large[PLAN_INLINE_MAX + 8];
    static struct box box;
    full_box(&box);
    memcpy(large, box.view.bytes, box.view.size);
    ((struct plan_header *)(void *)large)->size = sizeof large;
    const char *failure = refused_in(IN_MESSAGE, large, sizeof large, MESSAGE_VIEW, EMSGSIZE);
    close_box(&box);
    return failure;
}

/* The whole of init on plans that are nearly right: it fails or runs, and never dies of a signal. */
static const char *mutated_plans_never_crash_init(void) {
    for (int round = 0; round < 300; round++) {
        static struct box box;
        static struct outcome outcome;
        struct host host;
        full_box(&box);
        struct writer *writer = round % 2 ? &box.call : &box.view;
        mutate(writer->bytes, writer->size);
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return "socketpair";
        struct writer *const both[] = {&box.view, &box.call};
        for (uint32_t i = 0; i < 2; i++) {
            both[i]->in_file = round / 2 % 2;
            if (writer_send(both[i], ends[0], MESSAGE_VIEW + i, i) < 0) return "send";
        }
        host.control = ends[0];
        if (cs_spawn_init(init_path, ends[1], -1, &host.pid, &host.pidfd) != 0) return "spawn";
        close(ends[1]);
        memset(&outcome, 0, sizeof outcome);
        if (shutdown(host.control, SHUT_WR) < 0) return "shutdown"; /* an init that waits for another call ends */
        int answer = box_collect(&box, &host, &outcome, 0);
        close(host.control);
        close(host.pidfd);
        box_close(&box);
        if (answer < 0) return wrong("round %d: init did not end", round);
        if (outcome.init_status & 0x7f) {
            return wrong("round %d: init died with 0x%x", round, (unsigned)outcome.init_status);
        }
    }
    return NULL;
}

const struct test_case plan_cases[] = {
    {"a plan that could still change is refused", unsealed_plan_is_refused},
    {"a plan of another version is refused", other_version_is_refused},
    {"a plan in the wrong message is refused", wrong_kind_is_refused},
    {"a plan whose descriptors did not come along is refused", missing_descriptors_are_refused},
    {"a plan that is cut short is refused", short_plans_are_refused},
    {"a plan comes in its message or in a file", plans_come_in_messages_and_in_files},
    {"a plan that is too large for its message is refused", plan_of_no_room_is_refused},
    {"a mutated plan makes the check read nothing outside it", mutated_plans_read_nothing_outside},
    {"a mutated plan never crashes init", mutated_plans_never_crash_init},
    {NULL, NULL},
};
