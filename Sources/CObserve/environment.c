/* Breakpoints where C libraries look variables up, in every program that the first one becomes or starts. Where the
 * instruction that one replaces cannot be acted out here, it is put back for a step, and another thread that runs past
 * meanwhile is missed: what is reported was read, what is not may have been. */
#define _GNU_SOURCE
#include "include/environment.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILED = 125, MOST_POINTS = 64, MOST_OBJECTS = 512, MOST_THREADS = 4096, MOST_LINES = 1 << 14, NAME = 256 };

enum point_kind { AT_LOOKUP, AT_LOADING };

struct point {
    uint64_t address;
    long original;
    enum point_kind kind;
};

/* The memory of one process, and of those that share it. */
struct space {
    int users;
    int has_lookup;
    size_t points, objects;
    struct point point[MOST_POINTS];
    uint64_t object[MOST_OBJECTS]; /* where each that was looked at begins */
    char program[PATH_MAX];
};

struct thread {
    pid_t id;
    struct space *space; /* NULL: its parent has not said yet whose it is */
    int is_held;         /* it waits for that */
    int step;            /* the point that it is stepped over, or -1 */
};

static struct thread threads[MOST_THREADS];
static size_t thread_count;
static int report_to;

/* MARK: what is said, each once */

static uint64_t said[MOST_LINES];
static size_t said_count;

static void say(const char *word, const char *program, const char *text) {
    char line[PATH_MAX + 2 * NAME];
    const int size = snprintf(line, sizeof line, "%s\t%s\t%s\n", word, program, text);
    if (size <= 0 || (size_t)size >= sizeof line) return;
    for (const char *c = line; c < line + size - 1; c++) {
        if ((unsigned char)*c < ' ' && *c != '\t') return; /* a name that would be two lines */
    }
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < size; i++) hash = (hash ^ (unsigned char)line[i]) * 0x100000001b3u;
    for (size_t i = 0; i < said_count; i++) {
        if (said[i] == hash) return;
    }
    if (said_count == MOST_LINES) return;
    said[said_count++] = hash;
    for (ssize_t done = 0, wrote; done < size; done += wrote) {
        wrote = write(report_to, line + done, (size_t)(size - done));
        if (wrote <= 0) return;
    }
}

/* MARK: the machine */

#if defined(__x86_64__)
static long with_point(long word) { return (long)(((unsigned long)word & ~0xfful) | 0xcc); }
static uint64_t stopped_at(const struct user_regs_struct *registers) { return registers->rip - 1; }
static void go_back(struct user_regs_struct *registers) { registers->rip -= 1; }
static uint64_t first_argument(const struct user_regs_struct *registers) { return registers->rdi; }

static unsigned long long *pushed(struct user_regs_struct *registers, unsigned number) {
    unsigned long long *const all[16] = {&registers->rax, &registers->rcx, &registers->rdx, &registers->rbx,
                                         &registers->rsp, &registers->rbp, &registers->rsi, &registers->rdi,
                                         &registers->r8,  &registers->r9,  &registers->r10, &registers->r11,
                                         &registers->r12, &registers->r13, &registers->r14, &registers->r15};
    return all[number];
}

/* What functions begin with: `endbr64`, or a push of a register. The size of the instruction; 0: it is another. */
static unsigned act_out(pid_t thread, long word, struct user_regs_struct *registers) {
    const unsigned long bytes = (unsigned long)word;
    if ((bytes & 0xffffffff) == 0xfa1e0ff3) return 4;
    const unsigned is_high = (bytes & 0xff) == 0x41;
    const unsigned code = (unsigned)(is_high ? bytes >> 8 : bytes) & 0xff;
    if ((code & 0xf8) != 0x50) return 0;
    const unsigned long long value = *pushed(registers, (code & 7) + 8 * is_high);
    void *const top = (void *)(uintptr_t)(registers->rsp - 8);
    if (ptrace(PTRACE_POKEDATA, thread, top, (void *)(uintptr_t)value) < 0) return 0;
    registers->rsp -= 8;
    return 1 + is_high;
}
static void skip(struct user_regs_struct *registers, unsigned size) { registers->rip += size; }
#elif defined(__aarch64__)
static long with_point(long word) {
    return (long)(((unsigned long)word & ~0xfffffffful) | 0xd4200000ul); /* brk #0 */
}
static uint64_t stopped_at(const struct user_regs_struct *registers) { return registers->pc; }
static void go_back(struct user_regs_struct *registers) { (void)registers; }
static uint64_t first_argument(const struct user_regs_struct *registers) { return registers->regs[0]; }
static unsigned act_out(pid_t thread, long word, struct user_regs_struct *registers) {
    (void)thread;
    (void)registers;
    /* `bti c` and `nop`, as hints */
    return ((unsigned long)word & 0xffffffff) == 0xd503245f || ((unsigned long)word & 0xffffffff) == 0xd503201f ? 4 : 0;
}
static void skip(struct user_regs_struct *registers, unsigned size) { registers->pc += size; }
#endif

static int peek(pid_t thread, uint64_t address, long *word) {
    errno = 0;
    *word = ptrace(PTRACE_PEEKDATA, thread, (void *)(uintptr_t)address, NULL);
    return errno == 0 ? 0 : -1;
}

static int poke(pid_t thread, uint64_t address, long word) {
    return (int)ptrace(PTRACE_POKEDATA, thread, (void *)(uintptr_t)address, (void *)word);
}

static int transfer(pid_t thread, struct user_regs_struct *registers, int is_set) {
    struct iovec all = {registers, sizeof *registers};
    return (int)ptrace(is_set ? PTRACE_SETREGSET : PTRACE_GETREGSET, thread, (void *)(uintptr_t)NT_PRSTATUS, &all);
}

static void read_name(pid_t thread, uint64_t address, char name[NAME]) {
    size_t length = 0;
    for (long word; length + sizeof word < NAME && peek(thread, address + length, &word) == 0;) {
        memcpy(name + length, &word, sizeof word);
        const char *end = memchr(name + length, '\0', sizeof word);
        if (end) return;
        length += sizeof word;
    }
    name[0] = '\0';
}

/* MARK: breakpoints */

static void set_point(pid_t thread, struct space *space, uint64_t address, enum point_kind kind) {
    for (size_t i = 0; i < space->points; i++) {
        if (space->point[i].address == address) return;
    }
    long word;
    if (space->points == MOST_POINTS || peek(thread, address, &word) < 0) return;
    if (poke(thread, address, with_point(word)) < 0) return;
    space->point[space->points++] = (struct point){address, word, kind};
}

/* Puts the one back that it was stepped over. The word around it is read anew: another may lie in it. */
static void write_point(pid_t thread, const struct point *point, int is_set) {
    long word;
    if (peek(thread, point->address, &word) < 0) return;
    const long own = is_set ? with_point(point->original) : point->original;
#if defined(__x86_64__)
    const unsigned long mask = 0xff;
#else
    const unsigned long mask = 0xffffffff;
#endif
    (void)poke(thread, point->address, (long)(((unsigned long)word & ~mask) | ((unsigned long)own & mask)));
}

/* MARK: objects */

static int is_known(struct space *space, uint64_t start) {
    for (size_t i = 0; i < space->objects; i++) {
        if (space->object[i] == start) return 1;
    }
    if (space->objects < MOST_OBJECTS) space->object[space->objects++] = start;
    return 0;
}

static void look_at(pid_t thread, struct space *space, const char *path, uint64_t start) {
    enum { LOOKUPS = 3, ALL = 7 };
    struct co_symbol symbols[ALL] = {{.name = "getenv"},  {.name = "secure_getenv"}, {.name = "__secure_getenv"},
                                     {.name = "environ"}, {.name = "__environ"},     {.name = "_environ"},
                                     {.name = "_dl_debug_state"}};
    uint64_t bias;
    if (co_symbols(path, symbols, ALL, &bias) < 0) return;
    const char *last = strrchr(path, '/');
    const int is_library = last && (strncmp(last, "/libc.", 6) == 0 || strncmp(last, "/libc-", 6) == 0 ||
                                    strncmp(last, "/ld-", 4) == 0);
    for (size_t i = 0; i < LOOKUPS; i++) {
        if (!symbols[i].is_function) continue;
        set_point(thread, space, start - bias + symbols[i].value, AT_LOOKUP);
        space->has_lookup = 1;
    }
    if (symbols[6].is_function) set_point(thread, space, start - bias + symbols[6].value, AT_LOADING);
    if (is_library) return;
    if (symbols[3].is_there || symbols[4].is_there || symbols[5].is_there) say("whole", space->program, path);
}

/* Whatever was mapped since. */
static void look_at_all(pid_t thread, struct space *space) {
    char name[64], line[PATH_MAX + 128], path[PATH_MAX];
    (void)snprintf(name, sizeof name, "/proc/%d/maps", (int)thread);
    FILE *maps = fopen(name, "re");
    if (!maps) return;
    while (fgets(line, sizeof line, maps)) {
        unsigned long long start, offset;
        if (sscanf(line, "%llx-%*x %*s %llx %*s %*s %4095[^\n]", &start, &offset, path) != 3) continue;
        if (offset != 0 || path[0] != '/' || is_known(space, start)) continue;
        look_at(thread, space, path, start);
    }
    (void)fclose(maps);
}

static void begin(pid_t thread, struct space *space) {
    char name[64];
    uint64_t pair[2], loader = 0, entry = 0;
    (void)snprintf(name, sizeof name, "/proc/%d/exe", (int)thread);
    const ssize_t length = readlink(name, space->program, sizeof space->program - 1);
    space->program[length > 0 ? length : 0] = '\0';
    (void)snprintf(name, sizeof name, "/proc/%d/auxv", (int)thread);
    FILE *vector = fopen(name, "re");
    while (vector && fread(pair, sizeof pair, 1, vector) == 1) {
        if (pair[0] == AT_BASE) loader = pair[1];
        if (pair[0] == AT_ENTRY) entry = pair[1];
    }
    if (vector) (void)fclose(vector);
    if (loader == 0 || entry == 0) return say("unknown", space->program, "it is static, or its own loader");
    look_at_all(thread, space);
    /* By then all that it is linked with is there. */
    set_point(thread, space, entry, AT_LOADING);
}

/* MARK: threads */

static struct thread *thread_of(pid_t id) {
    for (size_t i = 0; i < thread_count; i++) {
        if (threads[i].id == id) return &threads[i];
    }
    if (thread_count == MOST_THREADS) return NULL;
    threads[thread_count] = (struct thread){.id = id, .step = -1};
    return &threads[thread_count++];
}

static void leave(struct space *space) {
    if (space && --space->users == 0) free(space);
}

static void forget(pid_t id) {
    for (size_t i = 0; i < thread_count; i++) {
        if (threads[i].id != id) continue;
        leave(threads[i].space);
        threads[i] = threads[--thread_count];
        return;
    }
}

static void resume(pid_t id, int signal) { (void)ptrace(PTRACE_CONT, id, NULL, (void *)(uintptr_t)signal); }

static void became_program(struct thread *thread) {
    unsigned long former = 0;
    /* Another thread of it may have been who did. */
    if (ptrace(PTRACE_GETEVENTMSG, thread->id, NULL, &former) == 0 && (pid_t)former != thread->id) {
        const pid_t id = thread->id;
        forget((pid_t)former);
        thread = thread_of(id);
        if (!thread) return;
    }
    leave(thread->space);
    thread->step = -1;
    thread->space = calloc(1, sizeof *thread->space);
    if (!thread->space) return;
    thread->space->users = 1;
    begin(thread->id, thread->space);
}

static void started(struct thread *parent, int event) {
    unsigned long message = 0;
    if (ptrace(PTRACE_GETEVENTMSG, parent->id, NULL, &message) < 0) return;
    struct space *space = parent->space;
    struct thread *child = thread_of((pid_t)message);
    if (!child || !space) return;
    if (event == PTRACE_EVENT_FORK) {
        struct space *copy = malloc(sizeof *copy);
        if (copy) {
            *copy = *space;
            copy->users = 0;
        }
        space = copy;
    }
    if (space) space->users++;
    child->space = space;
    if (child->is_held) resume(child->id, 0);
    child->is_held = 0;
}

/* 1: it was a point. */
static int at_point(struct thread *thread) {
    struct user_regs_struct registers;
    if (!thread->space || transfer(thread->id, &registers, 0) < 0) return 0;
    struct space *space = thread->space;
    for (size_t i = 0; i < space->points; i++) {
        if (space->point[i].address != stopped_at(&registers)) continue;
        if (space->point[i].kind == AT_LOOKUP) {
            char name[NAME];
            read_name(thread->id, first_argument(&registers), name);
            if (name[0] != '\0') say("read", space->program, name);
        } else {
            look_at_all(thread->id, space);
        }
        go_back(&registers);
        const unsigned size = act_out(thread->id, space->point[i].original, &registers);
        if (size) {
            skip(&registers, size);
            (void)transfer(thread->id, &registers, 1);
            resume(thread->id, 0);
            return 1;
        }
        (void)transfer(thread->id, &registers, 1);
        write_point(thread->id, &space->point[i], 0);
        thread->step = (int)i;
        (void)ptrace(PTRACE_SINGLESTEP, thread->id, NULL, NULL);
        return 1;
    }
    return 0;
}

static void trapped(struct thread *thread) {
    if (thread->step >= 0) {
        write_point(thread->id, &thread->space->point[thread->step], 1);
        thread->step = -1;
        return resume(thread->id, 0);
    }
    if (!at_point(thread)) resume(thread->id, SIGTRAP);
}

static void stopped(pid_t id, int status) {
    struct thread *thread = thread_of(id);
    const int event = status >> 16, signal = WSTOPSIG(status);
    if (!thread) return resume(id, 0);
    switch (event) {
    case PTRACE_EVENT_EXEC:
        became_program(thread);
        return resume(id, 0);
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        started(thread, event);
        return resume(id, 0);
    case PTRACE_EVENT_STOP:
        if (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU) {
            (void)ptrace(PTRACE_LISTEN, id, NULL, NULL);
        } else if (thread->space) {
            resume(id, 0);
        } else {
            thread->is_held = 1;
        }
        return;
    default:
        if (signal == SIGTRAP) return trapped(thread);
        if (thread->step >= 0) {
            (void)ptrace(PTRACE_SINGLESTEP, id, NULL, (void *)(uintptr_t)signal);
        } else {
            resume(id, signal);
        }
    }
}

static void become(int gate, const char *path, char **words) {
    char go;
    const int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0) _exit(FAILED);
    if (read(gate, &go, 1) != 1) _exit(FAILED);
    (void)close(gate);
    (void)close(nowhere);
    (void)execv(path, words);
    _exit(FAILED);
}

int co_trace_environment(int report, const char *path, char **words) {
    int gate[2];
    report_to = report;
    if (pipe2(gate, O_CLOEXEC) < 0) return FAILED;
    const pid_t root = fork();
    if (root < 0) return FAILED;
    if (root == 0) {
        (void)close(gate[1]);
        if (report > STDERR_FILENO) (void)close(report);
        become(gate[0], path, words);
    }
    (void)close(gate[0]);
    const unsigned long options = PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                                  PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SEIZE, root, NULL, (void *)options) < 0 || write(gate[1], "", 1) != 1) {
        (void)kill(root, SIGKILL);
        return FAILED;
    }
    (void)close(gate[1]);
    for (int status;;) {
        const pid_t id = waitpid(-1, &status, __WALL);
        if (id < 0 && errno == EINTR) continue;
        if (id < 0) return FAILED;
        if (WIFSTOPPED(status)) {
            stopped(id, status);
            continue;
        }
        forget(id);
        /* What it left behind ends with it, as in any call. */
        if (id == root) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
}
