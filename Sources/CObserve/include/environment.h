/* Watches which variables of its environment a program asks for. No system call tells: so the program is traced, and
 * stops where a C library looks one up. Run in the program's own box; what it says of a hostile program is what that
 * wants to be said. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Runs `path` with its words, and writes to `report` a line for each thing that is new: a word, a tabulator, the
 * program's path, a tabulator and a text.
 *   read     the name of a variable that the program asked its C library for, set or not
 *   whole    an object of the program that has all of its environment in hand: it uses `environ`
 *   unknown  why nothing is known of the program
 * The status that it ended with, 128 and its number where a signal ended it; 125 if it could not be traced. */
int co_trace_environment(int report, const char *path, char **words);

struct co_symbol {
    const char *name;
    uint64_t value;
    int is_there;    /* it is named, */
    int is_function; /* and defined as a function: then `value` is where */
};

/* Looks dynamic symbols up in an ELF file of this machine. 0, with `bias` what is taken off an address of the file's
 * first mapping; -1 if it is none, or does not hold together. */
int co_symbols(const char *path, struct co_symbol *symbols, size_t count, uint64_t *bias);
