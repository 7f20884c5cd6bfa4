#include "system.h"

#include "include/memfd.h"

#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

int cs_memfd_seal(int fd) { return fcntl(fd, F_ADD_SEALS, ALL_SEALS); }

int cs_memfd_is_sealed(int fd) {
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0) return -1;
    return (seals & ALL_SEALS) == ALL_SEALS;
}
