/* libFuzzer harness of co_symbols: whatever the file, nothing outside of it is read. Built and run by
 * Tests/Fuzz/symbols.sh. */
#define _GNU_SOURCE
#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static int file = -1;
    static char path[64];
    if (file < 0) {
        file = memfd_create("object", MFD_CLOEXEC);
        if (file < 0) abort();
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    if (ftruncate(file, 0) < 0 || pwrite(file, bytes, size, 0) != (ssize_t)size) abort();
    struct co_symbol symbols[] = {{.name = "getenv"}, {.name = "environ"}, {.name = ""}};
    uint64_t bias = 0;
    const int answer = co_symbols(path, symbols, sizeof symbols / sizeof *symbols, &bias);
    if (answer != 0 && answer != -1) abort();
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        if (symbols[i].is_function && !symbols[i].is_there) abort();
    }
    return 0;
}
