/* What a filter says of a system call, computed here as the kernel would: for calls that come to init by notification.
 * Attack: memory behind an argument changes between the look and the deed; a filter sees registers only, and so does
 * this. Whatever is not one of the instructions that the host writes is a refusal. */
#include "init.h"

#include <linux/filter.h>
#include <linux/seccomp.h>

static const uint32_t refusal = SECCOMP_RET_ERRNO | EPERM;

static int jump_taken(const struct sock_filter *at, uint32_t accumulator) {
    switch (at->code) {
    case BPF_JMP | BPF_JEQ | BPF_K: return accumulator == at->k;
    case BPF_JMP | BPF_JGE | BPF_K: return accumulator >= at->k;
    case BPF_JMP | BPF_JGT | BPF_K: return accumulator > at->k;
    case BPF_JMP | BPF_JSET | BPF_K: return (accumulator & at->k) != 0;
    default: return -1;
    }
}

uint32_t judge(const struct sock_filter *program, size_t length, const struct seccomp_data *data) {
    uint32_t accumulator = 0;
    /* Jumps lead forward only: the kernel took this very program. */
    for (size_t i = 0; i < length; i++) {
        const struct sock_filter *at = &program[i];
        if (at->code == (BPF_RET | BPF_K)) return at->k;
        if (at->code == (BPF_LD | BPF_W | BPF_ABS)) {
            if (at->k % sizeof accumulator != 0 || at->k > sizeof *data - sizeof accumulator) return refusal;
            memcpy(&accumulator, (const unsigned char *)data + at->k, sizeof accumulator);
        } else if (at->code == (BPF_ALU | BPF_AND | BPF_K)) {
            accumulator &= at->k;
        } else if (at->code == (BPF_JMP | BPF_JA)) {
            i += at->k;
        } else {
            const int taken = jump_taken(at, accumulator);
            if (taken < 0) return refusal;
            i += taken ? at->jt : at->jf;
        }
    }
    return refusal;
}
