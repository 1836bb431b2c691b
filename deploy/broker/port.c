// The mock cluster binds its listener to any free port of the loopback address; the wrapped bind puts the wanted port in.
#include "mock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>

static uint16_t wanted_port;
static int failed_errno;

int __real_bind(int socket, const struct sockaddr *address, socklen_t length);
int __wrap_bind(int socket, const struct sockaddr *address, socklen_t length);

int __wrap_bind(int socket, const struct sockaddr *address, socklen_t length)
{
    struct sockaddr_in with_port;
    if (wanted_port && address->sa_family == AF_INET && length == sizeof with_port) {
        with_port = *(const struct sockaddr_in *)(const void *)address;
        with_port.sin_port = htons(wanted_port);
        wanted_port = 0; // its other sockets get free ones
        if (__real_bind(socket, (const struct sockaddr *)(const void *)&with_port, length) == 0) {
            return 0;
        }
        failed_errno =
            errno; // the caller gets a free port: an error here would be an assertion there
    }
    return __real_bind(socket, address, length);
}

void mock_port_set(uint16_t port)
{
    wanted_port = port;
    failed_errno = 0;
}

int mock_port_error(void)
{
    return failed_errno;
}
