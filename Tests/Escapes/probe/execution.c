/* Starting what is no program of the grant, whatever it is called and wherever it lies. */
#include "probe.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

enum { NOT_STARTED = 111 };

/* 0 if the program started, whatever it then did; else the errno of the attempt. */
static int started(const char *program, char *const *words) {
    int ends[2], error = 0;
    if (pipe2(ends, O_CLOEXEC) < 0) return errno;
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) {
        char *const none[] = {NULL};
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3 && null >= 0; fd++) dup2(null, fd);
        execve(program, words, none);
        error = errno;
        _exit(write(ends[1], &error, sizeof error) == (ssize_t)sizeof error ? NOT_STARTED : 1);
    }
    close(ends[1]);
    if (read(ends[0], &error, sizeof error) != (ssize_t)sizeof error) error = 0;
    close(ends[0]);
    waitpid(child, NULL, 0);
    return error;
}
static int start(const char *program) {
    char *const words[] = {(char *)program, NULL};
    return started(program, words);
}

/* A copy of a program in the scratch folder, executable. */
static int copy_to(char *path, size_t size, const char *program) {
    static char block[1 << 16];
    snprintf(path, size, "/tmp/agentbox-probe-%d", getpid());
    int from = open(program, O_RDONLY | O_CLOEXEC), to = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
    int error = from < 0 || to < 0 ? errno : 0;
    for (ssize_t count; !error && (count = read(from, block, sizeof block)) > 0;) {
        if (write(to, block, (size_t)count) != count) error = errno;
    }
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    return error;
}
static int copied_program(void) {
    char path[64];
    int error = copy_to(path, sizeof path, "/usr/bin/true");
    if (!error) error = start(path);
    unlink(path);
    return error;
}
static int copied_by_loader(void) {
    char path[64];
    char *const words[] = {"ld.so", path, NULL};
    int error = copy_to(path, sizeof path, "/usr/bin/true");
    /* The loader starts, and ends with 127 where it may not map the program. */
    if (!error) {
        pid_t child = fork();
        if (child == 0) {
            int null = open("/dev/null", O_RDWR);
            dup2(null, 2);
            execv("/lib64/ld-linux-x86-64.so.2", words);
            _exit(126);
        }
        int status = 0;
        waitpid(child, &status, 0);
        error = WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EACCES;
    }
    unlink(path);
    return error;
}
static int script_in_scratch(void) {
    char path[64];
    snprintf(path, sizeof path, "/tmp/agentbox-probe-%d", getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
    if (fd < 0) return errno;
    if (write(fd, "#!/bin/true\n", 12) != 12) return EIO;
    close(fd);
    int error = start(path);
    unlink(path);
    return error;
}
static int map_scratch_executable(void) {
    char path[64];
    int error = copy_to(path, sizeof path, "/usr/bin/true");
    int fd = error ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (!error && mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED) error = errno;
    unlink(path);
    return error;
}
static int system_program(void) { return start("/usr/bin/true"); }
static int shell(void) { return start("/bin/sh"); }
/* Executed by a name that is no name: /proc leads to what has none. */
static int memory_by_proc(void) {
    char path[64];
    static char block[1 << 16];
    int fd = (int)syscall(SYS_memfd_create, "probe", 0u), from = open("/usr/bin/true", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || from < 0) return errno;
    for (ssize_t count; (count = read(from, block, sizeof block)) > 0;) {
        if (write(fd, block, (size_t)count) != count) return errno;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    /* A descriptor that is open for writing keeps it from being executed. */
    int readable = open(path, O_RDONLY | O_CLOEXEC);
    if (readable < 0) return errno;
    close(fd);
    snprintf(path, sizeof path, "/proc/self/fd/%d", readable);
    return start(path);
}
static int workspace_program(void) { return start(in_workspace("probe-program")); }

/* 0 if the process runs with another effective id than ours. */
static int has_other_id(pid_t child, unsigned ours) {
    char path[64], line[256];
    unsigned real, effective = ours;
    snprintf(path, sizeof path, "/proc/%d/status", child);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "Uid: %u %u", &real, &effective) == 2) break;
    }
    if (file) fclose(file);
    return effective != ours;
}
/* su asks for a password, which never comes: meanwhile it is root. */
static int set_user_program(void) {
    struct timespec pause = {.tv_nsec = 1000000};
    int ends[2], found = WITHHELD, null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (getuid() == 0 && setresuid(65534, 65534, 65534) < 0) return errno;
    if (pipe(ends) < 0 || null < 0) return errno;
    pid_t child = fork();
    if (child == 0) {
        char *const words[] = {"su", "root", NULL};
        dup2(ends[0], 0), dup2(null, 1), dup2(null, 2);
        execv("/bin/su", words);
        _exit(NOT_STARTED);
    }
    for (int i = 0; i < 200 && found && waitpid(child, NULL, WNOHANG) == 0; i++) {
        if (has_other_id(child, getuid())) found = 0;
        nanosleep(&pause, NULL);
    }
    close(ends[1]);
    kill(child, SIGKILL);
    return found;
}

const struct attempt execution_attempts[] = {
    {"execute-copy-in-scratch", copied_program, 0},
    {"execute-copy-by-loader", copied_by_loader, 0},
    {"execute-script-in-scratch", script_in_scratch, 0},
    {"map-scratch-executable", map_scratch_executable, 0},
    {"execute-system-program", system_program, 0},
    {"execute-shell", shell, 0},
    {"execute-memory-by-proc", memory_by_proc, 0},
    {"execute-workspace-program", workspace_program, 0},
    {"execute-set-user-program", set_user_program, 0},
    {NULL, NULL, 0},
};
