/* Everything that is tried, in order. An area may have several files. */
#include "probe.h"

extern const struct attempt file_attempts[], git_attempts[], path_attempts[], descriptor_attempts[],
    execution_attempts[], process_attempts[], other_attempts[], tracing_attempts[], identity_attempts[],
    secret_attempts[], survivor_attempts[], kernel_attempts[], newer_attempts[], setting_attempts[], entry_attempts[],
    namespace_attempts[], user_namespace_attempts[], mount_attempts[], fixed_attempts[], network_attempts[],
    netlink_attempts[], ipc_attempts[], terminal_attempts[], resource_attempts[], limit_attempts[], box_attempts[];

const struct area areas[] = {
    {"files", file_attempts},
    {"files", git_attempts},
    {"files", path_attempts},
    {"files", descriptor_attempts},
    {"files", execution_attempts},
    {"processes", process_attempts},
    {"processes", other_attempts},
    {"processes", tracing_attempts},
    {"processes", identity_attempts},
    {"processes", secret_attempts},
    {"processes", survivor_attempts},
    {"kernel", kernel_attempts},
    {"kernel", newer_attempts},
    {"kernel", setting_attempts},
    {"kernel", entry_attempts},
    {"kernel", namespace_attempts},
    {"kernel", user_namespace_attempts},
    {"kernel", mount_attempts},
    {"kernel", fixed_attempts},
    {"network", network_attempts},
    {"network", netlink_attempts},
    {"ipc", ipc_attempts},
    {"terminal", terminal_attempts},
    {"resources", resource_attempts},
    {"resources", limit_attempts},
    {"agent's box", box_attempts},
    {NULL, NULL},
};
