#include "system.h"

#include "include/pidfd.h"
#include "include/plan.h"
#include "include/spawn_init.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

static int set_actions(posix_spawn_file_actions_t *actions, int control) {
    int failure = posix_spawn_file_actions_adddup2(actions, control, PLAN_CONTROL_FD);
    if (!failure) failure = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDWR, 0);
    if (!failure) failure = posix_spawn_file_actions_adddup2(actions, 0, 1);
    if (!failure) failure = posix_spawn_file_actions_adddup2(actions, 0, 2);
    /* Attack: a descriptor of the host that somebody forgot to mark close-on-exec reads whatever it was opened on. */
    if (!failure) failure = posix_spawn_file_actions_addclosefrom_np(actions, PLAN_CONTROL_FD + 1);
    return failure;
}

static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t all, none;
    if (sigfillset(&all) < 0 || sigemptyset(&none) < 0) return errno;
    int failure = posix_spawnattr_setsigdefault(attributes, &all);
    if (!failure) failure = posix_spawnattr_setsigmask(attributes, &none);
    const short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID;
    if (!failure) failure = posix_spawnattr_setflags(attributes, flags);
    return failure;
}

static int spawn(const char *path, int control, int32_t *pid) {
    char name[] = "agentbox-init";
    char *const arguments[] = {name, NULL};
    char *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure) return failure;
    failure = posix_spawnattr_init(&attributes);
    if (!failure) {
        failure = set_actions(&actions, control);
        if (!failure) failure = set_attributes(&attributes);
        if (!failure) failure = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
        (void)posix_spawnattr_destroy(&attributes); /* cannot fail */
    }
    (void)posix_spawn_file_actions_destroy(&actions); /* cannot fail */
    return failure;
}

int cs_spawn_init(const char *path, int control, int32_t *pid, int *pidfd) {
    int failure = spawn(path, control, pid);
    if (failure) return failure;
    *pidfd = cs_pidfd_open(*pid); /* not reaped yet, so the pid is still its own */
    if (*pidfd >= 0) return 0;
    failure = errno;
    (void)kill(*pid, SIGKILL);
    while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR) {
    }
    return failure;
}
