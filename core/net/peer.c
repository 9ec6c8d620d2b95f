/*
 * peer.c - who is at the other end of a connection, and how many of one address
 * there are. Called by conn.c.
 */
#include "core/net/conn.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Whether both ends of a connection have one address. */
static bool
is_own_address(int fd, const struct sockaddr_storage *peer)
{
    struct sockaddr_storage own;
    socklen_t len = sizeof(own);

    if (getsockname(fd, (struct sockaddr *)&own, &len) ||
        own.ss_family != peer->ss_family)
        return false;
    if (own.ss_family == AF_INET)
        return ((struct sockaddr_in *)&own)->sin_addr.s_addr ==
               ((const struct sockaddr_in *)peer)->sin_addr.s_addr;
    return own.ss_family == AF_INET6 &&
           IN6_ARE_ADDR_EQUAL(&((struct sockaddr_in6 *)&own)->sin6_addr,
                              &((const struct sockaddr_in6 *)peer)->sin6_addr);
}

void
hv_conn_read_peer(struct hv_conn *conn)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    struct sockaddr_storage peer;
    socklen_t len = sizeof(peer);
    const uint8_t *v4 = NULL;

    if (getpeername(conn->fd, (struct sockaddr *)&peer, &len))
        return;
    if (peer.ss_family == AF_INET) {
        v4 = (const uint8_t *)&((struct sockaddr_in *)&peer)->sin_addr;
    } else if (peer.ss_family == AF_INET6) {
        const uint8_t *v6 = ((struct sockaddr_in6 *)&peer)->sin6_addr.s6_addr;

        if (memcmp(v6, mapped, sizeof(mapped)) == 0) {
            v4 = v6 + sizeof(mapped);
        } else {
            memcpy(conn->address, v6, 8);
            conn->address[15] = 6;
            conn->is_loopback = IN6_IS_ADDR_LOOPBACK(
                &((struct sockaddr_in6 *)&peer)->sin6_addr);
        }
    }
    if (v4) {
        memcpy(conn->address, v4, 4);
        conn->address[15] = 4;
        conn->is_loopback = v4[0] == 127;
    }
    conn->is_local = conn->is_loopback || is_own_address(conn->fd, &peer);
}

static bool
same_address(const struct hv_conn *a, const struct hv_conn *b)
{
    return memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

size_t
hv_conns_count(const struct hv_conns *all, const struct hv_conn *like,
               struct hv_conn **oldest)
{
    size_t len = 0;

    *oldest = NULL;
    for (struct hv_conn *conn = all->first; conn; conn = conn->next) {
        if (conn->is_doomed || (like && !same_address(conn, like)))
            continue;
        len++;
        if (conn->phase == HV_CONN_IDLE || conn->phase == HV_CONN_HEAD)
            *oldest = conn;
    }
    return len;
}
