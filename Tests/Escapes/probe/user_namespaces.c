/* What a user namespace of one's own opens: everything in the kernel that asks for a capability "here". Most of the
 * ways to root of recent years began like this. Each goes as far as the door that the advisory went through, and no
 * further: nothing is corrupted where the kernel has the fault. */
#include "probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>

static int set_map(const char *name, unsigned inside, unsigned outside) {
    char path[64], text[64];
    snprintf(path, sizeof path, "/proc/self/%s", name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    int size = snprintf(text, sizeof text, "%u %u 1\n", inside, outside), error = 0;
    if (write(fd, text, (size_t)size) != size) error = errno;
    close(fd);
    return error;
}

int in_user_namespace(int flags, int (*body)(void)) {
    int status = 0;
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) {
        unsigned user = getuid();
        if (unshare(CLONE_NEWUSER | flags) < 0) _exit(errno);
        int error = set_map("uid_map", 0, user);
        _exit(error ? error : body());
    }
    if (waitpid(child, &status, 0) < 0) return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

/* Strings of a file system's parameters overflowed their page; any file system of the old kind would do. */
static int configure(void) {
    int fd = (int)syscall(SYS_fsopen, "ext4", 0u);
    if (fd < 0 && errno == ENODEV) fd = (int)syscall(SYS_fsopen, "tmpfs", 0u);
    if (fd < 0) return errno;
    return outcome(syscall(SYS_fsconfig, fd, 1u /* SET_STRING */, "agentbox", "probe", 0));
}
static int file_system_parameters(void) { return in_user_namespace(CLONE_NEWNS, configure); }

/* The tables of iptables, replaced by setsockopt. EFAULT or EINVAL: the table's code has looked at them. */
static int replace_tables(void) {
    char nothing[128] = {0};
    int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 255 /* IPPROTO_RAW */);
    if (fd < 0) return errno;
    return outcome(setsockopt(fd, 0 /* SOL_IP */, 64 /* IPT_SO_SET_REPLACE */, nothing, sizeof nothing));
}
static int firewall_tables(void) { return in_user_namespace(CLONE_NEWNET, replace_tables); }

/* A batch of nf_tables messages, of which the kernel takes the frame. */
static int send_batch(void) {
    struct {
        struct nlmsghdr header;
        struct nfgenmsg message;
    } batch[2] = {{{sizeof batch[0], NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST, 0, 0}, {AF_UNSPEC, 0, htons(10)}},
                  {{sizeof batch[0], NFNL_MSG_BATCH_END, NLM_F_REQUEST, 1, 0}, {AF_UNSPEC, 0, htons(10)}}};
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    if (fd < 0) return errno;
    return outcome(sendto(fd, batch, sizeof batch, 0, (struct sockaddr *)&kernel, sizeof kernel));
}
static int packet_rules(void) { return in_user_namespace(CLONE_NEWNET, send_batch); }

/* The ring of a packet socket, whose sizes were added up wrongly. */
static int set_ring(void) {
    int version = TPACKET_V3, fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(3));
    if (fd < 0) return errno;
    return outcome(setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version));
}
static int packet_ring(void) { return in_user_namespace(CLONE_NEWNET, set_ring); }

static int transform(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_XFRM);
    struct nlmsghdr header = {sizeof header, 0x1e /* XFRM_MSG_NEWAE */, NLM_F_REQUEST, 0, 0};
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (fd < 0) return errno;
    return outcome(sendto(fd, &header, sizeof header, 0, (struct sockaddr *)&kernel, sizeof kernel));
}
static int address_transform(void) { return in_user_namespace(CLONE_NEWNET, transform); }

/* A file capability set through an overlay that a namespace's root mounted: it counted outside too. */
static int capability_by_overlay(void) {
    static const uint32_t capability[5] = {0x02000001 /* revision 2, effective */, 1u << 21, 0, 0, 0};
    static const char *const folders[] = {"/tmp/lower", "/tmp/upper", "/tmp/work", "/tmp/merged"};
    if (mount("none", "/tmp", "tmpfs", 0, NULL) < 0) return errno;
    for (size_t i = 0; i < 4; i++) mkdir(folders[i], 0755);
    int fd = open("/tmp/lower/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
    if (fd < 0) return errno;
    const char *where = "lowerdir=/tmp/lower,upperdir=/tmp/upper,workdir=/tmp/work";
    if (mount("overlay", "/tmp/merged", "overlay", 0, where) < 0) return errno;
    return outcome(setxattr("/tmp/merged/file", "security.capability", capability, sizeof capability, 0));
}
static int overlay_capability(void) { return in_user_namespace(CLONE_NEWNS, capability_by_overlay); }

static int mount_something(void) { return outcome(mount("none", "/tmp", "tmpfs", 0, NULL)); }
static int own_mounts(void) { return in_user_namespace(CLONE_NEWNS, mount_something); }
/* Undoing what masks a file: a private copy of the tree, less the mask. */
static int unmask(void) { return outcome(umount2("/proc", MNT_DETACH)); }
static int unmount_masks(void) { return in_user_namespace(CLONE_NEWNS, unmask); }
/* A new process namespace is its children's. */
static int mount_proc(void) {
    int status;
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) _exit(outcome(mount("proc", "/tmp", "proc", 0, NULL)));
    if (waitpid(child, &status, 0) < 0) return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}
static int whole_proc(void) { return in_user_namespace(CLONE_NEWNS | CLONE_NEWPID, mount_proc); }
static int nothing_more(void) { return 0; }
static int own_cgroups(void) { return in_user_namespace(CLONE_NEWCGROUP, nothing_more); }
static int own_host_name(void) { return in_user_namespace(CLONE_NEWUTS, nothing_more); }
static int own_queues(void) { return in_user_namespace(CLONE_NEWIPC, nothing_more); }

const struct attempt user_namespace_attempts[] = {
    {"fsconfig-in-user-namespace", file_system_parameters, 0, "CVE-2022-0185"},
    {"iptables-in-user-namespace", firewall_tables, MAY_LACK, "CVE-2021-22555"},
    {"nf-tables-in-user-namespace", packet_rules, 0, "CVE-2022-34918"},
    {"packet-ring-in-user-namespace", packet_ring, 0, "CVE-2017-7308"},
    {"xfrm-in-user-namespace", address_transform, 0, "CVE-2017-7184"},
    {"capability-by-overlay", overlay_capability, MAY_LACK, "CVE-2021-3493"},
    {"mount-in-user-namespace", own_mounts, 0},
    {"unmount-masks-in-user-namespace", unmount_masks, 0},
    {"proc-in-user-namespace", whole_proc, 0},
    {"cgroup-namespace-of-ones-own", own_cgroups, 0},
    {"host-name-namespace-of-ones-own", own_host_name, 0},
    {"ipc-namespace-of-ones-own", own_queues, 0},
    {NULL, NULL, 0},
};
