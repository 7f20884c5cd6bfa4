#include "include/plan.h"

static const char *const names[STEP_COUNT] = {
    [STEP_NONE] = "none",
    [STEP_PLAN] = "plan",
    [STEP_NAMESPACES] = "namespaces",
    [STEP_IDENTITY_MAP] = "identity-map",
    [STEP_IDENTITY] = "identity",
    [STEP_IDMAP] = "idmap",
    [STEP_LOOPBACK] = "loopback",
    [STEP_HOSTNAME] = "hostname",
    [STEP_ROOT] = "root",
    [STEP_MOUNT] = "mount",
    [STEP_PIVOT] = "pivot",
    [STEP_LANDLOCK_ABI] = "landlock-abi",
    [STEP_LANDLOCK_RULE] = "landlock-rule",
    [STEP_LANDLOCK_RESTRICT] = "landlock-restrict",
    [STEP_LIMITS] = "limits",
    [STEP_CAPABILITIES] = "capabilities",
    [STEP_NO_NEW_PRIVILEGES] = "no-new-privileges",
    [STEP_DESCRIPTORS] = "descriptors",
    [STEP_SESSION] = "session",
    [STEP_DIRECTORY] = "directory",
    [STEP_FILTER] = "filter",
    [STEP_SPAWN] = "spawn",
    [STEP_EXECUTE] = "execute",
    [STEP_TERMINAL] = "terminal",
    [STEP_LISTEN] = "listen",
    [STEP_FILES] = "files",
};

const char *plan_step_name(uint32_t step) {
    return step < STEP_COUNT && names[step] ? names[step] : "unknown";
}
