/* What the host gives to this call alone: small files, and descriptors of files that exist nowhere. Attack: what lies on a
 * disk outlives the call. The files are in memory of the call's own mount namespace, copied there by the kernel from one
 * sealed file to the other without passing through init's memory, and go with it. */
#include "init.h"

#include "memfd.h"
#include "mounts.h"

/* Attack: a file that the host could still change, or one larger than what was agreed, fills memory that has no limit. */
static int check_memory(int memory, off_t *size) {
    struct stat status;
    if (cs_memfd_is_sealed(memory) != 1) {
        errno = EPROTO;
        return -1;
    }
    if (fstat(memory, &status) < 0) return -1;
    *size = status.st_size;
    if (status.st_size <= (off_t)PLAN_FILE_MAX) return 0;
    errno = EFBIG;
    return -1;
}

static int copy_all(int from, int to, off_t size) {
    off_t at = 0;
    while (at < size) {
        long count = syscall(SYS_sendfile, to, from, &at, (size_t)(size - at));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) {
            errno = EIO;
            return -1;
        }
    }
    return 0;
}

static int put(int folder, const char *name, int memory, const struct call_plan *call) {
    off_t size;
    if (check_memory(memory, &size) < 0) return -1;
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return -1;
    int answer = copy_all(memory, file, size);
    if (answer == 0) answer = (int)syscall(SYS_fchown, file, call->terms.uid, call->terms.gid);
    if (answer == 0) answer = fchmod(file, 0400);
    int failure = errno;
    (void)close(file);
    errno = failure;
    return answer;
}

int step_files(const struct received *plan, struct report *report) {
    const struct call_plan *call = call_of(plan);
    const struct plan_file *files = plan_elements(plan->plan, call->files);
    const char *path = plan_text(plan->plan, call->files_folder);
    if (!path) return 0;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) return failed(report, STEP_FILES, -1);
    for (uint32_t i = 0; i < call->files.count; i++) {
        const char *name = plan_text(plan->plan, files[i].name);
        if (put(folder, name, plan_descriptor(plan->descriptors, files[i].fd), call) == 0) continue;
        failed(report, STEP_FILES, (int32_t)i);
        break;
    }
    /* Nobody writes there any more, whoever owns it. */
    const uint64_t attributes = CS_MOUNT_NO_SUID | CS_MOUNT_NO_DEV | CS_MOUNT_NO_EXEC | CS_MOUNT_READ_ONLY;
    if (report->step == STEP_NONE && cs_mount_attributes(folder, 0, attributes, -1) < 0) failed(report, STEP_FILES, -1);
    (void)close(folder);
    begin_accounting(); /* anew: these bytes are not the call's */
    return report->step == STEP_NONE ? 0 : -1;
}

int step_inherited(const struct received *plan, struct report *report) {
    const struct call_plan *call = call_of(plan);
    const int32_t *indices = plan_elements(plan->plan, call->inherited);
    for (uint32_t i = 0; i < call->inherited.count; i++) {
        const int number = PLAN_INHERITED_FD + (int)i;
        int memory = plan_descriptor(plan->descriptors, indices[i]);
        off_t size;
        if (check_memory(memory, &size) < 0) return failed(report, STEP_FILES, (int32_t)i);
        int own = fcntl(memory, F_DUPFD_CLOEXEC, number);
        if (own < 0) return failed(report, STEP_FILES, (int32_t)i);
        if (own != number) return failed_with(report, STEP_FILES, (int32_t)i, EBADF);
    }
    return 0;
}

int step_let_inherited(const struct call_plan *call, struct report *report) {
    for (uint32_t i = 0; i < call->inherited.count; i++) {
        if (fcntl(PLAN_INHERITED_FD + (int)i, F_SETFD, 0) < 0) return failed(report, STEP_FILES, (int32_t)i);
    }
    return 0;
}

void close_inherited(const struct call_plan *call) {
    for (uint32_t i = 0; i < call->inherited.count; i++) (void)close(PLAN_INHERITED_FD + (int)i); /* nothing to lose */
}
