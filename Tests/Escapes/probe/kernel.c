/* The kernel's surface: system calls that no tool needs. Arguments are such that nothing happens where the call is let
 * through: it fails on them, or it changes what is so already. */
#include "probe.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

static int bpf_call(void) { return outcome(syscall(SYS_bpf, 0, NULL, 0)); }
static int perf_open(void) {
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .exclude_kernel = 1};
    attributes.config = PERF_COUNT_SW_TASK_CLOCK;
    return outcome(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}
static int user_faults(void) { return outcome(syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */)); }
static int ring_setup(void) { return outcome(syscall(SYS_io_uring_setup, 1, NULL)); }
static int ring_enter(void) { return outcome(syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0)); }
static int ring_register(void) { return outcome(syscall(SYS_io_uring_register, -1, 0, NULL, 0)); }
static int key_add(void) { return outcome(syscall(SYS_add_key, "user", "probe", "x", 1, KEY_SPEC_PROCESS_KEYRING)); }
static int key_control(void) {
    return outcome(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1, 0, 0));
}
static int key_request(void) { return outcome(syscall(SYS_request_key, "user", NULL, NULL, 0)); }
static int module_load(void) { return outcome(syscall(SYS_init_module, NULL, 0, NULL)); }
static int module_load_fd(void) { return outcome(syscall(SYS_finit_module, -1, "", 0)); }
static int module_unload(void) { return outcome(syscall(SYS_delete_module, "agentbox_probe_no_such", O_NONBLOCK)); }
static int kexec(void) { return outcome(syscall(SYS_kexec_load, 0, 0, NULL, -1ul)); }
static int kexec_file(void) { return outcome(syscall(SYS_kexec_file_load, -1, -1, 0, NULL, -1ul)); }
static int restart(void) { return outcome(syscall(SYS_reboot, 0, 0, 0, NULL)); } /* wrong magic */
static int swap_on(void) { return outcome(syscall(SYS_swapon, NULL, -1)); }
static int swap_off(void) { return outcome(syscall(SYS_swapoff, NULL)); }
static int accounting(void) { return outcome(syscall(SYS_acct, (void *)-1l)); }
static int quota(void) { return outcome(syscall(SYS_quotactl, 0x800001 << 8 /* Q_SYNC */, NULL, 0, NULL)); }
static int handle_of_name(void) {
    struct {
        unsigned size;
        int type;
        unsigned char bytes[128];
    } handle = {.size = 128};
    int mount;
    return outcome(syscall(SYS_name_to_handle_at, AT_FDCWD, "/", &handle, &mount, 0));
}
static int open_handle(void) {
    unsigned handle[4] = {0, 1, 0, 0};
    return outcome(syscall(SYS_open_by_handle_at, AT_FDCWD, handle, O_RDONLY));
}
static int file_notify(void) { return outcome(syscall(SYS_fanotify_init, 0x200 /* FAN_REPORT_FID */, O_RDONLY)); }
static int hang_up_terminal(void) {
    if (setsid() < 0) return errno; /* no terminal of ours may suffer */
    return outcome(syscall(SYS_vhangup));
}
static int kernel_log(void) {
    char text[16];
    return outcome(syscall(SYS_syslog, 3, text, sizeof text));
}
static int domain_name(void) { return outcome(syscall(SYS_setdomainname, NULL, -1)); }
static int host_name(void) { return outcome(syscall(SYS_sethostname, NULL, -1)); }
static int clock_set(void) {
    struct timespec time = {-1, -1};
    return outcome(syscall(SYS_clock_settime, CLOCK_REALTIME, &time));
}
static int day_set(void) {
    struct timezone *none = NULL;
    struct timeval time = {-1, -1};
    return outcome(syscall(SYS_settimeofday, &time, none));
}
static int clock_adjust(void) {
    struct timex time = {.modes = ADJ_TICK, .tick = -1};
    return outcome(syscall(SYS_adjtimex, &time));
}
static int clock_adjust_named(void) {
    struct timex time = {.modes = ADJ_TICK, .tick = -1};
    return outcome(syscall(SYS_clock_adjtime, CLOCK_REALTIME, &time));
}
static int memory_bind(void) { return outcome(syscall(SYS_mbind, NULL, 0ul, 0, NULL, 0ul, 0u)); }
static int memory_policy(void) { return outcome(syscall(SYS_set_mempolicy, 0, NULL, 0ul)); }
static int pages_migrate(void) { return outcome(syscall(SYS_migrate_pages, getpid(), 0ul, NULL, NULL)); }
static int pages_move(void) { return outcome(syscall(SYS_move_pages, getpid(), 0ul, NULL, NULL, NULL, 0)); }
static int pages_gift(void) {
    int ends[2];
    if (pipe(ends) < 0) return errno;
    struct {
        void *base;
        size_t size;
    } part = {NULL, 0};
    return outcome(syscall(SYS_vmsplice, ends[1], &part, 1ul, 0u));
}
static int execute_memory(void) {
    int fd = (int)syscall(SYS_memfd_create, "probe", 1u);
    if (fd < 0) return errno;
    /* An empty file is no program: ENOEXEC says that only its content stood in the way. */
    char *const none[] = {NULL};
    if (fchmod(fd, 0700) < 0) return errno;
    return outcome(syscall(SYS_execveat, fd, "", none, none, AT_EMPTY_PATH, 0ul));
}
#ifdef __x86_64__
static int io_ports(void) { return outcome(syscall(SYS_ioperm, 0x80, 1, 1)); }
static int io_level(void) { return outcome(syscall(SYS_iopl, 3)); }
static int segment_table(void) { return outcome(syscall(SYS_modify_ldt, 0, NULL, 0)); }
#endif

const struct attempt kernel_attempts[] = {
    {"bpf", bpf_call, NEEDS_ROOT},
    {"perf-event-open", perf_open, 0},
    {"userfaultfd", user_faults, 0},
    {"io-uring-setup", ring_setup, 0},
    {"io-uring-enter", ring_enter, 0},
    {"io-uring-register", ring_register, 0},
    {"add-key", key_add, 0},
    {"keyctl", key_control, 0},
    {"request-key", key_request, 0},
    {"init-module", module_load, NEEDS_ROOT},
    {"finit-module", module_load_fd, NEEDS_ROOT},
    {"delete-module", module_unload, NEEDS_ROOT},
    {"kexec-load", kexec, NEEDS_ROOT},
    {"kexec-file-load", kexec_file, NEEDS_ROOT},
    {"reboot", restart, NEEDS_ROOT},
    {"swapon", swap_on, NEEDS_ROOT},
    {"swapoff", swap_off, NEEDS_ROOT},
    {"acct", accounting, NEEDS_ROOT},
    {"quotactl", quota, 0},
    {"name-to-handle-at", handle_of_name, 0},
    {"open-by-handle-at", open_handle, NEEDS_ROOT},
    {"fanotify-init", file_notify, 0},
    {"vhangup", hang_up_terminal, NEEDS_ROOT},
    {"syslog", kernel_log, NEEDS_ROOT},
    {"setdomainname", domain_name, NEEDS_ROOT},
    {"sethostname", host_name, NEEDS_ROOT},
    {"clock-settime", clock_set, NEEDS_ROOT},
    {"settimeofday", day_set, NEEDS_ROOT},
    {"adjtimex", clock_adjust, NEEDS_ROOT},
    {"clock-adjtime", clock_adjust_named, NEEDS_ROOT},
    {"mbind", memory_bind, 0},
    {"set-mempolicy", memory_policy, 0},
    {"migrate-pages", pages_migrate, 0},
    {"move-pages", pages_move, 0},
    {"vmsplice", pages_gift, 0},
    {"execveat-of-memory", execute_memory, 0},
#ifdef __x86_64__
    {"ioperm", io_ports, NEEDS_ROOT},
    {"iopl", io_level, NEEDS_ROOT},
    {"modify-ldt", segment_table, 0},
#endif
    {NULL, NULL, 0},
};
