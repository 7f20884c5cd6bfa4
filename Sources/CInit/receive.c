/* Plans come in as sealed memfds. Attack: a plan that changes after it was checked, or that is cut short, would let
 * unchecked offsets through; a memfd that is not sealed is refused, and checked and used is the same mapping. */
#include "init.h"

#include "memfd.h"
#include "rights.h"

#include <sys/mman.h>

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
    int failure = kind == MESSAGE_VIEW ? plan_check_view(bytes, size, received->count)
                                       : plan_check_call(bytes, size, received->count);
    if (failure) {
        (void)munmap(bytes, size); /* cannot fail: it is our mapping */
        return failure;
    }
    received->plan = bytes;
    received->size = size;
    return 0;
}

void release_plan_descriptors(struct received *received) {
    for (size_t i = 0; i < received->count; i++) (void)close(received->descriptors[i]); /* nothing to lose */
    received->count = 0;
}

int receive_plan(struct received *received, uint32_t kind, struct message *message, struct report *report) {
    int descriptors[PLAN_MAX_DESCRIPTORS];
    size_t count = 0;
    ptrdiff_t size = cs_receive(FD_CONTROL, message, sizeof *message, descriptors, PLAN_MAX_DESCRIPTORS, &count, 0);
    if (size < 0) return failed(report, STEP_PLAN, -1);
    if (size == 0) return failed_with(report, STEP_PLAN, -1, EPIPE);
    if ((size_t)size != sizeof *message) message->kind = 0;
    if (message->kind == MESSAGE_SIGNAL && count == 0) return 0;
    if (message->kind == MESSAGE_SLOT && (count == 1 || count == 3 || count == 5)) {
        *received = (struct received){.count = count};
        memcpy(received->descriptors, descriptors, count * sizeof(int));
        return 0;
    }
    struct received arrived = {.count = count};
    arrived.number = message->kind == MESSAGE_CALL ? message->call : 0;
    memcpy(arrived.descriptors, descriptors, count * sizeof(int));
    report->call = arrived.number;
    int failure = message->kind != kind || count == 0 || received->plan ? EPROTO : map_plan(&arrived, kind);
    if (failure == 0) {
        *received = arrived;
        return 0;
    }
    release_plan_descriptors(&arrived);
    return failed_with(report, STEP_PLAN, -1, failure);
}

void release_plan(struct received *received) {
    if (received->plan) (void)munmap((void *)(uintptr_t)received->plan, received->size); /* our mapping */
    received->plan = NULL;
    release_plan_descriptors(received);
}
