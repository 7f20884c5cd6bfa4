/* The outer filter. System calls that it does not name pass, whatever they are. */
#include "tier.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

enum { MAXIMUM = 64 };
static struct sock_filter program[MAXIMUM];
static unsigned short length;

static void add(struct sock_filter instruction) {
    if (length < MAXIMUM) program[length++] = instruction;
}

static void load(uint32_t offset) { add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)); }

static void answer(uint32_t action) { add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action)); }

/* Every call of that number. The accumulator holds the number before and after. */
static void call(long number, uint32_t action) {
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1));
    answer(action);
}

/* Calls of that number with one of the bits in their first argument. */
static void call_with_bits(long number, uint32_t bits, uint32_t action) {
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 4));
    load(offsetof(struct seccomp_data, args[0]));
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1));
    answer(action);
    load(offsetof(struct seccomp_data, nr));
}

/* Calls of that number whose first argument is the value. */
static void call_with_value(long number, uint32_t value, uint32_t action) {
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 4));
    load(offsetof(struct seccomp_data, args[0]));
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
    answer(action);
    load(offsetof(struct seccomp_data, nr));
}

int tier_load_filter(const struct tier *tier) {
    const uint32_t refused = SECCOMP_RET_ERRNO | EPERM;
    load(offsetof(struct seccomp_data, nr));
    if (tier->landlock_abi >= 0) call(SYS_landlock_create_ruleset, SECCOMP_RET_TRACE);
    if (tier->deny_user_namespaces) {
        call_with_bits(SYS_clone, CLONE_NEWUSER, refused);
        call_with_bits(SYS_unshare, CLONE_NEWUSER, refused);
        /* As Docker does: its flags cannot be read, and a libc goes on with clone. */
        call(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
    }
    if (tier->deny_mount) {
        call(SYS_mount, refused);
        call(SYS_fsopen, refused);
        call(SYS_open_tree, refused);
        call(SYS_move_mount, refused);
        call(SYS_mount_setattr, refused);
    }
    if (tier->deny_seccomp) {
        call_with_value(SYS_seccomp, SECCOMP_SET_MODE_FILTER, refused);
        call_with_value(SYS_prctl, PR_SET_SECCOMP, refused);
    }
    answer(SECCOMP_RET_ALLOW);
    const struct sock_fprog filter = {.len = length, .filter = program};
    /* An ordinary user may load a filter only after this, and what is started must not become root anyway. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0u, &filter);
}
