/* The kernel's own files: settings that act on the whole machine, and what it says of itself. Opening one is as good as
 * using it: it is never written to. */
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

/* A helper that the kernel starts as root of the host (modprobe_path, core_pattern). */
static int module_helper(void) { return opened("/proc/sys/kernel/modprobe", O_WRONLY); }
static int uevent_helper(void) { return opened("/sys/kernel/uevent_helper", O_WRONLY); }
static int interpreter(void) { return opened("/proc/sys/fs/binfmt_misc/register", O_WRONLY); }
static int magic_key(void) { return opened("/proc/sysrq-trigger", O_WRONLY); }
static int any_sysctl(void) { return opened("/proc/sys/vm/drop_caches", O_WRONLY); }
static int host_name_file(void) { return opened("/proc/sys/kernel/hostname", O_RDONLY); }
static int physical_memory(void) { return opened("/proc/kcore", O_RDONLY); }
static int raw_memory(void) { return opened("/dev/mem", O_RDONLY); }
static int symbols(void) { return opened("/proc/kallsyms", O_RDONLY); }
static int keys(void) { return opened("/proc/keys", O_RDONLY); }
static int timers(void) { return opened("/proc/timer_list", O_RDONLY); }
static int command_line(void) { return opened("/proc/cmdline", O_RDONLY); }
static int log_device(void) { return opened("/dev/kmsg", O_RDONLY); }
static int page_flags(void) { return opened("/proc/kpageflags", O_RDONLY); }
static int load(void) { return opened("/proc/loadavg", O_RDONLY); }
static int locks(void) { return opened("/proc/locks", O_RDONLY); }
static int system_keyring_users(void) { return opened("/proc/key-users", O_RDONLY); }
static int network_of_host(void) { return opened("/proc/net/tcp", O_RDONLY); }
static int unix_sockets(void) { return options.socket ? mentions("/proc/self/net/unix", options.socket) : NOT_GIVEN; }
static int firmware(void) { return opened("/sys/firmware", O_RDONLY | O_DIRECTORY); }
/* Energy tells what is computed. */
static int power(void) { return opened("/sys/class/powercap/intel-rapl:0/energy_uj", O_RDONLY); }
static int debug(void) { return opened("/sys/kernel/debug", O_RDONLY | O_DIRECTORY); }
static int devices(void) { return opened("/sys/block", O_RDONLY | O_DIRECTORY); }
static int tunnel(void) { return opened("/dev/net/tun", O_RDWR); }
static int virtual_machine(void) { return opened("/dev/kvm", O_RDWR); }
static int user_file_system(void) { return opened("/dev/fuse", O_RDWR); }
static int loop_device(void) { return opened("/dev/loop-control", O_RDWR); }
static int graphics(void) { return opened("/dev/dri/renderD128", O_RDWR); }

/* The release agent of a hierarchy is started by the kernel, as root, outside of every namespace. */
static int release_agent(void) {
    char path[512];
    DIR *folder = opendir("/sys/fs/cgroup");
    int error = ENOENT;
    if (!folder) return errno;
    for (struct dirent *entry; error && (entry = readdir(folder));) {
        snprintf(path, sizeof path, "/sys/fs/cgroup/%s/release_agent", entry->d_name);
        if (access(path, F_OK) == 0) error = opened(path, O_WRONLY);
    }
    closedir(folder);
    return error;
}
static int cgroups(void) { return opened("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY); }
static int leave_cgroup(void) {
    int error = opened("/sys/fs/cgroup/cgroup.procs", O_WRONLY);
    return error == ENOENT ? opened("/sys/fs/cgroup/pids/cgroup.procs", O_WRONLY) : error;
}

const struct attempt setting_attempts[] = {
    {"module-helper-path", module_helper, NEEDS_ROOT | MAY_LACK},
    {"uevent-helper", uevent_helper, NEEDS_ROOT | MAY_LACK},
    {"binfmt-register", interpreter, NEEDS_ROOT | MAY_LACK},
    {"sysrq-trigger", magic_key, NEEDS_ROOT | MAY_LACK},
    {"sysctl", any_sysctl, NEEDS_ROOT},
    {"host-name-in-proc", host_name_file, 0},
    {"proc-kcore", physical_memory, NEEDS_ROOT | MAY_LACK},
    {"dev-mem", raw_memory, NEEDS_ROOT | MAY_LACK},
    {"kernel-symbols", symbols, 0},
    {"proc-keys", keys, MAY_LACK},
    {"timer-list", timers, NEEDS_ROOT | MAY_LACK},
    {"kernel-command-line", command_line, 0},
    {"dev-kmsg", log_device, NEEDS_ROOT | MAY_LACK},
    {"page-flags", page_flags, NEEDS_ROOT | MAY_LACK},
    {"load-of-host", load, 0},
    {"locks-of-host", locks, 0},
    {"key-users", system_keyring_users, MAY_LACK},
    {"connections-of-host", network_of_host, 0},
    {"unix-sockets-of-host", unix_sockets, 0},
    {"sys-firmware", firmware, MAY_LACK},
    {"power-meter", power, NEEDS_ROOT | MAY_LACK, "CVE-2020-8694"},
    {"kernel-debug", debug, NEEDS_ROOT | MAY_LACK},
    {"block-devices", devices, 0},
    {"dev-net-tun", tunnel, NEEDS_ROOT | MAY_LACK},
    {"dev-kvm", virtual_machine, NEEDS_ROOT | MAY_LACK},
    {"dev-fuse", user_file_system, NEEDS_ROOT | MAY_LACK},
    {"dev-loop-control", loop_device, NEEDS_ROOT | MAY_LACK},
    {"dev-dri", graphics, NEEDS_ROOT | MAY_LACK},
    {"cgroup-release-agent", release_agent, NEEDS_ROOT | MAY_LACK, "CVE-2022-0492"},
    {"cgroup-tree", cgroups, MAY_LACK},
    {"leave-cgroup", leave_cgroup, NEEDS_ROOT | MAY_LACK},
    {NULL, NULL, 0},
};
