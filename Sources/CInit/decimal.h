/* Numbers into text, for the few names in /proc that init needs. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Writes `number` in decimal at `text[at]`, then `end`; returns the place after it. Needs up to 11 bytes. */
static inline size_t append_decimal(char *text, size_t at, uint32_t number, char end) {
    char digits[10];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count) text[at++] = digits[--count];
    text[at++] = end;
    return at;
}
