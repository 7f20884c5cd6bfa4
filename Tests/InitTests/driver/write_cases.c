/* Workspaces: read-only, idmapped, and under a copy-on-write layer. */
#include "cases.h"

#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct workspace {
    char folder[128], tree[160], upper[160], work[160];
};

static int own(const char *path) { return as_root() ? chown(path, box_host_uid(), box_host_uid()) : 0; }

/* A workspace of somebody else (uid 1000) as root, of our own otherwise, closed to others; and the folders of a
 * layer. */
static const char *make(struct workspace *workspace) {
    strcpy(workspace->folder, temporary_folder());
    snprintf(workspace->tree, sizeof workspace->tree, "%s/tree", workspace->folder);
    snprintf(workspace->upper, sizeof workspace->upper, "%s/upper", workspace->folder);
    snprintf(workspace->work, sizeof workspace->work, "%s/work", workspace->folder);
    if (mkdir(workspace->tree, 0755) < 0 || mkdir(workspace->upper, 0700) < 0 || mkdir(workspace->work, 0700) < 0) {
        return "mkdir";
    }
    write_text(workspace->tree, "granted", "old");
    write_text(workspace->tree, "other", "secret");
    if (own(workspace->upper) < 0 || own(workspace->work) < 0) return "chown";
    if (as_root()) {
        char path[200];
        snprintf(path, sizeof path, "%s/granted", workspace->tree);
        if (chown(path, 1000, 1000) < 0 || chown(workspace->tree, 1000, 1000) < 0) return "chown";
        if (chmod(path, 0600) < 0) return "chmod";
        snprintf(path, sizeof path, "%s/other", workspace->tree);
        if (chown(path, 1000, 1000) < 0) return "chown"; /* nobody may remove what an unmapped id owns */
        if (chmod(workspace->tree, 0700) < 0) return "chmod";
    }
    return chmod(workspace->folder, as_root() ? 0700 : 0755) < 0 ? "chmod" : NULL;
}

static uint32_t idmap(struct box *box) {
    const struct id_map map[] = {{1000, HOST_ID + 1, 1}};
    if (!as_root()) return 0;
    box_view(box)->idmap_uid = writer_table(&box->view, map, 1, sizeof map[0]);
    box_view(box)->idmap_gid = writer_table(&box->view, map, 1, sizeof map[0]);
    return MOUNT_FLAG_IDMAP;
}

static void overlay(struct box *box, const struct workspace *workspace) {
    struct plan_mount *mount = box_call_mount(box, MOUNT_OVERLAY, "/workspace", workspace->tree, idmap(box));
    mount->upper_fd = writer_descriptor(&box->call, open(workspace->upper, O_PATH | O_CLOEXEC));
    mount->work_fd = writer_descriptor(&box->call, open(workspace->work, O_PATH | O_CLOEXEC));
}

static const char *workspace_is_read_only(void) {
    static struct box box;
    static struct outcome outcome;
    struct workspace workspace;
    const char *failure = make(&workspace);
    if (failure) return failure;
    box_begin(&box);
    box_mount(&box, MOUNT_BIND, "/workspace", workspace.tree, MOUNT_FLAG_READ_ONLY | idmap(&box));
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, "cat /workspace/granted; cd /workspace; for c in 'touch x' 'chmod 777 granted' 'touch granted'"
                    " 'mv granted y' 'ln granted y' 'rm granted'; do $c 2>/dev/null && echo $c; done; true");
    failure = expect_success(&box, &outcome);
    if (failure) return failure;
    return strcmp(outcome.output, "old") == 0 ? NULL : wrong("said `%s`", outcome.output);
}

static const char *workspace_can_be_written_when_the_plan_says_so(void) {
    static struct box box;
    static struct outcome outcome;
    struct workspace workspace;
    struct stat status;
    char path[200], text[16];
    const char *failure = make(&workspace);
    if (failure) return failure;
    box_begin(&box);
    box_mount(&box, MOUNT_BIND, "/workspace", workspace.tree, idmap(&box));
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, "stat -c %u /workspace/granted; echo new > /workspace/made");
    failure = expect_success(&box, &outcome);
    if (failure) return failure;
    if (strcmp(outcome.output, "1000\n") != 0) return wrong("said `%s`", outcome.output);
    snprintf(path, sizeof path, "%s/made", workspace.tree);
    if (stat(path, &status) < 0 || status.st_uid != (as_root() ? 1000 : geteuid())) return "made by somebody else";
    if (read_text(workspace.tree, "made", text, sizeof text) < 0) return "not written";
    return strcmp(text, "new\n") == 0 ? NULL : "something else was written";
}

static const char *overlay_keeps_the_workspace(void) {
    static struct box box;
    static struct outcome outcome;
    struct workspace workspace;
    char text[16];
    const char *failure = make(&workspace);
    if (failure) return failure;
    box_begin(&box);
    overlay(&box, &workspace);
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, "cd /workspace && echo new > granted && echo t > tmp && mv tmp made && rm other &&"
                    " ls -a / | grep '^\\.l';"
                    "ls -a /workspace | tr '\\n' ' '; cat granted");
    failure = expect_success(&box, &outcome);
    if (failure) return failure;
    if (strcmp(outcome.output, ". .. granted made new\n") != 0) return wrong("said `%s`", outcome.output);
    if (read_text(workspace.tree, "granted", text, sizeof text) < 0 || strcmp(text, "old") != 0) return "lower changed";
    if (read_text(workspace.upper, "granted", text, sizeof text) < 0 || strcmp(text, "new\n") != 0) return "no upper";
    if (read_text(workspace.tree, "other", text, sizeof text) < 0) return "lower lost a file";
    return read_text(workspace.tree, "made", text, sizeof text) < 0 ? NULL : "lower gained a file";
}

/* What a grant of one file allows in the merged tree; `fd_rule` instead uses the host's descriptor alone. */
static const char *grant_in_overlay(int fd_rule, const char *output) {
    static struct box box;
    static struct outcome outcome;
    struct workspace workspace;
    char path[200];
    const char *failure = make(&workspace);
    if (failure) return failure;
    snprintf(path, sizeof path, "%s/granted", workspace.tree);
    box_begin(&box);
    overlay(&box, &workspace);
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, "cat /workspace/granted 2>/dev/null; cat /workspace/other 2>/dev/null;"
                    "echo more >> /workspace/granted;"
                    "cat /workspace/granted; touch /workspace/x 2>/dev/null; echo $?");
    box_landlock(&box);
    box_rule(&box, CS_LANDLOCK_READ_FILE | CS_LANDLOCK_WRITE_FILE | CS_LANDLOCK_TRUNCATE, path,
             fd_rule ? NULL : "/workspace/granted", fd_rule ? 0 : RULE_SAME_INODE);
    failure = expect_success(&box, &outcome);
    if (failure) return failure;
    return strcmp(outcome.output, output) == 0 ? NULL : wrong("said `%s` `%s`", outcome.output, outcome.error);
}

static const char *rule_in_overlay_grants_one_file(void) { return grant_in_overlay(0, "oldoldmore\n1\n"); }
/* Why RULE_IN_VIEW exists; fails closed. */
static const char *host_rule_does_not_hold_in_overlay(void) { return grant_in_overlay(1, "1\n"); }

static const char *idmap_without_privilege_is_refused(void) {
    static struct box box;
    struct workspace workspace;
    const struct id_map map[] = {{1000, HOST_ID + 1, 1}};
    if (as_root()) return NULL; /* an ordinary user's case */
    const char *failure = make(&workspace);
    if (failure) return failure;
    box_begin(&box);
    box_view(&box)->idmap_uid = writer_table(&box.view, map, 1, sizeof map[0]);
    box_view(&box)->idmap_gid = writer_table(&box.view, map, 1, sizeof map[0]);
    box_mount(&box, MOUNT_BIND, "/workspace", workspace.tree, MOUNT_FLAG_IDMAP);
    box_command(&box, "/bin/true", NULL);
    return expect_failure(&box, STEP_IDMAP, EPERM);
}

static const char *copied_layer_hides_siblings(void) {
    static struct box box;
    static struct outcome outcome;
    struct workspace workspace;
    char text[16];
    const char *failure = make(&workspace);
    if (failure) return failure;
    box_begin(&box);
    box_call_mount(&box, MOUNT_BIND, "/workspace", workspace.upper, 0);
    box_environment(&box, "PATH=/usr/bin");
    box_shell(&box, "cd /workspace; ls; echo new > tmp; mv tmp granted");
    failure = expect_success(&box, &outcome);
    if (failure) return failure;
    if (outcome.output[0]) return wrong("said `%s`", outcome.output);
    return read_text(workspace.upper, "granted", text, sizeof text) == 0 ? NULL : "not written";
}

const struct test_case write_cases[] = {
    {"a read-only workspace cannot be changed in any way", workspace_is_read_only},
    {"a workspace that may be written is written as its owner", workspace_can_be_written_when_the_plan_says_so},
    {"a copy-on-write layer keeps the workspace as it was", overlay_keeps_the_workspace},
    {"a rule opened in the merged tree grants exactly one file", rule_in_overlay_grants_one_file},
    {"a rule on the host's descriptor does not hold through the layer", host_rule_does_not_hold_in_overlay},
    {"an idmap without privilege is refused, never left out", idmap_without_privilege_is_refused},
    {"a layer of copies is mounted where the workspace would be", copied_layer_hides_siblings},
    {NULL, NULL},
};
