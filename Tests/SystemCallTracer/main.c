/* Runs a program and lets one of its system calls fail, or kills it there: the n-th of that name, whichever of its threads
 * makes it. (strace counts for each thread apart.) Writes down the calls on files as they begin and end, in their order:
 *
 *     system-call-tracer LOG NAME none|error|kill COUNT PROGRAM [ARGUMENT…]
 *
 * A line of LOG is `begin NAME PATH` or `end NAME RESULT PATH`; of a rename PATH is `OLD -> NEW`. Ends as the program did,
 * with 137 if that was killed, and with 3 if it ended well and there was no n-th call. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

enum form { ON_DESCRIPTOR, ON_NAME, ON_TWO_NAMES };

static const struct call {
    const char *name;
    long number;
    enum form form;
} calls[] = {
    {"fsync", SYS_fsync, ON_DESCRIPTOR},
    {"fdatasync", SYS_fdatasync, ON_DESCRIPTOR},
    {"syncfs", SYS_syncfs, ON_DESCRIPTOR},
    {"write", SYS_write, ON_DESCRIPTOR},
    {"fchmodat", SYS_fchmodat, ON_NAME},
    {"unlinkat", SYS_unlinkat, ON_NAME},
    {"linkat", SYS_linkat, ON_TWO_NAMES},
    {"renameat", SYS_renameat, ON_TWO_NAMES},
    {"renameat2", SYS_renameat2, ON_TWO_NAMES},
};

#define MOST_THREADS 64

static struct thread {
    pid_t id; /* 0: free */
    const struct call *call;
    int is_failed;
    char target[2 * PATH_MAX + 600];
} threads[MOST_THREADS];

static FILE *report;

static _Noreturn void fail(const char *what) {
    perror(what);
    exit(125);
}

static struct thread *thread(pid_t id) {
    struct thread *unused = NULL;
    for (size_t i = 0; i < MOST_THREADS; i++) {
        if (threads[i].id == id) return &threads[i];
        if (threads[i].id == 0 && unused == NULL) unused = &threads[i];
    }
    if (unused == NULL) fail("too many threads");
    *unused = (struct thread){.id = id};
    return unused;
}

static void read_name(pid_t id, uint64_t address, char *name, size_t size) {
    struct iovec local = {name, size - 1};
    struct iovec remote = {(void *)(uintptr_t)address, size - 1};
    /* Not beyond the page: what follows may not be there. */
    const size_t rest = 4096 - (size_t)(address & 4095);
    if (remote.iov_len > rest) remote.iov_len = rest;
    const ssize_t count = process_vm_readv(id, &local, 1, &remote, 1, 0);
    name[count < 0 ? 0 : count] = '\0';
}

static void read_descriptor(pid_t id, uint64_t number, char *path, size_t size) {
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/%d/fd/%d", id, (int)number);
    const ssize_t count = readlink(link, path, size - 1);
    path[count < 0 ? 0 : count] = '\0';
}

static void describe(struct thread *thread, const __u64 arguments[6]) {
    char first[PATH_MAX], second[PATH_MAX], name[256], other[256];
    read_descriptor(thread->id, arguments[0], first, sizeof first);
    if (thread->call->form == ON_DESCRIPTOR) {
        (void)snprintf(thread->target, sizeof thread->target, "%s", first);
        return;
    }
    read_name(thread->id, arguments[1], name, sizeof name);
    if (thread->call->form == ON_NAME) {
        (void)snprintf(thread->target, sizeof thread->target, "%s/%s", first, name);
        return;
    }
    read_descriptor(thread->id, arguments[2], second, sizeof second);
    read_name(thread->id, arguments[3], other, sizeof other);
    (void)snprintf(thread->target, sizeof thread->target, "%s/%s -> %s/%s", first, name, second, other);
}

/* The kernel carries out no such call. */
static void skip(pid_t id) {
#if defined(__x86_64__)
    if (ptrace(PTRACE_POKEUSER, id, offsetof(struct user_regs_struct, orig_rax), -1L) < 0) fail("skip");
#else
    int none = -1;
    struct iovec value = {&none, sizeof none};
    if (ptrace(PTRACE_SETREGSET, id, NT_ARM_SYSTEM_CALL, &value) < 0) fail("skip");
#endif
}

static void answer(pid_t id, long result) {
    struct user_regs_struct registers;
    struct iovec value = {&registers, sizeof registers};
    if (ptrace(PTRACE_GETREGSET, id, NT_PRSTATUS, &value) < 0) fail("answer");
#if defined(__x86_64__)
    registers.rax = (unsigned long long)result;
#else
    registers.regs[0] = (unsigned long long)result;
#endif
    if (ptrace(PTRACE_SETREGSET, id, NT_PRSTATUS, &value) < 0) fail("answer");
}

static const struct call *find(uint64_t number) {
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if ((uint64_t)calls[i].number == number) return &calls[i];
    }
    return NULL;
}

static struct fault {
    const char *name, *kind;
    long count;
    int is_done;
} fault;

static void on_system_call(pid_t id, pid_t program) {
    struct ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info) < 0) return; /* it is gone */
    struct thread *caller = thread(id);
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        caller->call = find(info.entry.nr);
        caller->is_failed = 0;
        if (caller->call == NULL) return;
        describe(caller, info.entry.args);
        (void)fprintf(report, "begin %s %s\n", caller->call->name, caller->target);
        if (strcmp(caller->call->name, fault.name) != 0 || fault.is_done || --fault.count > 0) return;
        fault.is_done = 1;
        if (strcmp(fault.kind, "kill") == 0) (void)kill(program, SIGKILL);
        if (strcmp(fault.kind, "error") != 0) return;
        caller->is_failed = 1;
        skip(id);
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && caller->call != NULL) {
        if (caller->is_failed) answer(id, -EIO);
        const long long result = caller->is_failed ? -EIO : (long long)info.exit.rval;
        (void)fprintf(report, "end %s %lld %s\n", caller->call->name, result, caller->target);
        caller->call = NULL;
    }
}

static void start(char **words, int go) {
    char byte;
    if (read(go, &byte, 1) != 1) _exit(125);
    (void)close(go);
    execv(words[0], words);
    _exit(127);
}

int main(int count, char **words) {
    if (count < 6) return 125;
    fault = (struct fault){words[2], words[3], atol(words[4]), 0};
    if ((report = fopen(words[1], "we")) == NULL) fail(words[1]);
    int ends[2];
    if (pipe(ends) < 0) fail("pipe");
    const pid_t program = fork();
    if (program < 0) fail("fork");
    if (program == 0) start(words + 5, ends[0]);
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SEIZE, program, 0, options) < 0) fail("ptrace");
    if (ptrace(PTRACE_INTERRUPT, program, 0, 0) < 0) fail("ptrace");
    if (write(ends[1], "", 1) != 1) fail("write");
    for (int result = 0;;) {
        int status;
        const pid_t id = waitpid(-1, &status, __WALL);
        if (id < 0) return result != 0 || fault.is_done || strcmp(fault.kind, "none") == 0 ? result : 3;
        if (!WIFSTOPPED(status)) {
            thread(id)->id = 0;
            if (id == program) result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        int signal = WSTOPSIG(status);
        if (signal == (SIGTRAP | 0x80)) {
            on_system_call(id, program);
            signal = 0;
        } else if (status >> 16 != 0) {
            signal = 0; /* an event of ours */
        }
        (void)ptrace(PTRACE_SYSCALL, id, 0, signal); /* ESRCH: it was killed */
    }
}
