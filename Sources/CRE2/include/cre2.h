/// C functions over RE2, the regular expression library that matches in time linear in the text.
///
/// Only what a decision needs: does a text match. No captures, no global state, nothing is logged. A compiled
/// expression may be used from several threads at once.
#ifndef AGENTBOX_CRE2_H
#define AGENTBOX_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CRE2_NOEXCEPT noexcept
extern "C" {
#else
#define CRE2_NOEXCEPT
#endif

typedef struct cre2 cre2;

/// Compiles `length` bytes of UTF-8 in RE2's syntax. `max_memory` bounds the program and its caches, in bytes.
/// On failure returns NULL and leaves a NUL-terminated text, cut to `error_capacity`, in `error`.
cre2 *cre2_compile(const char *pattern, size_t length, int64_t max_memory, char *error, size_t error_capacity)
    CRE2_NOEXCEPT;

/// True if the whole text matches.
bool cre2_full_match(const cre2 *expression, const char *text, size_t length) CRE2_NOEXCEPT;

/// True if a part of the text matches.
bool cre2_partial_match(const cre2 *expression, const char *text, size_t length) CRE2_NOEXCEPT;

/// Takes NULL.
void cre2_free(cre2 *expression) CRE2_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
