/* A call that finds its process ready. Attack: one with other terms would run under another's limits, or its filter. */
#include "init.h"

static int filter = -1; /* of the view's terms, open: so its inode is no other's */

int step_view_terms(struct received *view, struct report *report) {
    const struct view_plan *plan = (const void *)view->plan;
    if ((plan->flags & VIEW_TERMS) == 0) return 0;
    filter = plan_descriptor(view->descriptors, plan->terms.filter_fd);
    if (filter >= 0) view->descriptors[plan->terms.filter_fd] = -1; /* stays */
    return read_filter(filter, report);
}

static int same_limits(const struct plan_header *one, struct plan_table ones, const struct plan_header *other,
                       struct plan_table others) {
    if (ones.count != others.count) return 0;
    const size_t size = ones.count * sizeof(struct plan_limit);
    return size == 0 || memcmp(plan_elements(one, ones), plan_elements(other, others), size) == 0;
}

static int same_filter(int called) {
    if (filter < 0 || called < 0) return filter < 0 && called < 0;
    return same_inode(filter, called) == 0;
}

int step_terms(const struct received *view, const struct received *plan, struct report *report) {
    const struct call_terms *said = &((const struct view_plan *)(const void *)view->plan)->terms;
    const struct call_terms *wanted = &call_of(plan)->terms;
    if (said->flags == wanted->flags && said->uid == wanted->uid && said->gid == wanted->gid &&
        said->umask == wanted->umask && said->cookie_low == wanted->cookie_low &&
        said->cookie_high == wanted->cookie_high &&
        same_limits(view->plan, said->limits, plan->plan, wanted->limits) &&
        same_filter(plan_descriptor(plan->descriptors, wanted->filter_fd))) {
        return 0;
    }
    return failed_with(report, STEP_PLAN, -1, EPROTO);
}
