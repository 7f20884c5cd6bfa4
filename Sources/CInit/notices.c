/* What init heard of the call, until it ends: alike system calls are one notice with a count. */
#include "init.h"

#include "rights.h"

#include <linux/seccomp.h>

/* In so many, and then as many again of which only the system call and its values are kept: every kind is heard of,
 * however many files it was about. */
enum { TRACED = 16384, REPORTED = 64, NOTICES = 2 * TRACED, NONE = -1 };

static struct notice notices[NOTICES];
static int first[NOTICES], next[NOTICES]; /* by hash: index + 1, so that 0 is none */
static size_t count;
static int is_full;

void forget_notices(void) {
    if (count > 0) memset(first, 0, sizeof first);
    count = 0;
    is_full = 0;
}

int has_notices(void) { return count > 0; }

static const struct notice_shape *shape_of(const struct call_plan *call, uint32_t number) {
    const struct notice_shape *shapes = plan_elements(&call->header, call->notices);
    for (uint32_t low = 0, high = call->notices.count; low < high;) {
        const uint32_t middle = low + (high - low) / 2;
        if (shapes[middle].number == number) return &shapes[middle];
        if (shapes[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* FNV-1a: the calls to come are the tool's to choose, and a table that is slow to search is only slow for it. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    return hash;
}

static size_t hash_of(const struct notice *notice, uint32_t values) {
    uint64_t hash = mix(0xcbf29ce484222325u, &notice->number, sizeof notice->number);
    for (size_t i = 0; i < 6; i++) {
        if (values >> i & 1) hash = mix(hash, &notice->arguments[i], sizeof notice->arguments[i]);
    }
    for (size_t t = 0; t < NOTICE_TEXTS; t++) hash = mix(hash, notice->texts[t], strlen(notice->texts[t]));
    return (size_t)(hash % NOTICES);
}

static int alike(const struct notice *one, const struct notice *other, uint32_t values) {
    if (one->number != other->number || one->message.value != other->message.value) return 0;
    for (size_t i = 0; i < 6; i++) {
        if ((values >> i & 1) && one->arguments[i] != other->arguments[i]) return 0;
    }
    for (size_t t = 0; t < NOTICE_TEXTS; t++) {
        if (strcmp(one->texts[t], other->texts[t]) != 0) return 0;
    }
    return 1;
}

/* 1: it is one of those that are kept, of which there may be `most`. */
static int keep(const struct notice *heard, uint32_t values, size_t most) {
    const size_t hash = hash_of(heard, values);
    for (int i = first[hash] - 1; i != NONE; i = next[i] - 1) {
        if (!alike(&notices[i], heard, values)) continue;
        notices[i].count++;
        return 1;
    }
    if (count >= most) return 0;
    notices[count] = *heard;
    next[count] = first[hash];
    first[hash] = (int)++count;
    return 1;
}

void note(int pid, const struct seccomp_data *data, int error, const struct call_plan *call) {
    static const struct notice_shape plain = {.values = 0};
    static struct notice heard;
    const int is_trace = (call->terms.flags & TERM_TRACE) != 0;
    const struct notice_shape *shape = shape_of(call, (uint32_t)data->nr);
    if (!shape) shape = &plain;
    heard = (struct notice){.number = (uint32_t)data->nr, .count = 1};
    heard.message.kind = MESSAGE_NOTICE;
    heard.message.value = error;
    for (size_t i = 0; i < 6; i++) heard.arguments[i] = data->args[i];
    for (size_t t = 0; t < NOTICE_TEXTS; t++) {
        if (read_text(pid, data, &shape->texts[t], is_trace, heard.texts[t])) heard.found |= 1u << t;
    }
    const size_t most = is_trace ? TRACED : REPORTED;
    if (keep(&heard, shape->values, most)) return;
    is_full = 1;
    heard.found = 0;
    for (size_t t = 0; t < NOTICE_TEXTS; t++) heard.texts[t][0] = '\0';
    (void)keep(&heard, shape->values, 2 * most);
}

int send_notices(uint32_t call, int *lost) {
    for (size_t i = 0; i < count; i++) {
        notices[i].message.call = call;
        if (cs_send(FD_CONTROL, &notices[i], sizeof notices[i], NULL, 0) < 0) return -1;
    }
    *lost = is_full;
    return 0;
}
