/* System calls that the filter hands to init (user notification). Attacks: what a pointer leads to is changed after it
 * was looked at; so only registers decide, by the host's own filter, and an error of any kind refuses. Who goes on goes
 * on under all else that confines it. A flood keeps init busy: the call's own time and limits end it. */
#include "init.h"

#include <linux/seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>

#ifndef SECCOMP_USER_NOTIF_FLAG_CONTINUE
#define SECCOMP_USER_NOTIF_FLAG_CONTINUE 1u
#endif

static void answer(int listener, uint64_t id, int error) {
    struct seccomp_notif_resp response = {.id = id, .error = -error};
    if (error == 0) response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    /* ENOENT: it was killed meanwhile. */
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, (unsigned long)(uintptr_t)&response);
}

/* The errno of a refusal, 0 for a call that goes on. */
static int decide(const struct seccomp_notif *notification, const struct call_plan *call) {
    const uint32_t verdict = filter_verdict(&notification->data);
    const uint32_t action = verdict & SECCOMP_RET_ACTION_FULL;
    const int error = (int)(verdict & SECCOMP_RET_DATA);
    if (action == SECCOMP_RET_ERRNO) return error ? error : EPERM; /* 0 would let it go on */
    if (action == SECCOMP_RET_ALLOW && (call->terms.flags & TERM_TRACE)) return 0;
    if (action == SECCOMP_RET_KILL_PROCESS) (void)kill((int)notification->pid, SIGKILL);
    return EPERM;
}

void serve_listener(int listener, const struct call_plan *call) {
    struct seccomp_notif notification;
    memset(&notification, 0, sizeof notification);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, (unsigned long)(uintptr_t)&notification) < 0) return; /* it died */
    const int error = decide(&notification, call);
    note((int)notification.pid, &notification.data, error, call);
    answer(listener, notification.id, error);
}
