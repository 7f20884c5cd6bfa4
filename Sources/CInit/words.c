/* Words in memory that two processes share, as futexes. */
#include "init.h"

#include "system_call.h"

#include <linux/futex.h>
#include <time.h>

void say(_Atomic uint32_t *word) {
    *word = 1;
    (void)system_call(SYS_futex, (long)word, FUTEX_WAKE_PRIVATE, INT32_MAX, 0, 0, (long)filter_cookie());
}

void await(_Atomic uint32_t *word) {
    /* EAGAIN, EINTR: look again. */
    while (!*word) (void)system_call(SYS_futex, (long)word, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0);
}

int await_from(_Atomic uint32_t *word, const _Atomic uint32_t *lives) {
    static const struct timespec patience = {.tv_nsec = 50000000};
    while (!*word) {
        /* Killed, it says nothing; but it may have said it last of all. */
        if (!*lives) return *word ? 0 : -1;
        (void)system_call(SYS_futex, (long)word, FUTEX_WAIT_PRIVATE, 0, (long)&patience, 0, 0);
    }
    return 0;
}
