#pragma once

#include <libpq-fe.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

/* Macros of OpenSSL's. What could not be written is tried again from wherever it then lies. */
static inline void cp_write_from_anywhere(SSL *ssl) {
    SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}
