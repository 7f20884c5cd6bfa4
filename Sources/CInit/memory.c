/* String functions that the code above and the compiler call. Short inputs only, so plain loops; the empty statement
 * keeps the compiler from turning a loop into a call of the function that it stands in. */
#include <stddef.h>
#include <string.h>

#define KEEP_LOOP __asm__ volatile("")

/* Not by way of memmove: the compiler knows that the two do not overlap here, and would turn the call back. */
void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    unsigned char *target = to;
    const unsigned char *source = from;
    for (size_t i = 0; i < size; i++) {
        target[i] = source[i];
        KEEP_LOOP;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t size) {
    unsigned char *target = to;
    const unsigned char *source = from;
    for (size_t i = 0; i < size; i++) {
        size_t at = target <= source ? i : size - 1 - i;
        target[at] = source[at];
        KEEP_LOOP;
    }
    return to;
}

void *memset(void *at, int value, size_t size) {
    unsigned char *bytes = at;
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)value;
        KEEP_LOOP;
    }
    return at;
}

void *memchr(const void *at, int value, size_t size) {
    const unsigned char *bytes = at;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == (unsigned char)value) return (void *)(size_t)(bytes + i);
    }
    return NULL;
}

size_t strlen(const char *text) {
    size_t size = 0;
    while (text[size]) {
        size++;
        KEEP_LOOP;
    }
    return size;
}

size_t strcspn(const char *text, const char *stop) {
    size_t size = 0;
    for (; text[size]; size++) {
        for (const char *one = stop; *one; one++) {
            if (text[size] == *one) return size;
        }
    }
    return size;
}

char *strrchr(const char *text, int character) {
    const char *found = NULL;
    for (;; text++) {
        if (*text == (char)character) found = text;
        if (*text == '\0') return (char *)(size_t)found;
    }
}

char *strcat(char *restrict text, const char *restrict more) {
    memcpy(text + strlen(text), more, strlen(more) + 1);
    return text;
}

int memcmp(const void *one, const void *other, size_t size) {
    const unsigned char *first = one, *second = other;
    for (size_t i = 0; i < size; i++) {
        if (first[i] != second[i]) return first[i] < second[i] ? -1 : 1;
        KEEP_LOOP;
    }
    return 0;
}

/* What the compiler makes of a comparison with memcmp that only asks whether two are equal. */
int bcmp(const void *one, const void *other, size_t size);
int bcmp(const void *one, const void *other, size_t size) { return memcmp(one, other, size); }

int strncmp(const char *one, const char *other, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (one[i] != other[i]) return (unsigned char)one[i] < (unsigned char)other[i] ? -1 : 1;
        if (one[i] == '\0') return 0;
        KEEP_LOOP;
    }
    return 0;
}

int strcmp(const char *one, const char *other) { return strncmp(one, other, (size_t)-1); }
