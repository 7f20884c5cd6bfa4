#include "system.h"

#include "include/CEgress.h"

#include <netdb.h>
#include <netinet/in.h>
#include <nss.h>
#include <sys/socket.h>

int ce_use_name_servers(void) { return __nss_configure_lookup("hosts", "files dns"); }

int ce_resolve(const char *name, struct ce_address *addresses, int capacity) {
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int count = 0;
    if (ce_use_name_servers() < 0) return EAI_SYSTEM;
    const int problem = getaddrinfo(name, NULL, &hints, &list);
    if (problem != 0) return problem < 0 ? problem : EAI_FAIL;
    for (const struct addrinfo *entry = list; entry && count < capacity; entry = entry->ai_next) {
        struct ce_address *address = &addresses[count];
        memset(address, 0, sizeof *address);
        if (entry->ai_family == AF_INET) {
            const struct sockaddr_in *found = (const void *)entry->ai_addr;
            memcpy(address->bytes, &found->sin_addr, 4);
        } else if (entry->ai_family == AF_INET6) {
            const struct sockaddr_in6 *found = (const void *)entry->ai_addr;
            address->is_version_6 = 1;
            memcpy(address->bytes, &found->sin6_addr, 16);
        } else {
            continue;
        }
        count++;
    }
    freeaddrinfo(list);
    return count;
}
