/*
 * listen.c - the listening socket of a door: a numeric address and a port, or
 * a sentence on why not. Called by http.c.
 */
#include "core/net/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static enum hv_status
parse_address(const struct hv_http_config *config, union address *out,
              socklen_t *len, struct hv_error *err)
{
    const char *host = config->host ? config->host : "";

    memset(out, 0, sizeof(*out));
    if (config->port < 0 || config->port > 65535)
        return hv_fail(err, HV_ERR_USAGE, "%d is not a port", config->port);
    if (strcmp(host, "localhost") == 0) /* the one name that needs no asking */
        host = "127.0.0.1";
    if (inet_pton(AF_INET, host, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons((uint16_t)config->port);
        *len = sizeof(out->v4);
        return HV_OK;
    }
    if (inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons((uint16_t)config->port);
        *len = sizeof(out->v6);
        return HV_OK;
    }
    hv_fail(err, HV_ERR_USAGE, "\"%.80s\" is not a numeric address", host);
    hv_hint(err, "listen on an address such as 127.0.0.1 or ::1");
    return HV_ERR_USAGE;
}

static enum hv_status
fail_listen(const struct hv_http_config *config, struct hv_error *err)
{
    enum hv_status st = HV_ERR_IO;

    if (errno == EADDRINUSE)
        st = HV_ERR_RULE;
    else if (errno == EADDRNOTAVAIL)
        st = HV_ERR_USAGE;
    return hv_fail_errno(err, st, "cannot listen on %s port %d", config->host,
                         config->port);
}

static enum hv_status
make_socket(const struct hv_http_config *config, int *out, struct hv_error *err)
{
    static const int on = 1;
    union address address;
    enum hv_status st;
    socklen_t len;
    int fd;

    st = parse_address(config, &address, &len, err);
    if (st)
        return st;
    fd = socket(address.any.sa_family,
                SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return hv_fail_errno(err, HV_ERR_IO, "cannot make a socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (config->shares_port)
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    if (bind(fd, &address.any, len) || listen(fd, SOMAXCONN)) {
        st = fail_listen(config, err);
        close(fd);
        return st;
    }
    *out = fd;
    return HV_OK;
}

/* One that came from elsewhere, such as a service manager. */
static enum hv_status
take_socket(const struct hv_http_config *config, int *out, struct hv_error *err)
{
    int is_listening = 0;
    socklen_t len = sizeof(is_listening);
    int flags = fcntl(config->fd, F_GETFL);

    if (flags < 0 || getsockopt(config->fd, SOL_SOCKET, SO_ACCEPTCONN,
                                &is_listening, &len) ||
        !is_listening) {
        close(config->fd);
        return hv_fail(err, HV_ERR_USAGE,
                       "descriptor %d is no listening socket", config->fd);
    }
    fcntl(config->fd, F_SETFL, flags | O_NONBLOCK);
    fcntl(config->fd, F_SETFD, FD_CLOEXEC);
    *out = config->fd;
    return HV_OK;
}

enum hv_status
hv_listen_socket(const struct hv_http_config *config, int *out, int *port,
                 struct hv_error *err)
{
    static const int on = 1;
    union address address;
    socklen_t len = sizeof(address);
    enum hv_status st = config->has_fd ? take_socket(config, out, err)
                                       : make_socket(config, out, err);

    if (st)
        return st;
    /* TCP_NODELAY is inherited by what is accepted. Without it an answer of
     * two TLS records waits 40 ms for an acknowledgement. */
    setsockopt(*out, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (getsockname(*out, &address.any, &len) == 0)
        *port = ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port
                                                        : address.v4.sin_port);
    return HV_OK;
}
