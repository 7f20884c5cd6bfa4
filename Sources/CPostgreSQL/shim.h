#pragma once

#include <libpq-fe.h>
#include <openssl/ssl.h>
