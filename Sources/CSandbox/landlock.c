#include "system.h"

#include "include/landlock.h"

_Static_assert(
    CS_LANDLOCK_FILE_RIGHTS == (CS_LANDLOCK_EXECUTE | CS_LANDLOCK_WRITE_FILE | CS_LANDLOCK_READ_FILE |
                                CS_LANDLOCK_TRUNCATE | CS_LANDLOCK_IOCTL_DEV),
    "the literal says what its comment says");

struct ruleset_attributes {
    uint64_t fs, net, scoped;
};
struct path_beneath {
    uint64_t rights;
    int32_t parent;
} __attribute__((packed));
struct net_port {
    uint64_t rights, port;
};
enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1, RULE_NET_PORT = 2 };

uint32_t cs_landlock_abi(void) {
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : (uint32_t)abi;
}

uint64_t cs_landlock_fs_rights(uint32_t abi) {
    if (abi == 0) return 0;
    uint64_t rights = CS_LANDLOCK_REFER - 1; /* the thirteen of ABI 1 */
    if (abi >= 2) rights |= CS_LANDLOCK_REFER;
    if (abi >= 3) rights |= CS_LANDLOCK_TRUNCATE;
    if (abi >= 5) rights |= CS_LANDLOCK_IOCTL_DEV;
    return rights;
}

uint64_t cs_landlock_net_rights(uint32_t abi) {
    return abi >= 4 ? CS_LANDLOCK_BIND_TCP | CS_LANDLOCK_CONNECT_TCP : 0;
}

uint64_t cs_landlock_scopes(uint32_t abi) {
    return abi >= 6 ? CS_LANDLOCK_SCOPE_ABSTRACT_SOCKET | CS_LANDLOCK_SCOPE_SIGNAL : 0;
}

int cs_landlock_create(uint64_t fs, uint64_t net, uint64_t scoped) {
    struct ruleset_attributes attributes = {.fs = fs, .net = net, .scoped = scoped};
    /* The shortest form that says it all: an older kernel answers E2BIG to members that it does not know. */
    size_t size = scoped ? sizeof attributes : net ? offsetof(struct ruleset_attributes, scoped)
                                                   : offsetof(struct ruleset_attributes, net);
    return (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0u);
}

int cs_landlock_allow(int ruleset, int fd, uint64_t rights) {
    struct path_beneath rule = {.rights = rights, .parent = fd};
    return (int)syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0u);
}

int cs_landlock_allow_port(int ruleset, uint16_t port, uint64_t rights) {
    struct net_port rule = {.rights = rights, .port = port};
    return (int)syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &rule, 0u);
}
