/* Plans come in. Attack: a plan that changes after it was checked, or that is cut short, would let unchecked offsets
 * through. One that comes in its message is init's own copy; a memfd that is not sealed is refused, and checked and used
 * is the same mapping. */
#include "init.h"

#include "memfd.h"
#include "rights.h"

#include <sys/mman.h>

static _Alignas(8) unsigned char view_room[PLAN_INLINE_MAX], call_room[PLAN_INLINE_MAX];

static int check(const void *bytes, size_t size, uint32_t kind, size_t descriptors) {
    return kind == MESSAGE_VIEW ? plan_check_view(bytes, size, descriptors) : plan_check_call(bytes, size, descriptors);
}

int keep_plan(struct received *received, const void *bytes, size_t size, uint32_t kind) {
    unsigned char *room = kind == MESSAGE_VIEW ? view_room : call_room;
    if (size > PLAN_INLINE_MAX) return E2BIG;
    memcpy(room, bytes, size);
    int failure = check(room, size, kind, received->count);
    if (failure) return failure;
    received->plan = (const void *)room;
    received->size = size;
    received->is_mapped = 0;
    return 0;
}

int map_plan(struct received *received, uint32_t kind) {
    struct stat status;
    int plan = received->descriptors[0];
    if (cs_memfd_is_sealed(plan) != 1) return EPROTO;
    if (fstat(plan, &status) < 0) return errno;
    if (status.st_size < (off_t)sizeof(struct plan_header)) return EPROTO;
    if (status.st_size > (off_t)PLAN_MAX_SIZE) return E2BIG;
    size_t size = (size_t)status.st_size;
    void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, plan, 0);
    if (bytes == MAP_FAILED) return errno;
    int failure = check(bytes, size, kind, received->count);
    if (failure) {
        (void)munmap(bytes, size); /* cannot fail: it is our mapping */
        return failure;
    }
    received->plan = bytes;
    received->size = size;
    received->is_mapped = 1;
    return 0;
}

void release_plan_descriptors(struct received *received) {
    for (size_t i = 0; i < received->count; i++) {
        if (received->descriptors[i] >= 0) (void)close(received->descriptors[i]); /* nothing to lose */
    }
    received->count = 0;
}

/* What one packet may hold. */
struct packet {
    struct message message;
    _Alignas(8) unsigned char plan[PLAN_INLINE_MAX];
};

int receive_plan(struct received *received, uint32_t kind, struct message *message, struct report *report) {
    static struct packet packet;
    struct received arrived = {.plan = NULL};
    int *const descriptors = arrived.descriptors;
    ptrdiff_t size =
        cs_receive(FD_CONTROL, &packet, sizeof packet, descriptors, PLAN_MAX_DESCRIPTORS, &arrived.count, 0);
    if (size < 0) return failed(report, STEP_PLAN, -1);
    if (size == 0) return failed_with(report, STEP_PLAN, -1, EPIPE);
    *message = packet.message;
    if ((size_t)size < sizeof *message) message->kind = 0;
    const size_t rest = (size_t)size > offsetof(struct packet, plan) ? (size_t)size - offsetof(struct packet, plan) : 0;
    if (message->kind == MESSAGE_SIGNAL && arrived.count == 0 && rest == 0) return 0;
    if (message->kind == MESSAGE_SLOT && rest == 0 && (arrived.count == 1 || arrived.count == 3 || arrived.count == 5)) {
        *received = arrived;
        return 0;
    }
    arrived.number = message->kind == MESSAGE_CALL ? message->call : 0;
    report->call = arrived.number;
    int failure = message->kind != kind || received->plan ? EPROTO : 0;
    if (!failure && rest > 0 && arrived.count == PLAN_MAX_DESCRIPTORS) failure = E2BIG;
    if (!failure && rest > 0) {
        /* Index 0 is the plan, which has none. */
        memmove(descriptors + 1, descriptors, arrived.count++ * sizeof(int));
        descriptors[0] = -1;
        failure = keep_plan(&arrived, packet.plan, rest, kind);
    } else if (!failure) {
        failure = arrived.count == 0 ? EPROTO : map_plan(&arrived, kind);
    }
    if (failure == 0) {
        *received = arrived;
        return 0;
    }
    release_plan_descriptors(&arrived);
    return failed_with(report, STEP_PLAN, -1, failure);
}
