#include "cre2.h"

#include <algorithm>
#include <cstring>
#include <new>

#include <re2/re2.h>

// Every function is noexcept: an exception inside RE2 (memory exhausted) ends the process here, and cannot unwind
// through Swift frames, which would be undefined.

struct cre2 {
    RE2 expression;

    cre2(re2::StringPiece pattern, const RE2::Options &options) : expression(pattern, options) {}
};

namespace {

re2::StringPiece piece(const char *bytes, size_t length) {
    return bytes == nullptr ? re2::StringPiece("", 0) : re2::StringPiece(bytes, length);
}

void report(const std::string &message, char *error, size_t capacity) {
    if (error == nullptr || capacity == 0) return;
    const size_t length = std::min(message.size(), capacity - 1);
    std::memcpy(error, message.data(), length);
    error[length] = '\0';
}

bool match(const cre2 *expression, const char *text, size_t length, RE2::Anchor anchor) {
    const re2::StringPiece subject = piece(text, length);
    return expression->expression.Match(subject, 0, subject.size(), anchor, nullptr, 0);
}

}  // namespace

extern "C" cre2 *cre2_compile(const char *pattern, size_t length, int64_t max_memory, char *error,
                              size_t error_capacity) noexcept {
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingUTF8);
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(max_memory);

    cre2 *compiled = new (std::nothrow) cre2(piece(pattern, length), options);
    if (compiled == nullptr) {
        report("out of memory", error, error_capacity);
        return nullptr;
    }
    if (!compiled->expression.ok()) {
        report(compiled->expression.error(), error, error_capacity);
        delete compiled;
        return nullptr;
    }
    return compiled;
}

extern "C" bool cre2_full_match(const cre2 *expression, const char *text, size_t length) noexcept {
    return match(expression, text, length, RE2::ANCHOR_BOTH);
}

extern "C" bool cre2_partial_match(const cre2 *expression, const char *text, size_t length) noexcept {
    return match(expression, text, length, RE2::UNANCHORED);
}

extern "C" void cre2_free(cre2 *expression) noexcept {
    delete expression;
}
