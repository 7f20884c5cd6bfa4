#define _GNU_SOURCE
#include "include/environment.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OWN_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define OWN_MACHINE EM_AARCH64
#endif

enum { MOST_SYMBOLS = 1 << 20, MOST_SECTIONS = 4096 };
static const size_t largest = (size_t)1 << 30;

struct file {
    const unsigned char *bytes;
    size_t size;
};

/* NULL if it does not lie in the file whole, or crooked. */
static const void *piece(const struct file *file, uint64_t offset, uint64_t size, size_t alignment) {
    if (offset > file->size || size > file->size - offset || offset % alignment != 0) return NULL;
    return file->bytes + offset;
}

static int find(const struct file *file, const Elf64_Shdr *table, const Elf64_Shdr *texts, struct co_symbol *symbols,
                size_t count) {
    const uint64_t number = table->sh_size / sizeof(Elf64_Sym);
    const Elf64_Sym *all = piece(file, table->sh_offset, table->sh_size, _Alignof(Elf64_Sym));
    const char *names = piece(file, texts->sh_offset, texts->sh_size, 1);
    if (!all || !names || number > MOST_SYMBOLS || texts->sh_size == 0 || names[texts->sh_size - 1] != '\0') return -1;
    for (uint64_t i = 0; i < number; i++) {
        if (all[i].st_name >= texts->sh_size) return -1;
        for (size_t s = 0; s < count; s++) {
            if (strcmp(names + all[i].st_name, symbols[s].name) != 0) continue;
            symbols[s].is_there = 1;
            if (all[i].st_shndx == SHN_UNDEF || ELF64_ST_TYPE(all[i].st_info) != STT_FUNC) continue;
            symbols[s].is_function = 1;
            symbols[s].value = all[i].st_value;
        }
    }
    return 0;
}

static int read_file(const struct file *file, struct co_symbol *symbols, size_t count, uint64_t *bias) {
    const Elf64_Ehdr *header = piece(file, 0, sizeof *header, 1);
    if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64 ||
        header->e_machine != OWN_MACHINE || header->e_phentsize != sizeof(Elf64_Phdr) ||
        header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shnum > MOST_SECTIONS)
        return -1;
    const Elf64_Phdr *segments =
        piece(file, header->e_phoff, (uint64_t)header->e_phnum * sizeof *segments, _Alignof(Elf64_Phdr));
    const Elf64_Shdr *sections =
        piece(file, header->e_shoff, (uint64_t)header->e_shnum * sizeof *sections, _Alignof(Elf64_Shdr));
    if (!segments || !sections) return -1;
    *bias = 0;
    for (size_t i = 0; i < header->e_phnum; i++) {
        if (segments[i].p_type != PT_LOAD) continue;
        *bias = segments[i].p_vaddr - segments[i].p_offset;
        break;
    }
    for (size_t i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type != SHT_DYNSYM || sections[i].sh_link >= header->e_shnum) continue;
        return find(file, &sections[i], &sections[sections[i].sh_link], symbols, count);
    }
    return -1;
}

int co_symbols(const char *path, struct co_symbol *symbols, size_t count, uint64_t *bias) {
    struct stat status;
    /* Attack: a name that leads to a FIFO. */
    const int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (opened < 0) return -1;
    int answer = -1;
    if (fstat(opened, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
        (size_t)status.st_size <= largest) {
        const size_t size = (size_t)status.st_size;
        void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, opened, 0);
        if (bytes != MAP_FAILED) {
            answer = read_file(&(struct file){bytes, size}, symbols, count, bias);
            (void)munmap(bytes, size);
        }
    }
    (void)close(opened);
    return answer;
}
