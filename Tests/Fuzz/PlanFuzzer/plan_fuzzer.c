/* libFuzzer harness of plan_check: whatever the bytes, it reads nothing outside them, and what it accepts is followed
 * here as init would follow it. Built and run by Tests/Fuzz/plan.sh. */
#include "plan_check.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static volatile size_t sink;

static void follow_text(const struct plan_header *plan, uint32_t offset) {
    if (offset) sink += strlen(plan_text(plan, offset));
}

static void follow_mounts(const struct plan_header *plan, struct plan_table table) {
    const struct plan_mount *mounts = plan_elements(plan, table);
    for (uint32_t i = 0; i < table.count; i++) {
        follow_text(plan, mounts[i].target);
        if (mounts[i].kind == MOUNT_SYMLINK || mounts[i].kind == MOUNT_FILE) follow_text(plan, mounts[i].text);
    }
}

static void follow_texts(const struct plan_header *plan, struct plan_table table) {
    const uint32_t *offsets = plan_elements(plan, table);
    for (uint32_t i = 0; i < table.count; i++) follow_text(plan, offsets[i]);
}

static void follow_rules(const struct plan_header *plan, struct plan_table table) {
    const struct landlock_rule *rules = plan_elements(plan, table);
    for (uint32_t i = 0; i < table.count; i++) {
        if (rules[i].flags & RULE_IN_VIEW) follow_text(plan, rules[i].path);
        if (rules[i].flags & RULE_PORT ? rules[i].port > UINT16_MAX || rules[i].path : rules[i].port) abort();
    }
}

static void follow_view(const struct view_plan *view) {
    const struct plan_table maps[] = {view->uid_map, view->gid_map, view->idmap_uid, view->idmap_gid};
    for (size_t i = 0; i < 4; i++) {
        const struct id_map *entries = plan_elements(&view->header, maps[i]);
        for (uint32_t entry = 0; entry < maps[i].count; entry++) sink += entries[entry].outside;
    }
    follow_text(&view->header, view->hostname);
    follow_rules(&view->header, view->rules);
    follow_mounts(&view->header, view->mounts);
}

static void follow_call(const struct call_plan *call) {
    const struct plan_limit *limits = plan_elements(&call->header, call->limits);
    const struct notice_shape *notices = plan_elements(&call->header, call->notices);
    for (uint32_t i = 0; i < call->notices.count; i++) sink += notices[i].texts[0].argument;
    follow_rules(&call->header, call->rules);
    for (uint32_t i = 0; i < call->limits.count; i++) sink += limits[i].value;
    follow_text(&call->header, call->directory);
    follow_texts(&call->header, call->arguments);
    follow_texts(&call->header, call->environment);
    follow_mounts(&call->header, call->mounts);
    follow_text(&call->header, call->files_folder);
    const struct plan_file *files = plan_elements(&call->header, call->files);
    for (uint32_t i = 0; i < call->files.count; i++) follow_text(&call->header, files[i].name);
    const int32_t *inherited = plan_elements(&call->header, call->inherited);
    for (uint32_t i = 0; i < call->inherited.count; i++) sink += (size_t)inherited[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size < 1) return 0;
    size_t descriptors = bytes[0] % (PLAN_MAX_DESCRIPTORS + 1);
    size--;
    /* A copy of exactly this size, so that the sanitizer sees a read past it; malloc aligns it. */
    void *exact = malloc(size ? size : 1);
    if (!exact) abort();
    memcpy(exact, bytes + 1, size);
    if (size >= sizeof(struct plan_header)) {
        struct plan_header *header = exact;
        header->magic = PLAN_MAGIC; /* what is behind the first comparison is what is to be tried */
        header->version = PLAN_VERSION;
        header->size = (uint32_t)size;
    }
    if (plan_check_view(exact, size, descriptors) == 0) follow_view(exact);
    if (plan_check_call(exact, size, descriptors) == 0) follow_call(exact);
    free(exact);
    return 0;
}
