/*
 * systemd.c - see systemd.h: sd_listen_fds(3), sd_notify(3) and
 * sd_watchdog_enabled(3) as far as a listener needs them. Called at start, at
 * its end and by its timer.
 */
#include "core/net/systemd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_SOCKETS 16

/* A whole positive number in the environment, else 0. */
static int64_t
number_of(const char *name)
{
    const char *text = getenv(name);
    char *end;
    long long value;

    if (!text || *text < '0' || *text > '9')
        return 0;
    errno = 0;
    value = strtoll(text, &end, 10);
    return errno || *end ? 0 : value;
}

int
hv_systemd_sockets(void)
{
    int64_t count = number_of("LISTEN_FDS");

    if (number_of("LISTEN_PID") != getpid() || count > MAX_SOCKETS)
        return 0;
    for (int i = 0; i < count; i++)
        fcntl(HV_SYSTEMD_FIRST_FD + i, F_SETFD, FD_CLOEXEC);
    return (int)count;
}

enum hv_status
hv_systemd_address(int fd, char *out, size_t size, struct hv_error *err)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t len = sizeof(address);
    char host[INET6_ADDRSTRLEN];

    memset(&address, 0, sizeof(address));
    if (getsockname(fd, &address.any, &len))
        return hv_fail_errno(err, HV_ERR_USAGE, "descriptor %d", fd);
    if (address.any.sa_family == AF_INET &&
        inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof(host)))
        snprintf(out, size, "%s:%d", host, ntohs(address.v4.sin_port));
    else if (address.any.sa_family == AF_INET6 &&
             inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof(host)))
        snprintf(out, size, "[%s]:%d", host, ntohs(address.v6.sin6_port));
    else
        return hv_fail(err, HV_ERR_USAGE,
                       "the socket that was passed in is not one of TCP");
    return HV_OK;
}

bool
hv_systemd_is_here(void)
{
    return getenv("NOTIFY_SOCKET") || getenv("INVOCATION_ID");
}

void
hv_systemd_tell(const char *fmt, ...)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    const char *path = getenv("NOTIFY_SOCKET");
    size_t path_len = path ? strlen(path) : 0;
    char text[512];
    socklen_t len;
    va_list args;
    int fd;

    if (path_len < 2 || path_len >= sizeof(to.sun_path) ||
        (*path != '/' && *path != '@'))
        return;
    memcpy(to.sun_path, path, path_len);
    if (*path == '@') /* the abstract namespace */
        to.sun_path[0] = '\0';
    len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_len);
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
                  (const struct sockaddr *)&to, len);
    close(fd);
}

int64_t
hv_systemd_watchdog_ms(void)
{
    const char *pid = getenv("WATCHDOG_PID");

    if (pid && number_of("WATCHDOG_PID") != getpid())
        return 0;
    return number_of("WATCHDOG_USEC") / 1000;
}
