/* Who is who inside. The maps are written from outside, once, before inner does anything with them. */
#include "init.h"

#include "decimal.h"

static int write_file(int directory, const char *name, const char *text, size_t size) {
    int file = openat(directory, name, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t written = write(file, text, size); /* the kernel takes such a file in one write or not at all */
    int failure = errno;
    (void)close(file);
    errno = written < 0 ? failure : EIO;
    return written == (ssize_t)size ? 0 : -1;
}

int write_id_map(int process, const char *file, const struct plan_header *plan, struct plan_table table, int nested) {
    enum { LINE = 3 * 11, LINES = 120 };
    static char text[LINE * LINES];
    const struct id_map *maps = plan_elements(plan, table);
    size_t size = 0;
    if (table.count > LINES) {
        errno = E2BIG;
        return -1;
    }
    for (uint32_t i = 0; i < table.count; i++) {
        size = append_decimal(text, size, maps[i].inside, ' ');
        size = append_decimal(text, size, nested ? maps[i].inside : maps[i].outside, ' ');
        size = append_decimal(text, size, maps[i].count, '\n');
    }
    return write_file(process, file, text, size);
}

/* Attack: whoever is uid 0 on the host, under whatever name inside, owns /proc/sys and most of the host's files, and no
 * process limit binds it. A plan that maps anybody to it is refused. */
static int maps_host_root(const struct view_plan *view) {
    const struct id_map *maps = plan_elements(&view->header, view->uid_map);
    for (uint32_t i = 0; i < view->uid_map.count; i++) {
        if (maps[i].outside == 0) return 1;
    }
    return 0;
}

int open_process(int pid) {
    char path[32] = "/proc/";
    (void)append_decimal(path, strlen(path), (uint32_t)pid, '\0');
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static int write_maps(int process, const struct view_plan *view, int nested) {
    if (write_id_map(process, "gid_map", &view->header, view->gid_map, nested) < 0) return -1;
    return write_id_map(process, "uid_map", &view->header, view->uid_map, nested);
}

int step_identity_map(const struct view_plan *view, int privileged, int pid, struct report *report) {
    if (maps_host_root(view)) return failed_with(report, STEP_IDENTITY_MAP, -1, EPERM);
    int process = open_process(pid);
    if (process < 0) return failed(report, STEP_IDENTITY_MAP, -1);
    int answer = 0;
    /* Attack (CVE-2014-8989): dropping a group can grant what `group: none` bits deny. The kernel asks an ordinary user
     * to give setgroups up first; root needs it, to shed its own groups. */
    if (!privileged) answer = write_file(process, "setgroups", "deny", 4);
    if (answer == 0) answer = write_maps(process, view, 0);
    if (answer < 0) failed(report, STEP_IDENTITY_MAP, -1);
    (void)close(process);
    return answer;
}

/* `processes` is a /proc that may be written: the view's may not. */
int write_nested_maps(const struct view_plan *view, int processes, int pid) {
    char name[16];
    (void)append_decimal(name, 0, (uint32_t)pid, '\0');
    int process = openat(processes, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (process < 0) return -1;
    int answer = write_maps(process, view, 1);
    int failure = errno;
    (void)close(process);
    errno = failure;
    return answer;
}
