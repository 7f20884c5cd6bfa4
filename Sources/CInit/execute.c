/* Attack: between the check of a program and its start by name, the name comes to mean another file. What is executed
 * is the file that the host verified, by its descriptor; or by its name in the view, once that is the same file.
 * Attack: through /proc/self/exe a program changes the mode and times of its own file, where the host's mount lets its
 * user. In the view every mount is read-only. */
#include "init.h"

#include "openat2.h"
#include "system_call.h"

#include <sys/mman.h>

static const char **arguments, **environment;
static size_t mapped;

static const char **fill(const struct received *plan, struct plan_table table, const char **vector) {
    const uint32_t *offsets = plan_elements(plan->plan, table);
    for (uint32_t i = 0; i < table.count; i++) vector[i] = plan_text(plan->plan, offsets[i]);
    vector[table.count] = NULL;
    return vector + table.count + 1;
}

int load_vectors(const struct received *plan, struct report *report) {
    const struct call_plan *call = call_of(plan);
    if (arguments) (void)munmap(arguments, mapped); /* the last call's; our mapping */
    mapped = ((size_t)call->arguments.count + call->environment.count + 2) * sizeof(char *);
    arguments = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (arguments == MAP_FAILED) {
        arguments = NULL;
        return failed(report, STEP_EXECUTE, -1);
    }
    environment = fill(plan, call->arguments, arguments);
    (void)fill(plan, call->environment, environment); /* where the next vector would begin */
    return 0;
}

int step_program(const struct received *plan, int *program, struct report *report) {
    const struct call_plan *call = call_of(plan);
    const char *path = plan_text(plan->plan, call->executable_path);
    if (!path) return 0;
    *program = cs_openat2(AT_FDCWD, path, O_PATH, 0, CS_RESOLVE_NO_SYMLINKS | CS_RESOLVE_NO_MAGICLINKS);
    if (*program < 0 || same_inode(*program, plan_descriptor(plan->descriptors, call->executable_fd)) < 0) {
        return failed(report, STEP_EXECUTE, -1);
    }
    return 0;
}

void step_execute(int executable, struct report *report) {
    const long answer = system_call(SYS_execveat, executable, (long)"", (long)arguments, (long)environment, AT_EMPTY_PATH,
                                    (long)filter_cookie());
    failed_with(report, STEP_EXECUTE, -1, (int)-answer);
}
