/* The few libc functions that init and CSandbox call, as bare system calls: nothing is initialised, nothing allocates,
 * no lock is taken, so all may be called between clone and exec. Two processes in one memory run C here at a time, inner
 * and the call's, and each has an errno. */
#include "init.h"

#include "system_call.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define CALL(number, a, b, c, d, e, f)                                                                                 \
    answer(system_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)))
#define CALL0(number) CALL(number, 0, 0, 0, 0, 0, 0)
#define CALL1(number, a) CALL(number, a, 0, 0, 0, 0, 0)
#define CALL2(number, a, b) CALL(number, a, b, 0, 0, 0, 0)
#define CALL3(number, a, b, c) CALL(number, a, b, c, 0, 0, 0)
#define CALL4(number, a, b, c, d) CALL(number, a, b, c, d, 0, 0)

static int error_number, error_of_call;

int *__errno_location(void) {
    return is_call_stack(__builtin_frame_address(0)) ? &error_of_call : &error_number;
}

static long answer(long result) {
    if (result >= 0 || result < -4095) return result;
    errno = (int)-result;
    return -1;
}

long syscall(long number, ...) {
    long arguments[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++) arguments[i] = va_arg(list, long);
    va_end(list);
    return CALL(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

/* Files. */
int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    unsigned mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, unsigned) : 0;
    va_end(list);
    return (int)CALL4(SYS_openat, AT_FDCWD, path, flags, mode);
}
int openat(int directory, const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    unsigned mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, unsigned) : 0;
    va_end(list);
    return (int)CALL4(SYS_openat, directory, path, flags, mode);
}
int close(int fd) { return (int)CALL1(SYS_close, fd); }
int close_range(unsigned first, unsigned last, int flags) { return (int)CALL3(SYS_close_range, first, last, flags); }
int dup(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 0); }
int dup3(int from, int to, int flags) { return (int)CALL3(SYS_dup3, from, to, flags); }
int fcntl(int fd, int command, ...) {
    va_list list;
    va_start(list, command);
    long argument = va_arg(list, long);
    va_end(list);
    return (int)CALL3(SYS_fcntl, fd, command, argument);
}
int ioctl(int fd, unsigned long request, ...) {
    va_list list;
    va_start(list, request);
    long argument = va_arg(list, long);
    va_end(list);
    return (int)CALL3(SYS_ioctl, fd, request, argument);
}
ssize_t read(int fd, void *bytes, size_t size) { return CALL3(SYS_read, fd, bytes, size); }
ssize_t write(int fd, const void *bytes, size_t size) { return CALL3(SYS_write, fd, bytes, size); }
ssize_t pread(int fd, void *bytes, size_t size, off_t at) { return CALL4(SYS_pread64, fd, bytes, size, at); }
ssize_t readlink(const char *path, char *text, size_t size) {
    return CALL4(SYS_readlinkat, AT_FDCWD, path, text, size);
}
int fstat(int fd, struct stat *status) { return (int)CALL2(SYS_fstat, fd, status); }
int fchmod(int fd, mode_t mode) { return (int)CALL2(SYS_fchmod, fd, mode); }
int mkdirat(int directory, const char *path, mode_t mode) { return (int)CALL3(SYS_mkdirat, directory, path, mode); }
int mknodat(int directory, const char *path, mode_t mode, dev_t device) {
    return (int)CALL4(SYS_mknodat, directory, path, mode, device);
}
int symlinkat(const char *text, int directory, const char *path) {
    return (int)CALL3(SYS_symlinkat, text, directory, path);
}
int unlinkat(int directory, const char *path, int flags) { return (int)CALL3(SYS_unlinkat, directory, path, flags); }
int chdir(const char *path) { return (int)CALL1(SYS_chdir, path); }
int fchdir(int fd) { return (int)CALL1(SYS_fchdir, fd); }
mode_t umask(mode_t mask) { return (mode_t)CALL1(SYS_umask, mask); }
int pipe2(int ends[2], int flags) { return (int)CALL2(SYS_pipe2, ends, flags); }
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data) {
    return (int)CALL(SYS_mount, source, target, type, flags, data, 0);
}
int umount2(const char *target, int flags) { return (int)CALL2(SYS_umount2, target, flags); }
void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return (void *)CALL(SYS_mmap, at, size, protection, flags, fd, offset);
}
int munmap(void *at, size_t size) { return (int)CALL2(SYS_munmap, at, size); }
ssize_t getrandom(void *bytes, size_t size, unsigned flags) { return CALL3(SYS_getrandom, bytes, size, flags); }

/* Sockets and waiting. */
int socket(int domain, int type, int protocol) { return (int)CALL3(SYS_socket, domain, type, protocol); }
int socketpair(int domain, int type, int protocol, int ends[2]) {
    return (int)CALL4(SYS_socketpair, domain, type, protocol, ends);
}
ssize_t sendmsg(int fd, const struct msghdr *message, int flags) { return CALL3(SYS_sendmsg, fd, message, flags); }
ssize_t recvmsg(int fd, struct msghdr *message, int flags) { return CALL3(SYS_recvmsg, fd, message, flags); }
struct cmsghdr *__cmsg_nxthdr(struct msghdr *message, struct cmsghdr *header) {
    unsigned char *end = (unsigned char *)message->msg_control + message->msg_controllen;
    unsigned char *next = (unsigned char *)header + CMSG_ALIGN(header->cmsg_len);
    if (header->cmsg_len < sizeof *header || next < (unsigned char *)header) return NULL;
    return (size_t)(end - next) < sizeof *header || next > end ? NULL : (struct cmsghdr *)(void *)next;
}
int poll(struct pollfd *events, nfds_t count, int milliseconds) {
    struct timespec time = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
    return (int)CALL(SYS_ppoll, events, count, milliseconds < 0 ? NULL : &time, NULL, _NSIG / 8, 0);
}

/* Processes. */
void _exit(int code) {
    for (;;) (void)CALL1(SYS_exit_group, code);
}
uid_t geteuid(void) { return (uid_t)CALL0(SYS_geteuid); }
gid_t getegid(void) { return (gid_t)CALL0(SYS_getegid); }
int setgroups(size_t count, const gid_t *groups) { return (int)CALL2(SYS_setgroups, count, groups); }
int setresgid(gid_t real, gid_t effective, gid_t saved) { return (int)CALL3(SYS_setresgid, real, effective, saved); }
int setresuid(uid_t real, uid_t effective, uid_t saved) { return (int)CALL3(SYS_setresuid, real, effective, saved); }
int sethostname(const char *name, size_t size) { return (int)CALL2(SYS_sethostname, name, size); }
int prctl(int option, ...) {
    unsigned long arguments[4];
    va_list list;
    va_start(list, option);
    for (int i = 0; i < 4; i++) arguments[i] = va_arg(list, unsigned long);
    va_end(list);
    return (int)CALL(SYS_prctl, option, arguments[0], arguments[1], arguments[2], arguments[3], 0);
}
int kill(pid_t pid, int signal) { return (int)CALL2(SYS_kill, pid, signal); }
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage) {
    return (pid_t)CALL4(SYS_wait4, pid, status, options, usage);
}
pid_t getpid(void) { return (pid_t)CALL0(SYS_getpid); }
pid_t waitpid(pid_t pid, int *status, int options) { return wait4(pid, status, options, NULL); }
int sigemptyset(sigset_t *set) {
    memset(set, 0, sizeof *set);
    return 0;
}
int sigaddset(sigset_t *set, int signal) {
    set->__val[0] |= 1ul << (signal - 1);
    return 0;
}
int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
    return (int)CALL4(SYS_rt_sigprocmask, how, set, old, _NSIG / 8);
}
int signalfd(int fd, const sigset_t *set, int flags) { return (int)CALL4(SYS_signalfd4, fd, set, _NSIG / 8, flags); }
