/* The seccomp filter, compiled by the host, completed and loaded here. Attack: execveat with AT_EMPTY_PATH runs any
 * descriptor, a memfd too, and so gets around every rule on paths; the filter allows it only with a cookie in the sixth
 * argument, which the system call ignores. It is drawn for each call, and gone from memory with the exec.
 *
 * Where the plan asks for reports, what is loaded refuses by notification what the host's program refuses by an errno;
 * where it asks for a trace, all but the launcher's own execveat comes by notification. Attack: a process without a
 * listener, or whose listener is gone, would go ahead; the kernel answers such calls with ENOSYS, never lets them by. */
#include "init.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/random.h>

static struct sock_filter program[BPF_MAXINSNS]; /* the host's, with the cookie */
static struct sock_filter loaded[BPF_MAXINSNS];
static unsigned short length, loaded_length;
static int is_listening;
static uint64_t cookie;

uint64_t filter_cookie(void) { return cookie; }

uint32_t filter_verdict(const struct seccomp_data *data) { return judge(program, length, data); }

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

static int is_reported(uint32_t flags, const struct sock_filter *at) {
    if (at->code != (BPF_RET | BPF_K) || (at->k & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_ERRNO) return 0;
    return (at->k & SECCOMP_RET_DATA) == ENOSYS ? (flags & CALL_REPORT_ENOSYS) != 0 : (flags & CALL_REPORT) != 0;
}

static void load_reporting(uint32_t flags) {
    for (unsigned short i = 0; i < length; i++) {
        loaded[i] = program[i];
        if (!is_reported(flags, &program[i])) continue;
        loaded[i].k = SECCOMP_RET_USER_NOTIF;
        is_listening = 1;
    }
    loaded_length = length;
}

/* Everything, and of what init itself still has to do the one call that starts the program. */
static void load_tracing(void) {
    const uint32_t number = offsetof(struct seccomp_data, nr), architecture = offsetof(struct seccomp_data, arch);
    const uint32_t low = offsetof(struct seccomp_data, args[5]), high = low + 4;
#if defined(__x86_64__)
    const uint32_t native = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
    const uint32_t native = AUDIT_ARCH_AARCH64;
#endif
    const struct sock_filter all[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, architecture),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)cookie, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, high),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(cookie >> 32), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    };
    memcpy(loaded, all, sizeof all);
    loaded_length = sizeof all / sizeof all[0];
    is_listening = 1;
}

int load_filter(const struct received *plan, struct report *report) {
    const struct call_plan *call = call_of(plan);
    int fd = plan_descriptor(plan->descriptors, call->filter_fd);
    length = loaded_length = 0;
    cookie = 0;
    is_listening = 0;
    if (fd < 0) return 0;
    if (read_program(fd) < 0 || put_cookie(call) < 0) return failed(report, STEP_FILTER, -1);
    if (call->flags & CALL_TRACE) {
        load_tracing();
    } else {
        load_reporting(call->flags);
    }
    return 0;
}

static long load(const struct sock_filter *instructions, unsigned short count, unsigned flags) {
    const struct sock_fprog filter = {.len = count, .filter = (struct sock_filter *)(uintptr_t)instructions};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
}

/* The last step before exec: after it only what the filter allows can be called. The listener's descriptor goes to
 * inner, which shares the table; exec gives the program one of its own, without it. */
int step_filter(const struct call_plan *call, int *listener, struct report *report) {
    if (loaded_length == 0) return 0;
    if (is_listening) {
        const long descriptor = load(loaded, loaded_length, SECCOMP_FILTER_FLAG_NEW_LISTENER);
        if (descriptor >= 0) {
            *listener = (int)descriptor;
            return 0;
        }
        /* Somebody who confines agentbox listens already (EBUSY), or the kernel is older (EINVAL): what is refused stays
         * refused, and the end says that nobody heard of it. A trace is nothing without a listener. */
        if (call->flags & CALL_TRACE) return failed(report, STEP_FILTER, -1);
    }
    return load(program, length, 0) < 0 ? failed(report, STEP_FILTER, -1) : 0;
}

int filter_is_listening(void) { return is_listening; }
