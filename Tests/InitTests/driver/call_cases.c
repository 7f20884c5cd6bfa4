/* What a call may do. */
#include "cases.h"

#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *capabilities_are_empty(void) {
    return expect_output("grep -c '^Cap.*:.0000000000000000$' /proc/self/status", 0, "5\n");
}

static const char *no_new_privileges(void) {
    return expect_output("grep NoNewPrivs /proc/self/status", 0, "NoNewPrivs:\t1\n");
}

static const char *signals_are_default(void) {
    return expect_output("cat /proc/self/status | grep -E '^Sig(Blk|Ign|Cgt)' | grep -v 0000000000000000; echo done", 0,
                         "done\n");
}

static const char *descriptors_are_closed(void) {
    int leaked = open("/etc/passwd", O_RDONLY); /* on purpose without O_CLOEXEC */
    const char *failure = expect_output("ls /proc/self/fd | tr '\\n' ' '", 0, "0 1 2 3 "); /* 3 is ls reading */
    close(leaked);
    return failure;
}

static const char *environment_is_the_plans(void) {
    static struct box box;
    static struct outcome outcome;
    box_begin(&box);
    box_environment(&box, "ONLY=this");
    box_command(&box, "/usr/bin/env", NULL);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    return strcmp(outcome.output, "ONLY=this\n") == 0 ? NULL : wrong("said `%s`", outcome.output);
}

static const char *session_is_its_own(void) {
    return expect_output("read pid name state parent group session rest < /proc/self/stat;"
                         "test $pid = $group && test $pid = $session && echo own", 0, "own\n");
}

static const char *limits_hold(void) {
    static struct box box;
    static struct outcome outcome;
    box_begin(&box);
    box_environment(&box, "PATH=/usr/bin");
    box_limit(&box, RLIMIT_NOFILE, 33);
    box_limit(&box, RLIMIT_FSIZE, 4096);
    box_limit(&box, RLIMIT_CORE, 1 << 20);
    box_limit(&box, RLIMIT_NPROC, 5);
    box_shell(&box, "ulimit -n; ulimit -c; grep -c \"core file size  *1  *1 \" /proc/self/limits;"
                    "head -c 9000 /dev/zero > /tmp/x; stat -c %s /tmp/x;"
                    "for i in 1 2 3 4 5 6 7 8; do sleep 10 & done 2>/dev/null; wait");
    if (box_run(&box, &outcome) < 0) return "the host could not run the box";
    if (strncmp(outcome.output, "33\n0\n1\n4096\n", 12) != 0) return wrong("said `%s`", outcome.output);
    /* The shell gives up with status 2 when it cannot fork. */
    if (outcome.end.value == 2 << 8) return NULL;
    return wrong("ended with 0x%x: %s", (unsigned)outcome.end.value, outcome.error);
}

static const char *landlock_grants_an_inode(void) {
    static struct box box;
    static struct outcome outcome;
    char path[256];
    const char *folder = temporary_folder();
    write_text(folder, "granted", "granted ");
    write_text(folder, "other", "other");
    box_begin(&box);
    box_mount(&box, MOUNT_BIND, "/workspace", folder, MOUNT_FLAG_READ_ONLY);
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, "cat /workspace/granted; cat /workspace/other 2>/dev/null; echo $?;"
                    "ls /workspace 2>/dev/null; echo $?");
    box_landlock(&box);
    snprintf(path, sizeof path, "%s/granted", folder);
    box_rule(&box, CS_LANDLOCK_READ_FILE | CS_LANDLOCK_READ_DIR, path, NULL, 0);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    return strcmp(outcome.output, "granted 1\n2\n") == 0 ? NULL : wrong("said `%s`", outcome.output);
}

static const char *rule_for_another_inode_is_refused(void) {
    static struct box box;
    char path[256];
    const char *folder = temporary_folder();
    write_text(folder, "one", "1");
    write_text(folder, "two", "2");
    box_begin(&box);
    box_mount(&box, MOUNT_BIND, "/workspace", folder, MOUNT_FLAG_READ_ONLY);
    box_command(&box, "/bin/true", NULL);
    box_landlock(&box);
    snprintf(path, sizeof path, "%s/one", folder);
    box_rule(&box, CS_LANDLOCK_READ_FILE, path, "/workspace/two", RULE_SAME_INODE);
    return expect_failure(&box, STEP_LANDLOCK_RULE, ESTALE);
}

static const char *rule_through_a_link_is_refused(void) {
    static struct box box;
    char path[256];
    const char *folder = temporary_folder();
    write_text(folder, "one", "1");
    snprintf(path, sizeof path, "%s/link", folder);
    if (symlink("one", path) < 0) return "symlink";
    box_begin(&box);
    box_mount(&box, MOUNT_BIND, "/workspace", folder, MOUNT_FLAG_READ_ONLY);
    box_command(&box, "/bin/true", NULL);
    box_landlock(&box);
    snprintf(path, sizeof path, "%s/one", folder);
    box_rule(&box, CS_LANDLOCK_READ_FILE, path, "/workspace/link", RULE_SAME_INODE);
    return expect_failure(&box, STEP_LANDLOCK_RULE, ELOOP);
}

static const char *missing_names(int optional) {
    static struct box box;
    static struct outcome outcome;
    box_begin(&box);
    box_command(&box, "/bin/true", NULL);
    box_landlock(&box);
    box_rule(&box, CS_LANDLOCK_READ_FILE, NULL, "/nowhere", optional ? RULE_OPTIONAL : 0);
    return optional ? expect_success(&box, &outcome) : expect_failure(&box, STEP_LANDLOCK_RULE, ENOENT);
}
static const char *missing_name_is_refused(void) { return missing_names(0); }
static const char *optional_name_may_be_missing(void) { return missing_names(1); }

static const char *older_landlock_is_refused(void) {
    static struct box box;
    box_begin(&box);
    box_command(&box, "/bin/true", NULL);
    box_landlock(&box);
    box_call(&box)->landlock.abi = 1000;
    return expect_failure(&box, STEP_LANDLOCK_ABI, ENOTSUP);
}

/* Denies execveat without the cookie and getppid with ENOTTY; allows the rest. */
static const struct sock_filter program[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 4),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LOW, 0, 4),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5]) + 4),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HIGH, 1, 2),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 2, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
};

static const char *filter_holds_with_a_cookie(void) {
    static struct box box;
    static struct outcome outcome;
    const char script[] = "import ctypes, os\n"
                          "c = ctypes.CDLL(None, use_errno=True)\n"
                          "print(c.syscall(110), ctypes.get_errno())\n"
                          "fd = os.open('/usr/bin/true', os.O_RDONLY)\n"
                          "a = (ctypes.c_char_p * 2)(b'true', None)\n"
                          "for cookie in (0, 0x636f6f6b63686f6b):\n"
                          "    answer = c.syscall(322, fd, b'', a, a, 0x1000, ctypes.c_uint64(cookie))\n"
                          "    print(answer, ctypes.get_errno())\n";
    box_begin(&box);
    box_command(&box, "/usr/bin/python3", "-c", script, NULL);
    box_filter(&box, program, sizeof program, LOW, HIGH);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    return strcmp(outcome.output, "-1 25\n-1 1\n-1 1\n") == 0 ? NULL : wrong("said `%s`", outcome.output);
}

static const char *filter_without_its_placeholder_is_refused(void) {
    static struct box box;
    box_begin(&box);
    box_command(&box, "/bin/true", NULL);
    box_filter(&box, program, sizeof program, LOW, HIGH + 1);
    return expect_failure(&box, STEP_FILTER, EINVAL);
}

static const char *broken_filter_is_refused(void) {
    static struct box box;
    const struct sock_filter broken[] = {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 9, 9)};
    box_begin(&box);
    box_command(&box, "/bin/true", NULL);
    box_filter(&box, broken, sizeof broken, 0, 0);
    return expect_failure(&box, STEP_FILTER, EINVAL);
}

static const char *exec_failure_is_reported(void) {
    static struct box box;
    const char *folder = temporary_folder();
    char path[256];
    write_text(folder, "not-a-program", "neither ELF nor script");
    snprintf(path, sizeof path, "%s/not-a-program", folder);
    if (chmod(path, 0755) < 0) return "chmod";
    box_begin(&box);
    box_command(&box, path, NULL);
    return expect_failure(&box, STEP_EXECUTE, ENOEXEC);
}

static const char *missing_directory_is_reported(void) {
    static struct box box;
    box_begin(&box);
    box_command(&box, "/bin/true", NULL);
    box_call(&box)->directory = writer_text(&box.call, "/nowhere");
    return expect_failure(&box, STEP_DIRECTORY, ENOENT);
}

static const char *exit_status_comes_back(void) {
    static struct box box;
    static struct outcome outcome;
    box_begin(&box);
    box_shell(&box, "exit 42");
    if (box_run(&box, &outcome) < 0) return "the host could not run the box";
    return outcome.end.value == 42 << 8 ? NULL : wrong("status 0x%x", (unsigned)outcome.end.value);
}

static const char *usage_is_reported(void) {
    static struct box box;
    static struct outcome outcome;
    box_begin(&box);
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, "python3 -c 'x = bytearray(60_000_000)\nfor i in range(3000000): pass'");
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    int good = outcome.end.peak_bytes > 60000000 && outcome.end.user_microseconds > 20000;
    return good ? NULL : wrong("peak %lu user %lu", outcome.end.peak_bytes, outcome.end.user_microseconds);
}

static const char *bytes_are_counted(void) {
    static struct box box;
    static struct outcome outcome;
    box_begin(&box);
    /* In a child, and in a child of one that was not waited for. */
    box_shell(&box, "head -c 3000000 /dev/zero >/tmp/a; (cat /tmp/a >/tmp/b &) ; while ! cmp -s /tmp/a /tmp/b; do :; done");
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    const uint64_t read = outcome.end.read_bytes, written = outcome.end.written_bytes;
    const int good = written >= 6000000 && written < 6100000 && read >= 9000000;
    return good ? NULL : wrong("read %lu written %lu", read, written);
}

static const char *is_executed_as_it_is_in_the_view(void) {
    static struct box box;
    static struct outcome outcome;
    const char *folder = temporary_folder();
    char path[256];
    snprintf(path, sizeof path, "cp /usr/bin/readlink /usr/bin/cat %s", folder);
    if (system(path) != 0) return "cp";
    snprintf(path, sizeof path, "%s/readlink", folder);
    for (int other = 0; other < 2; other++) {
        memset(&box, 0, sizeof box);
        box_begin(&box);
        box_mount(&box, MOUNT_BIND, "/run/programs", folder, MOUNT_FLAG_READ_ONLY);
        box_command(&box, path, "/proc/self/exe", NULL);
        box_call(&box)->executable_path = writer_text(&box.call, other ? "/run/programs/cat" : "/run/programs/readlink");
        if (other) return expect_failure(&box, STEP_EXECUTE, ESTALE);
        const char *failure = expect_success(&box, &outcome);
        if (failure) return failure;
        if (strcmp(outcome.output, "/run/programs/readlink\n") != 0) return wrong("said `%s`", outcome.output);
    }
    return NULL;
}

const struct test_case call_cases[] = {
    {"a program is executed as it is in the view, if it is the verified one", is_executed_as_it_is_in_the_view},
    {"what all processes read and wrote is counted", bytes_are_counted},
    {"a call has no capability in any set", capabilities_are_empty},
    {"a call cannot gain privileges", no_new_privileges},
    {"a call starts with default signals", signals_are_default},
    {"a descriptor that the host leaks does not reach the call", descriptors_are_closed},
    {"the environment is the plan's", environment_is_the_plans},
    {"a call leads its own session and group", session_is_its_own},
    {"limits hold, and there are no core dumps", limits_hold},
    {"a rule on the host's descriptor grants exactly that file", landlock_grants_an_inode},
    {"a rule whose name leads to another file is refused", rule_for_another_inode_is_refused},
    {"a rule whose name is a link is refused", rule_through_a_link_is_refused},
    {"a rule for a missing name is refused", missing_name_is_refused},
    {"a rule for a missing name that is optional is left out", optional_name_may_be_missing},
    {"a kernel with an older Landlock is refused", older_landlock_is_refused},
    {"the filter holds, and its cookie is not the placeholder", filter_holds_with_a_cookie},
    {"a filter that lacks its placeholder is refused", filter_without_its_placeholder_is_refused},
    {"a filter that the kernel rejects is reported", broken_filter_is_refused},
    {"a failure of exec comes back with its errno", exec_failure_is_reported},
    {"a missing working directory is reported", missing_directory_is_reported},
    {"the exit status comes back", exit_status_comes_back},
    {"time and peak memory come back", usage_is_reported},
    {NULL, NULL},
};
