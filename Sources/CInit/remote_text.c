/* What lies in the tool's memory behind an argument, for people to read. It may be another text by the time that the
 * kernel looks: nothing is decided by it, and it is copied before it is looked at. */
#include "init.h"

#include "decimal.h"
#include "openat2.h"

#include <linux/seccomp.h>
#include <sys/uio.h>

enum { PAGE = 4096 };

/* Up to `size` bytes; what was read, which ends where the memory does. A page at a time: process_vm_readv reads all of
 * a piece or nothing of it. */
static size_t read_memory(int pid, uint64_t address, unsigned char *bytes, size_t size) {
    size_t done = 0;
    while (done < size) {
        size_t piece = PAGE - (size_t)((address + done) % PAGE);
        if (piece > size - done) piece = size - done;
        struct iovec local = {bytes + done, piece}, remote = {(void *)(uintptr_t)(address + done), piece};
        if (syscall(SYS_process_vm_readv, pid, &local, 1ul, &remote, 1ul, 0ul) != (long)piece) break;
        done += piece;
    }
    return done;
}

static size_t append(char *text, size_t length, const char *more) {
    while (*more && length < NOTICE_TEXT - 1) text[length++] = *more++;
    text[length] = '\0';
    return length;
}

static size_t read_link(const char *name, char *text) {
    ssize_t size = readlink(name, text, NOTICE_TEXT - 1);
    if (size <= 0) return 0;
    text[size] = '\0';
    return text[0] == '/' ? (size_t)size : 0; /* `pipe:[…]` is no folder */
}

/* The folder that a relative path starts from. */
static size_t put_folder(int pid, int descriptor, char *text) {
    char name[64];
    size_t length = append_decimal(name, append(name, 0, "/proc/"), (uint32_t)pid, '/');
    if (descriptor == AT_FDCWD) {
        (void)append(name, length, "cwd");
    } else if (descriptor >= 0) {
        (void)append_decimal(name, append(name, length, "fd/"), (uint32_t)descriptor, '\0');
    } else {
        return 0;
    }
    size_t size = read_link(name, text);
    return size > 1 ? append(text, size, "/") : size;
}

/* Where the path leads, after all links: what a rule would have to name. Not beneath /proc, where names mean the one
 * who asks. */
static int resolve(char *text) {
    char name[64];
    if (strncmp(text, "/proc/", 6) == 0) return 0;
    int fd = cs_openat2(AT_FDCWD, text, O_PATH, 0, CS_RESOLVE_NO_MAGICLINKS);
    if (fd < 0) return 0;
    (void)append_decimal(name, append(name, 0, "/proc/self/fd/"), (uint32_t)fd, '\0');
    const size_t size = read_link(name, text);
    (void)close(fd);
    return size > 0;
}

static int put_path(int pid, const struct seccomp_data *data, const struct text_shape *shape, int resolves,
                     char *text) {
    unsigned char bytes[NOTICE_TEXT];
    size_t length = 0;
    size_t size = read_memory(pid, data->args[shape->argument], bytes, sizeof bytes - 1);
    if (size == 0) return 0;
    bytes[size] = '\0';
    if (bytes[0] != '/') {
        length = put_folder(pid, shape->folder < 0 ? AT_FDCWD : (int)data->args[shape->folder], text);
    }
    /* With an empty path the descriptor itself is meant. */
    if (bytes[0] == '\0' && length > 1) text[--length] = '\0';
    (void)append(text, length, (const char *)bytes);
    return resolves ? resolve(text) : 0;
}

static void put_address(int pid, const struct seccomp_data *data, const struct text_shape *shape, char *text) {
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[(NOTICE_TEXT - 1) / 2];
    const uint64_t said = data->args[shape->argument + 1];
    const size_t size = read_memory(pid, data->args[shape->argument], bytes, said < sizeof bytes ? said : sizeof bytes);
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * size] = '\0';
}

int read_text(int pid, const struct seccomp_data *data, const struct text_shape *shape, int resolves, char *text) {
    text[0] = '\0';
    if (shape->kind == TEXT_NONE || data->args[shape->argument] == 0) return 0;
    if (shape->kind == TEXT_PATH) return put_path(pid, data, shape, resolves, text);
    if (shape->kind == TEXT_ADDRESS) {
        put_address(pid, data, shape, text);
    } else {
        size_t size = read_memory(pid, data->args[shape->argument], (unsigned char *)text, NOTICE_TEXT - 1);
        text[size] = '\0';
    }
    return 0;
}
