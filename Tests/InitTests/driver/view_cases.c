/* What a call sees. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char *root_holds_the_plan(void) {
    return expect_output("echo /*", 0, "/bin /dev /etc /lib /lib64 /proc /sbin /tmp /usr\n");
}

static const char *root_is_read_only(void) {
    return expect_output("for d in / /usr /dev /etc; do touch $d/x 2>/dev/null && echo $d; done;"
                         "touch /tmp/x && echo yes",
                         0, "yes\n");
}

static const char *mounts_are_hardened(void) {
    return expect_output("while read a b c d mount options rest; do"
                         " case $options in *nosuid*) ;; *) echo $mount;; esac;"
                         "case $mount in /dev/*) ;; *) case $options in *nodev*) ;; *) echo $mount;; esac;; esac;"
                         "done < /proc/self/mountinfo",
                         0, "");
}

static const char *host_tree_is_gone(void) {
    const char *folder = temporary_folder();
    char script[256];
    static struct box box;
    static struct outcome outcome;
    write_text(folder, "secret", "secret");
    /* Positive control: the same path is readable where the plan shows it. */
    snprintf(script, sizeof script, "cat %s/secret 2>/dev/null; cat /..%s/secret 2>/dev/null; cat /shown/secret",
             folder, folder);
    box_begin(&box);
    box_mount(&box, MOUNT_BIND, "/shown", folder, MOUNT_FLAG_READ_ONLY);
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, script);
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    return strcmp(outcome.output, "secret") == 0 ? NULL : wrong("said `%s`", outcome.output);
}

static const char *processes_of_the_host_are_invisible(void) {
    return expect_output("exec python3 -c 'import os; print([open(\"/proc/\" + p + \"/comm\").read()"
                         " for p in os.listdir(\"/proc\") if p.isdigit()])'",
                         0, "['python3\\n']\n");
}

static const char *init_hides_itself(void) {
    return expect_output("ls -d /proc/1 2>/dev/null; cat /proc/1/environ /proc/1/maps 2>/dev/null; echo done", 0,
                         "done\n");
}

static const char *proc_shows_pids_only(void) {
    return expect_output("cat /proc/sys/kernel/core_pattern 2>/dev/null; ls /proc | grep -v '^[0-9]'", 0,
                         "self\nthread-self\n");
}

static const char *network_is_loopback_only(void) {
    return expect_output("python3 -c 'import socket; print(socket.if_nameindex());s=socket.socket();"
                         "s.bind((\"127.0.0.1\",0));s.listen();c=socket.create_connection(s.getsockname());"
                         "print(\"up\")'",
                         0, "[(1, 'lo')]\nup\n");
}

static const char *hostname_is_the_plans(void) { return expect_output("uname -n", 0, "box\n"); }

static const char *identity_is_never_host_root(void) {
    static struct box box;
    static struct outcome outcome;
    const char *folder = temporary_folder();
    struct stat status;
    char path[256];
    if (chmod(folder, 0777) < 0) return "chmod";
    box_begin(&box);
    box_mount(&box, MOUNT_BIND, "/out", folder, 0);
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, "id -u; touch /out/file");
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    snprintf(path, sizeof path, "%s/file", folder);
    if (stat(path, &status) < 0) return "no file came out";
    if (status.st_uid != box_host_uid()) return wrong("the host sees uid %u", status.st_uid);
    return strcmp(outcome.output, "1000\n") == 0 ? NULL : wrong("said `%s`", outcome.output);
}

static const char *map_to_host_root_is_refused(void) {
    static struct box box;
    const struct id_map map[] = {{1000, 0, 1}};
    box_begin(&box);
    box_view(&box)->uid_map = writer_table(&box.view, map, 1, sizeof map[0]);
    box_view(&box)->init_uid = 1000;
    box_command(&box, "/bin/true", NULL);
    return expect_failure(&box, STEP_IDENTITY_MAP, 0);
}

static const char *no_user_namespace_within(void) {
    return expect_output("unshare -U true 2>/dev/null && echo made; cat /proc/self/status >/dev/null && echo ran", 0,
                         "ran\n");
}

static const char *vanished_source_ends_the_call(void) {
    static struct box box;
    char *folder = strdup(temporary_folder());
    char gone[256];
    snprintf(gone, sizeof gone, "%s/gone", folder);
    free(folder);
    if (mkdir(gone, 0755) < 0) return "mkdir";
    box_begin(&box);
    box_mount(&box, MOUNT_BIND, "/shown", gone, MOUNT_FLAG_READ_ONLY);
    box_command(&box, "/bin/true", NULL);
    if (rmdir(gone) < 0) return "rmdir";
    if (as_root()) {
        /* Root mounts the inode itself, which the host still holds: an empty, dead folder. Either is no leak. */
        static struct outcome outcome;
        if (box_run(&box, &outcome) < 0) return "the host could not run the box";
        return outcome.failed || outcome.ended ? NULL : "neither ended nor failed";
    }
    return expect_failure(&box, STEP_MOUNT, 0);
}

static const char *replaced_source_is_refused(void) {
    static struct box box;
    static struct outcome outcome;
    char path[256], moved[256];
    const char *folder = temporary_folder();
    snprintf(path, sizeof path, "%s/source", folder);
    snprintf(moved, sizeof moved, "%s/moved", folder);
    if (mkdir(path, 0755) < 0) return "mkdir";
    write_text(path, "which", "checked");
    box_begin(&box);
    box_mount(&box, MOUNT_BIND, "/shown", path, MOUNT_FLAG_READ_ONLY);
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, "cat /shown/which");
    /* The host's descriptor follows the rename; the old name now leads elsewhere. */
    if (rename(path, moved) < 0 || mkdir(path, 0755) < 0) return "rename";
    write_text(path, "which", "planted");
    const char *failure = expect_success(&box, &outcome);
    if (failure) return failure;
    return strcmp(outcome.output, "checked") == 0 ? NULL : wrong("said `%s`", outcome.output);
}

static const char *link_in_target_is_refused(void) {
    static struct box box;
    const char *folder = temporary_folder();
    char link[256];
    snprintf(link, sizeof link, "%s/.git", folder);
    if (symlink("/usr", link) < 0) return "symlink";
    box_begin(&box);
    box_mount(&box, MOUNT_BIND, "/workspace", folder, MOUNT_FLAG_READ_ONLY);
    box_mount(&box, MOUNT_TMPFS, "/workspace/.git", NULL, 0);
    box_command(&box, "/bin/true", NULL);
    return expect_failure(&box, STEP_MOUNT, 0);
}

static const char *scratch_is_bounded(void) {
    return expect_output("dd if=/dev/zero of=/tmp/big bs=1M count=32 2>/dev/null; stat -c %s /tmp/big; rm /tmp/big;"
                         "python3 -c 'for i in range(20000): open(\"/tmp/%d\" % i, \"w\").close()' 2>/dev/null"
                         " || echo bounded",
                         0, "16777216\nbounded\n");
}

static const char *path_sockets_of_the_host_are_out_of_reach(void) {
    const char *folder = temporary_folder();
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char script[512];
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1) < 0) {
        return "no socket";
    }
    snprintf(script, sizeof script,
             "python3 -c 'import socket; s=socket.socket(socket.AF_UNIX); s.connect(\"%s\")' 2>/dev/null; echo $?",
             address.sun_path);
    const char *failure = expect_output(script, 0, "1\n");
    close(listener);
    return failure;
}

const struct test_case view_cases[] = {
    {"the root holds what the plan names and nothing else", root_holds_the_plan},
    {"only the scratch folder can be written", root_is_read_only},
    {"every mount is nosuid, and nodev but for the five devices", mounts_are_hardened},
    {"the host's tree is gone", host_tree_is_gone},
    {"processes of the host cannot be seen", processes_of_the_host_are_invisible},
    {"init cannot be looked into", init_hides_itself},
    {"proc shows pids and nothing of the kernel", proc_shows_pids_only},
    {"the network is a loopback of its own", network_is_loopback_only},
    {"the hostname is the plan's", hostname_is_the_plans},
    {"a call is never the host's root", identity_is_never_host_root},
    {"a map to the host's root is refused", map_to_host_root_is_refused},
    {"no user namespace can be made within", no_user_namespace_within},
    {"a source that vanished gives nothing away", vanished_source_ends_the_call},
    {"a source that was replaced is still the inode that the host checked", replaced_source_is_refused},
    {"a mount point behind a link in the workspace is refused", link_in_target_is_refused},
    {"scratch is bounded in bytes and in files", scratch_is_bounded},
    {"path sockets of the host are out of reach", path_sockets_of_the_host_are_out_of_reach},
    {NULL, NULL},
};
