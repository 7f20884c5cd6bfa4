/* The seccomp filter, compiled by the host, completed and loaded here. Attack: execveat with AT_EMPTY_PATH runs any
 * descriptor, a memfd too, and so gets around every rule on paths; the filter allows it only with a cookie in the sixth
 * argument, which the system call ignores. It is drawn for each call, and gone from memory with the exec. */
#include "init.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/random.h>

static struct sock_filter program[BPF_MAXINSNS];
static unsigned short length;
static uint64_t cookie;

uint64_t filter_cookie(void) { return cookie; }

static int read_program(int fd) {
    struct stat status;
    if (fstat(fd, &status) < 0) return -1;
    if (status.st_size <= 0 || (size_t)status.st_size > sizeof program ||
        (size_t)status.st_size % sizeof program[0] != 0) {
        errno = EINVAL;
        return -1;
    }
    ssize_t count = pread(fd, program, (size_t)status.st_size, 0);
    if (count < 0) return -1;
    if (count != status.st_size) {
        errno = EIO;
        return -1;
    }
    length = (unsigned short)((size_t)count / sizeof program[0]);
    return 0;
}

/* How many comparisons with `placeholder` now compare with `value`. */
static int replace(uint32_t placeholder, uint32_t value, const struct sock_filter *original) {
    int count = 0;
    for (unsigned short i = 0; i < length; i++) {
        if (original[i].code != (BPF_JMP | BPF_JEQ | BPF_K) || original[i].k != placeholder) continue;
        program[i].k = value;
        count++;
    }
    return count;
}

static int put_cookie(const struct call_plan *call) {
    static struct sock_filter original[BPF_MAXINSNS];
    cookie = 0;
    if (call->cookie_low == 0 && call->cookie_high == 0) return 0;
    if (getrandom(&cookie, sizeof cookie, 0) != (ssize_t)sizeof cookie) return -1;
    /* Searched in a copy: a random half may equal the other's placeholder. */
    memcpy(original, program, (size_t)length * sizeof program[0]);
    if (replace(call->cookie_low, (uint32_t)cookie, original) > 0 &&
        replace(call->cookie_high, (uint32_t)(cookie >> 32), original) > 0) {
        return 0;
    }
    errno = EINVAL;
    return -1;
}

int load_filter(const struct received *plan, struct report *report) {
    int fd = plan_descriptor(plan->descriptors, call_of(plan)->filter_fd);
    length = 0;
    cookie = 0;
    if (fd < 0) return 0;
    if (read_program(fd) < 0 || put_cookie(call_of(plan)) < 0) return failed(report, STEP_FILTER, -1);
    return 0;
}

/* The last step before exec: after it only what the filter allows can be called. */
int step_filter(struct report *report) {
    const struct sock_fprog filter = {.len = length, .filter = program};
    if (length == 0) return 0;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0u, &filter) < 0) return failed(report, STEP_FILTER, -1);
    return 0;
}
