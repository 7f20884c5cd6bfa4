/* The seccomp filter, compiled by the host, completed and loaded here. Attack: execveat with AT_EMPTY_PATH runs any
 * descriptor, a memfd too, and so gets around every rule on paths; the filter allows it only with a cookie in the sixth
 * argument, which the system call ignores. It is drawn for each call, and gone from memory with the exec.
 *
 * By the same cookie the filter lets through what the call's process itself still has to do when it is loaded. That much is
 * put before the host's program, where the kernel sees that it is about a few system calls only, and goes on answering the
 * others without running anything.
 *
 * Where the plan asks for reports, what is loaded refuses by notification what the host's program refuses by an errno;
 * where it asks for a trace, all but the launcher's own execveat comes by notification. Attack: a process without a
 * listener, or whose listener is gone, would go ahead; the kernel answers such calls with ENOSYS, never lets them by. */
#include "init.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/random.h>

static struct sock_filter original[BPF_MAXINSNS]; /* the host's */
static struct sock_filter program[BPF_MAXINSNS];  /* with the cookie */
static struct sock_filter loaded[BPF_MAXINSNS];
enum { OWN_CALLS = 12 }; /* instructions */
static unsigned short length, loaded_length;
static int is_listening;
static uint64_t cookie;

uint64_t filter_cookie(void) { return cookie; }

uint32_t filter_verdict(const struct seccomp_data *data) { return judge(program, length, data); }

static int read_program(int fd) {
    struct stat status;
    if (fstat(fd, &status) < 0) return -1;
    if (status.st_size <= 0 || (size_t)status.st_size > sizeof original ||
        (size_t)status.st_size % sizeof original[0] != 0) {
        errno = EINVAL;
        return -1;
    }
    ssize_t count = pread(fd, original, (size_t)status.st_size, 0);
    if (count < 0) return -1;
    if (count != status.st_size) {
        errno = EIO;
        return -1;
    }
    length = (unsigned short)((size_t)count / sizeof original[0]);
    return 0;
}

int read_filter(int fd, struct report *report) {
    length = 0;
    if (fd < 0) return 0;
    return read_program(fd) < 0 ? failed(report, STEP_FILTER, -1) : 0;
}

/* How many comparisons with `placeholder` now compare with `value`. */
static int replace(uint32_t placeholder, uint32_t value) {
    int count = 0;
    for (unsigned short i = 0; i < length; i++) {
        if (original[i].code != (BPF_JMP | BPF_JEQ | BPF_K) || original[i].k != placeholder) continue;
        program[i].k = value;
        count++;
    }
    return count;
}

static int put_cookie(const struct call_terms *terms) {
    if (getrandom(&cookie, sizeof cookie, 0) != (ssize_t)sizeof cookie) return -1;
    memcpy(program, original, (size_t)length * sizeof program[0]);
    if (terms->cookie_low == 0 && terms->cookie_high == 0) return 0;
    /* Searched in the original: a random half may equal the other's placeholder. */
    if (replace(terms->cookie_low, (uint32_t)cookie) > 0 && replace(terms->cookie_high, (uint32_t)(cookie >> 32)) > 0) {
        return 0;
    }
    errno = EINVAL;
    return -1;
}

static void append(struct sock_filter instruction) { loaded[loaded_length++] = instruction; }

/* What call.c does, to the exec. */
static void append_own_calls(void) {
    const uint32_t number = offsetof(struct seccomp_data, nr);
    const uint32_t low = offsetof(struct seccomp_data, args[5]), high = low + 4;
    const struct sock_filter own[OWN_CALLS] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex, 5, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_read, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_chdir, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_restrict_self, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)cookie, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, high),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(cookie >> 32), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    for (unsigned i = 0; i < OWN_CALLS; i++) append(own[i]);
}

static int is_reported(uint32_t flags, const struct sock_filter *at) {
    if (at->code != (BPF_RET | BPF_K) || (at->k & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_ERRNO) return 0;
    return (at->k & SECCOMP_RET_DATA) == ENOSYS ? (flags & TERM_REPORT_ENOSYS) != 0 : (flags & TERM_REPORT) != 0;
}

static void append_program(uint32_t flags) {
    for (unsigned short i = 0; i < length; i++) {
        struct sock_filter instruction = program[i];
        if (is_reported(flags, &instruction)) {
            instruction.k = SECCOMP_RET_USER_NOTIF;
            is_listening = 1;
        }
        append(instruction);
    }
}

/* Everything. */
static void append_tracing(void) {
    const uint32_t architecture = offsetof(struct seccomp_data, arch);
#if defined(__x86_64__)
    const uint32_t native = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
    const uint32_t native = AUDIT_ARCH_AARCH64;
#endif
    const struct sock_filter all[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, architecture),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) append(all[i]);
    is_listening = 1;
}

int load_filter(const struct call_terms *terms, struct report *report) {
    loaded_length = 0;
    cookie = 0;
    is_listening = 0;
    if (length == 0) return 0;
    if (length > BPF_MAXINSNS - OWN_CALLS) return failed_with(report, STEP_FILTER, -1, E2BIG);
    if (put_cookie(terms) < 0) return failed(report, STEP_FILTER, -1);
    append_own_calls();
    if (terms->flags & TERM_TRACE) {
        append_tracing();
    } else {
        append_program(terms->flags);
    }
    return 0;
}

static long load(unsigned flags) {
    const struct sock_fprog filter = {.len = loaded_length, .filter = loaded};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
}

/* After it only what the filter allows can be called. The listener's descriptor goes to inner, which shares the table; exec
 * gives the program one of its own, without it. */
int step_filter(const struct call_terms *terms, int *listener, struct report *report) {
    if (loaded_length == 0) return 0;
    if (is_listening) {
        const long descriptor = load(SECCOMP_FILTER_FLAG_NEW_LISTENER);
        if (descriptor >= 0) {
            *listener = (int)descriptor;
            return 0;
        }
        /* Somebody who confines agentbox listens already (EBUSY), or the kernel is older (EINVAL): what is refused stays
         * refused, and the end says that nobody heard of it. A trace is nothing without a listener. */
        if (terms->flags & TERM_TRACE) return failed(report, STEP_FILTER, -1);
        loaded_length = OWN_CALLS;
        append_program(0);
    }
    return load(0) < 0 ? failed(report, STEP_FILTER, -1) : 0;
}

int filter_is_listening(void) { return is_listening; }
