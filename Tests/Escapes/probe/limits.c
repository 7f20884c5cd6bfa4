/* More ways to take all there is: those that go by what is counted elsewhere, or not at all. */
#include "probe.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { MANY_THREADS = 64, MANY_FOLDERS = 2500, MANY_COUNTERS = 100 };
static const off_t huge_file = (off_t)1 << 40;

static void *wait_for_ever(void *unused) {
    (void)unused;
    for (;;) pause();
    return NULL;
}
static int thread_bomb(void) {
    pthread_attr_t small;
    pthread_t thread;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, (size_t)PTHREAD_STACK_MIN);
    for (int i = 0; i < MANY_THREADS; i++) {
        int error = pthread_create(&thread, &small, wait_for_ever, NULL);
        if (error) return error;
    }
    return 0;
}
/* A file that is all hole takes no room, and is copied by whoever reads it. */
static int sparse_file(void) {
    char path[64];
    snprintf(path, sizeof path, "/tmp/agentbox-probe-%d", getpid());
    signal(SIGXFSZ, SIG_IGN);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), error = fd < 0 ? errno : 0;
    if (!error && ftruncate(fd, huge_file) < 0) error = errno;
    if (fd >= 0) close(fd);
    unlink(path);
    return error;
}
static int reserved_file(void) {
    char path[64];
    snprintf(path, sizeof path, "/tmp/agentbox-probe-%d", getpid());
    signal(SIGXFSZ, SIG_IGN);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), error = fd < 0 ? errno : 0;
    if (!error && fallocate(fd, 0, 0, (off_t)16 << 20) < 0) error = errno;
    if (fd >= 0) close(fd);
    unlink(path);
    return error;
}
/* Each file is within its limit; all of them together are more than the scratch folder. */
static int many_large_files(void) {
    static char block[1 << 19];
    char path[64];
    int error = 0, count = 0;
    for (; count < 16 && !error; count++) {
        snprintf(path, sizeof path, "/tmp/agentbox-probe-%d-%d", getpid(), count);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0 || write(fd, block, sizeof block) != (ssize_t)sizeof block) error = errno ? errno : ENOSPC;
        if (fd >= 0) close(fd);
    }
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/tmp/agentbox-probe-%d-%d", getpid(), i);
        unlink(path);
    }
    return error;
}
/* A tree that no path reaches the bottom of, and that takes the kernel an inode each. */
static int deep_folders(void) {
    char path[64];
    int error = 0, depth = 0;
    snprintf(path, sizeof path, "/tmp/agentbox-probe-%d", getpid());
    if (mkdir(path, 0700) < 0 || chdir(path) < 0) return errno;
    for (; depth < MANY_FOLDERS && !error; depth++) {
        if (mkdir("d", 0700) < 0 || chdir("d") < 0) error = errno;
    }
    for (; depth > 0; depth--) {
        if (chdir("..") < 0) break;
        rmdir("d");
    }
    (void)!chdir("/");
    rmdir(path);
    return error;
}
static int many_mappings(void) {
    for (size_t size = 0; size < (size_t)2 << 30; size += (size_t)64 << 20) {
        if (mmap(NULL, (size_t)64 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED) return errno;
    }
    return 0;
}
static int all_memory(void) {
    struct rlimit limit; /* a limit is only one if it is below what the machine has */
    if (getrlimit(RLIMIT_AS, &limit) < 0) return errno;
    if (limit.rlim_cur == RLIM_INFINITY) return 0;
    void *stack = mmap(NULL, limit.rlim_cur, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_STACK | MAP_ANONYMOUS, -1, 0);
    return stack == MAP_FAILED ? errno : 0;
}
static int many_event_counters(void) {
    for (int count = 0; count < MANY_COUNTERS; count++) {
        if (eventfd(0, EFD_CLOEXEC) < 0) return errno == EMFILE ? EAGAIN : errno;
    }
    return 0;
}
static int core_dump_size(void) {
    struct rlimit limit = {.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
    return outcome(setrlimit(RLIMIT_CORE, &limit));
}
static int lock_memory(void) {
    /* 64 MiB that nothing can be swapped out for: the usual allowance is 8. */
    void *memory = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? errno : outcome(mlock(memory, 64 << 20));
}
const struct attempt limit_attempts[] = {
    {"thread-bomb", thread_bomb, DESTRUCTIVE},
    {"sparse-file", sparse_file, DESTRUCTIVE},
    {"reserved-file", reserved_file, DESTRUCTIVE},
    {"many-large-files", many_large_files, DESTRUCTIVE},
    {"deep-folders", deep_folders, DESTRUCTIVE},
    {"many-mappings", many_mappings, DESTRUCTIVE},
    {"mapping-of-all-memory", all_memory, DESTRUCTIVE},
    {"many-event-counters", many_event_counters, DESTRUCTIVE},
    {"core-dump-limit", core_dump_size, 0},
    {"lock-memory", lock_memory, NEEDS_ROOT},
    {NULL, NULL, 0},
};
