/* Hears of a program's system calls that say which files it opens, where it connects and what it starts, and lets each go
 * on. It decides nothing: what it reads of the program's memory may be another text by the time the kernel looks. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum co_kind {
    CO_OPEN = 1,    /* `address` is the path, `extra` the folder's descriptor, `flags` those of the file */
    CO_CONNECT = 2, /* `descriptor`, and `address` with `size` bytes of it */
    CO_SEND = 3,    /* to an address: `address` with `size` bytes that are sent */
    CO_SEND_MANY = 4, /* `address` is a list of messages */
    CO_EXECUTE = 5, /* `address` is the path, `extra` the words */
};

struct co_notice {
    uint64_t id;
    uint64_t address, size, extra, flags;
    int32_t thread; /* as this process knows it */
    int32_t kind;
    int32_t descriptor;
};

/* Makes the calling process one that is heard of, with all that it starts: the listener, or -1. `*gives_up_rights` says
 * that no program that it starts gains rights (sudo, ping): without CAP_SYS_ADMIN the kernel asks for that. */
int co_watch(int *gives_up_rights);
/* 1: heard of one. 0: nobody was. -1: nobody is left, or errno. */
int co_hear(int listener, struct co_notice *notice, int milliseconds);
/* Lets it go on. */
void co_pass(int listener, const struct co_notice *notice);
/* What lies in its memory, up to where that ends. */
size_t co_read(int thread, uint64_t address, void *bytes, size_t size);
