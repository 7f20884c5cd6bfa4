/* The tracer: follows every process and thread that comes of the first one, and answers for landlock_create_ruleset. */
#include "tier.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

struct registers {
    struct user_regs_struct all;
};

static int read_registers(pid_t process, struct registers *registers) {
    struct iovec data = {.iov_base = &registers->all, .iov_len = sizeof registers->all};
    return ptrace(PTRACE_GETREGSET, process, (void *)(uintptr_t)NT_PRSTATUS, &data) < 0 ? -1 : 0;
}

static void arguments_of(const struct registers *registers, uint64_t arguments[6]) {
#if defined(__x86_64__)
    const uint64_t values[6] = {registers->all.rdi, registers->all.rsi, registers->all.rdx,
                                registers->all.r10, registers->all.r8,  registers->all.r9};
#else
    const uint64_t values[6] = {registers->all.regs[0], registers->all.regs[1], registers->all.regs[2],
                                registers->all.regs[3], registers->all.regs[4], registers->all.regs[5]};
#endif
    for (int i = 0; i < 6; i++) arguments[i] = values[i];
}

/* The call is not made, and returns this. */
static int answer(pid_t process, struct registers *registers, long value) {
    struct iovec data = {.iov_base = &registers->all, .iov_len = sizeof registers->all};
#if defined(__x86_64__)
    registers->all.orig_rax = (unsigned long long)-1;
    registers->all.rax = (unsigned long long)value;
#else
    int none = -1;
    struct iovec number = {.iov_base = &none, .iov_len = sizeof none};
    if (ptrace(PTRACE_SETREGSET, process, (void *)(uintptr_t)NT_ARM_SYSTEM_CALL, &number) < 0) return -1;
    registers->all.regs[0] = (unsigned long long)value;
#endif
    return ptrace(PTRACE_SETREGSET, process, (void *)(uintptr_t)NT_PRSTATUS, &data) < 0 ? -1 : 0;
}

static void seccomp_stop(const struct tier *tier, pid_t process) {
    struct registers registers;
    uint64_t arguments[6];
    /* A process that was killed meanwhile needs no answer. */
    if (read_registers(process, &registers) < 0) return;
    arguments_of(&registers, arguments);
    long value = tier_landlock_answer(tier, process, arguments);
    if (value != 0) (void)answer(process, &registers, value);
}

/* The signal that a stopped process goes on with: what the tracer itself caused is none. */
static int signal_of_stop(const struct tier *tier, pid_t process, int status) {
    const int event = status >> 16;
    const int number = WSTOPSIG(status);
    if (event == PTRACE_EVENT_SECCOMP) seccomp_stop(tier, process);
    if (event != 0 || number == SIGTRAP) return 0;
    /* A new process starts with a stop of its own. Nothing that is tested stops itself. */
    return number == SIGSTOP ? 0 : number;
}

int tier_trace(const struct tier *tier, pid_t first) {
    const uintptr_t options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                              PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    int status;
    if (waitpid(first, &status, 0) != first || !WIFSTOPPED(status)) return 125;
    if (ptrace(PTRACE_SETOPTIONS, first, NULL, (void *)options) < 0) return 125;
    if (ptrace(PTRACE_CONT, first, NULL, NULL) < 0) return 125;
    for (;;) {
        pid_t process = waitpid(-1, &status, __WALL);
        if (process < 0 && errno == EINTR) continue;
        if (process < 0) return 125;
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (process == first) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        int number = signal_of_stop(tier, process, status);
        (void)ptrace(PTRACE_CONT, process, NULL, (void *)(uintptr_t)number);
    }
}
