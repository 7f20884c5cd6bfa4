/* What init asks before it believes a plan: does every offset, count, index, flag and string in it hold together? */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "plan.h"

/* 0, or the errno that STEP_PLAN reports: EPROTO (no plan, or of another version), EINVAL (it does not hold together),
 * EBADF (names a descriptor that did not come along), E2BIG. `plan` is 8-byte aligned; `descriptors` is how many came
 * with the message, the plan's own memfd included. Reads nothing outside `plan[0..<size]`, writes nothing. */
int plan_check_view(const void *plan, size_t size, size_t descriptors);
int plan_check_call(const void *plan, size_t size, size_t descriptors);

/* Accessors for a plan that was checked. */

/* Null for offset 0. */
static inline const char *plan_text(const struct plan_header *plan, uint32_t offset) {
    return offset ? (const char *)plan + offset : NULL;
}

/* First element of a table; null where it is empty. */
static inline const void *plan_elements(const struct plan_header *plan, struct plan_table table) {
    return table.count ? (const char *)plan + table.offset : NULL;
}

/* The descriptor that an index names, -1 for none. */
static inline int plan_descriptor(const int *descriptors, int32_t index) { return index > 0 ? descriptors[index] : -1; }
