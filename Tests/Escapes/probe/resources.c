/* Taking all there is. Each stops by itself at an amount that is more than the test's profile gives, so that it can be
 * tried outside. */
#include "probe.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

enum { MANY_PROCESSES = 64, MANY_FILES = 2500, MANY_DESCRIPTORS = 100, MANY_TIMES_MEMORY = 16 };
static const size_t much_memory = (size_t)128 << 20, much_disk = (size_t)8 << 20, much_output = (size_t)4 << 20;
static const time_t much_time = 2; /* seconds */

static int fork_bomb(void) {
    static pid_t children[MANY_PROCESSES];
    int error = 0, count = 0;
    for (; count < MANY_PROCESSES; count++) {
        children[count] = fork();
        if (children[count] == 0) {
            pause();
            _exit(0);
        }
        if (children[count] < 0) {
            error = errno;
            break;
        }
    }
    for (int i = 0; i < count; i++) kill(children[i], SIGKILL);
    while (wait(NULL) > 0) {
    }
    return error;
}
static int touch_memory(size_t size) {
    volatile char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return errno;
    for (size_t at = 0; at < size; at += 4096) memory[at] = 1;
    return 0;
}
static int memory_bomb(void) { return touch_memory(much_memory); }
/* Where only rlimits hold, memory is bounded by process: all of them together must not pass either. */
static int memory_bomb_in_many(void) {
    int count = 0, failures = 0, status;
    for (; count < MANY_TIMES_MEMORY; count++) {
        pid_t child = fork();
        if (child == 0) _exit(touch_memory(much_memory / 4) != 0);
        if (child < 0) return errno;
    }
    while (wait(&status) > 0) failures += status != 0;
    return failures ? ENOMEM : 0;
}
static int fill(const char *folder) {
    static char block[1 << 16];
    char path[256];
    int error = 0;
    snprintf(path, sizeof path, "%s/agentbox-probe-%d", folder, getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return errno;
    signal(SIGXFSZ, SIG_IGN);
    for (size_t size = 0; size < much_disk && !error; size += sizeof block) {
        if (write(fd, block, sizeof block) < 0) error = errno;
    }
    close(fd);
    unlink(path);
    return error;
}
static int fill_scratch(void) { return fill("/tmp"); }
static int fill_shared_memory(void) { return fill("/dev/shm"); }
static int fill_memory_file(void) {
    int fd = (int)syscall(SYS_memfd_create, "probe", 1u);
    if (fd < 0) return errno;
    signal(SIGXFSZ, SIG_IGN);
    if (ftruncate(fd, (off_t)much_disk) < 0) return errno;
    char *memory = mmap(NULL, much_disk, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) return errno;
    memset(memory, 1, much_disk);
    return 0;
}
static int many_files(void) {
    char path[64];
    int count = 0, error = 0;
    for (; count < MANY_FILES && !error; count++) {
        snprintf(path, sizeof path, "/tmp/agentbox-probe-%d-%d", getpid(), count);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) error = errno;
        else close(fd);
    }
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/tmp/agentbox-probe-%d-%d", getpid(), i);
        unlink(path);
    }
    return error;
}
static int many_descriptors(void) {
    for (int count = 0; count < MANY_DESCRIPTORS; count++) {
        if (dup(0) < 0) return errno == EMFILE ? EAGAIN : errno;
    }
    return 0;
}
static int endless_computing(void) {
    struct timespec start, now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    do {
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    } while (now.tv_sec - start.tv_sec < much_time);
    return 0;
}
/* The host cuts this off; the line that reports it is then lost too. */
static int output_flood(void) {
    static char block[1 << 16];
    memset(block, '\n', sizeof block);
    for (size_t size = 0; size < much_output; size += sizeof block) {
        if (write(1, block, sizeof block) < 0) return errno == EPIPE ? EPERM : errno;
    }
    return 0;
}
static int error_flood(void) {
    static char block[1 << 16];
    memset(block, '\n', sizeof block);
    for (size_t size = 0; size < much_output; size += sizeof block) {
        if (write(2, block, sizeof block) < 0) return errno == EPIPE ? EPERM : errno;
    }
    return 0;
}

const struct attempt resource_attempts[] = {
    {"fork-bomb", fork_bomb, DESTRUCTIVE},
    {"memory-bomb", memory_bomb, ALONE}, /* in a control group it is the end of the call */
    {"memory-bomb-in-many-processes", memory_bomb_in_many, ALONE},
    {"fill-scratch", fill_scratch, DESTRUCTIVE},
    {"fill-shared-memory", fill_shared_memory, DESTRUCTIVE},
    {"fill-memory-file", fill_memory_file, DESTRUCTIVE},
    {"many-files", many_files, DESTRUCTIVE},
    {"many-descriptors", many_descriptors, DESTRUCTIVE},
    {"endless-computing", endless_computing, DESTRUCTIVE},
    {"output-flood", output_flood, ALONE},
    {"error-output-flood", error_flood, ALONE},
    {NULL, NULL, 0},
};
