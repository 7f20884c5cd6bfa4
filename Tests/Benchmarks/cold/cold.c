/* The cold path: what one call costs when everything is built for it and thrown away, against a bare posix_spawn of the
 * same program and against bubblewrap, in turns so that all see the same machine.
 *
 * usage: cold INIT [ROUNDS [KINDS]]    prints one JSON object a line: name, p50, p95 and mean in microseconds, ratio to
 * bare. KINDS 2 leaves bubblewrap out, as for a profile. */
#include "box.h"

#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WARM_UP = 20, COOKIE_LOW = 0x63686f6b, COOKIE_HIGH = 0x636f6f6b };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int spawn(char *const arguments[]) {
    posix_spawn_file_actions_t actions;
    int status = -1;
    pid_t pid;
    if (posix_spawn_file_actions_init(&actions) != 0) return -1;
    if (posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0) != 0) return -1;
    if (posix_spawn_file_actions_adddup2(&actions, 0, 1) != 0) return -1;
    if (posix_spawn_file_actions_adddup2(&actions, 0, 2) != 0) return -1;
    int failure = posix_spawnp(&pid, arguments[0], &actions, NULL, arguments, (char *[]){NULL});
    posix_spawn_file_actions_destroy(&actions);
    if (failure) return -1;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static int bare(void) {
    static char program[] = "/bin/true";
    return spawn((char *[]){program, NULL});
}

static int bubblewrap(void) {
    const char *const arguments[] = {"bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc",
                                     "--dev", "/dev",          "/bin/true", NULL};
    return spawn((char *const *)(uintptr_t)arguments);
}

static const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
static const struct sock_filter deny = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);

/* A balanced tree over numbers, as a compiler of allow-lists makes it: everything below 1000 comes out allowed. The
 * kernel runs a filter once for each system call number when it is loaded, so depth is what loading costs. */
static size_t tree(struct sock_filter *program, size_t at, uint32_t low, uint32_t high) {
    if (high - low <= 12) {
        program[at++] = allow;
        return at;
    }
    uint32_t middle = (low + high) / 2;
    size_t branch = at++;
    at = tree(program, at, low, middle);
    program[branch] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, middle, (uint8_t)(at - branch - 1), 0);
    return tree(program, at, middle, high);
}

/* As long as a real one, with the rule for execveat. */
static size_t filter(struct sock_filter *program) {
    size_t at = 0;
    program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 6);
    program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5]));
    program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, COOKIE_LOW, 0, 3);
    program[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5]) + 4);
    program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, COOKIE_HIGH, 0, 1);
    program[at++] = allow;
    program[at++] = deny;
    return tree(program, at, 0, 1000) * sizeof program[0];
}

static int cold(void) {
    static struct box box;
    static struct outcome outcome;
    static struct sock_filter program[512];
    box_begin(&box);
    box_command(&box, "/bin/true", NULL);
    box_landlock(&box);
    box_mount(&box, MOUNT_BIND, "/etc/ld.so.cache", "/etc/ld.so.cache", MOUNT_FLAG_READ_ONLY);
    box_rule(&box, CS_LANDLOCK_READ_FILE, "/etc/ld.so.cache", NULL, 0);
    box_filter(&box, program, filter(program), COOKIE_LOW, COOKIE_HIGH);
    if (box_run(&box, &outcome) < 0) return -1;
    if (outcome.failed) {
        fprintf(stderr, "%s: %s\n", plan_step_name(outcome.failure.step), strerror(outcome.failure.value));
    }
    return outcome.ended ? outcome.end.value : -1;
}

static int compare(const void *one, const void *two) {
    double a = *(const double *)one, b = *(const double *)two;
    return (a > b) - (a < b);
}

int main(int count, char **arguments) {
    static const struct {
        const char *name;
        int (*run)(void);
    } kinds[] = {{"bare posix_spawn", bare}, {"agentbox cold", cold}, {"bubblewrap", bubblewrap}};
    enum { KINDS = sizeof kinds / sizeof kinds[0] };
    if (count < 2) return 125;
    init_path = arguments[1];
    size_t rounds = count > 2 ? (size_t)atoi(arguments[2]) : 200;
    double *times[KINDS], base = 0;
    int kind_count = count > 3 ? atoi(arguments[3]) : KINDS;
    for (int i = 0; i < KINDS; i++) times[i] = calloc(rounds, sizeof(double));
    for (size_t round = 0; round < rounds + WARM_UP; round++) {
        for (int i = 0; i < kind_count; i++) {
            double start = now();
            if (kinds[i].run() != 0) {
                fprintf(stderr, "%s failed\n", kinds[i].name);
                return 1;
            }
            if (round >= WARM_UP) times[i][round - WARM_UP] = now() - start;
        }
    }
    for (int i = 0; i < kind_count; i++) {
        double sum = 0;
        qsort(times[i], rounds, sizeof(double), compare);
        for (size_t round = 0; round < rounds; round++) sum += times[i][round];
        double middle = times[i][rounds / 2];
        if (i == 0) base = middle;
        printf("{\"name\":\"%s\",\"p50\":%.0f,\"p95\":%.0f,\"mean\":%.0f,\"ratio\":%.2f}\n", kinds[i].name, middle,
               times[i][rounds * 95 / 100], sum / (double)rounds, middle / base);
        free(times[i]);
    }
    return 0;
}
