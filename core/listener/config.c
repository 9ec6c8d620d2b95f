/*
 * config.c - what a listener was told: address, path, certificate. Called by
 * listener.c at start and when certificates are read again.
 */
#include "core/listener/state.h"

#include "core/net/systemd.h"
#include "hvconsole/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_CERT_FILE ((size_t)256 * 1024)
#define MAX_KEY_FILE  ((size_t)32 * 1024)

static enum hv_status
fail_address(const char *addr, struct hv_error *err)
{
    hv_fail(err, HV_ERR_USAGE, "\"%.80s\" is not ADDRESS:PORT", addr);
    hv_hint(err, "such as 127.0.0.1:8443, 0.0.0.0:443 or [::1]:8443");
    return HV_ERR_USAGE;
}

static enum hv_status
read_address(struct hv_listener *listener, const char *addr,
             struct hv_error *err)
{
    const char *host = addr;
    const char *colon = strrchr(addr, ':');
    size_t len = colon ? (size_t)(colon - addr) : 0;
    char *end;
    long port;

    if (len == 0)
        return fail_address(addr, err);
    if (*host == '[') {
        if (len < 2 || host[len - 1] != ']')
            return fail_address(addr, err);
        host++;
        len -= 2;
    } else if (memchr(host, ':', len)) {
        return fail_address(addr, err); /* IPv6 needs its brackets */
    }
    if (len == 0 || len >= sizeof(listener->host) || colon[1] < '0' ||
        colon[1] > '9')
        return fail_address(addr, err);
    errno = 0;
    port = strtol(colon + 1, &end, 10);
    if (errno || *end || port > 65535)
        return fail_address(addr, err);
    memcpy(listener->host, host, len);
    listener->host[len] = '\0';
    listener->port = (int)port;
    return HV_OK;
}

static bool
is_loopback(const char *host)
{
    struct in6_addr v6;
    struct in_addr v4;

    if (strcmp(host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static enum hv_status
read_tls(struct hv_listener *listener, const struct hv_listener_config *config,
         struct hv_error *err)
{
    int ways = (config->cert_file || config->key_file) +
               config->is_self_signed + config->is_plain;

    if (ways != 1 || !config->cert_file != !config->key_file) {
        hv_fail(err, HV_ERR_USAGE,
                "a listener has a certificate and its key, or is self-signed, "
                "or is plain");
        hv_hint(err, "give --cert with --key, or --self-signed, or --plain");
        return HV_ERR_USAGE;
    }
    if (config->is_plain && !is_loopback(listener->host)) {
        hv_fail(err, HV_ERR_REFUSED,
                "%s can be reached from elsewhere, where notifications must "
                "not travel without TLS",
                listener->host);
        hv_hint(err, "use --plain on 127.0.0.1 or ::1 only");
        return HV_ERR_REFUSED;
    }
    listener->is_plain = config->is_plain;
    if (config->cert_file) {
        listener->cert_file = hv_strdup(config->cert_file);
        listener->key_file = hv_strdup(config->key_file);
    }
    return HV_OK;
}

/* Under any other path nothing would ever arrive, all of it answered 404: what
 * stands in a request has no '#', ends before its '?', is escaped, and has no
 * segments of dots left. */
static bool
can_be_asked_for(const char *path)
{
    for (const char *at = path; *at; at++) {
        if (*at <= ' ' || *at >= 0x7f || *at == '?' || *at == '#')
            return false;
        if (*at == '/' && at[1] == '.') {
            const char *end = at + (at[2] == '.' ? 3 : 2);

            if (!*end || *end == '/')
                return false;
        }
    }
    return true;
}

/* "/hv/" and "/hv" mean the same; "/" and "" mean any path. */
static enum hv_status
read_path(struct hv_listener *listener, const char *path, struct hv_error *err)
{
    size_t len;

    if (!path)
        return HV_OK;
    if ((*path && *path != '/') ||
        !hv_copy(listener->path_prefix, sizeof(listener->path_prefix), path))
        return hv_fail(err, HV_ERR_USAGE,
                       "\"%.80s\" is no path: it begins with / and is short",
                       path);
    if (!can_be_asked_for(path))
        return hv_fail(err, HV_ERR_USAGE,
                       "no request comes to the path \"%.80s\": a blank, ?, #, "
                       ". or .. as a segment, or a letter beyond ASCII is in "
                       "it",
                       path);
    len = strlen(path);
    while (len && listener->path_prefix[len - 1] == '/')
        listener->path_prefix[--len] = '\0';
    return HV_OK;
}

enum hv_status
listener_read_config(struct hv_listener *listener,
                     const struct hv_listener_config *config,
                     struct hv_error *err)
{
    char passed[80];
    const char *addr = config->addr ? config->addr : "";
    enum hv_status st = HV_OK;

    listener->sockets = hv_systemd_sockets();
    if (listener->sockets) {
        st = hv_systemd_address(HV_SYSTEMD_FIRST_FD, passed, sizeof(passed),
                                err);
        addr = passed;
    }
    if (!st)
        st = read_address(listener, addr, err);
    if (!st)
        st = read_tls(listener, config, err);
    if (!st)
        st = read_path(listener, config->path_prefix, err);
    listener->bad_hmac_200 = config->bad_hmac_200;
    return st;
}

/* ------------------------------------------------------------ certificates -- */

/* The key as text in locked memory; a file of any other size is none. */
static enum hv_status
read_key(const char *path, struct hv_secret *out, struct hv_error *err)
{
    struct hv_secret text = { 0 };
    enum hv_status st;
    size_t len = 0;
    ssize_t got = 0;
    int fd;

    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return hv_fail_errno(err, HV_ERR_USAGE, "cannot open %s", path);
    st = hv_secret_init(&text, MAX_KEY_FILE + 1, err);
    while (!st && len < MAX_KEY_FILE &&
           (got = read(fd, text.data + len, MAX_KEY_FILE - len)) > 0)
        len += (size_t)got;
    if (!st && got < 0)
        st = hv_fail_errno(err, HV_ERR_USAGE, "cannot read %s", path);
    else if (!st && len == MAX_KEY_FILE)
        st = hv_fail(err, HV_ERR_USAGE, "%s is too large for a key", path);
    close(fd);
    if (st)
        hv_secret_release(&text);
    else
        *out = text; /* zeros follow the text */
    return st;
}

static enum hv_status
with_files(const struct hv_listener *listener, struct hv_http_tls **out,
           struct hv_error *err)
{
    struct hv_buf cert = { 0 };
    struct hv_secret key = { 0 };
    struct hv_error why = { 0 };
    enum hv_status st;

    st = hv_file_read(listener->cert_file, MAX_CERT_FILE, &cert, &why);
    if (st)
        st = hv_fail(err, HV_ERR_USAGE, "%s", why.why);
    else
        st = read_key(listener->key_file, &key, err);
    if (!st)
        st = hv_http_tls_new(hv_buf_str(&cert), (const char *)key.data, out,
                             err);
    hv_buf_release(&cert);
    hv_secret_release(&key);
    return st;
}

enum hv_status
listener_read_tls(struct hv_listener *listener, struct hv_http_tls **out,
                  struct hv_error *err)
{
    struct hv_cert_pair pair = { 0 };
    enum hv_status st;

    if (listener->is_plain)
        return HV_OK;
    if (listener->cert_file)
        return with_files(listener, out, err);
    st = hv_cert_self_signed(listener->host, &pair, err);
    if (!st)
        st = hv_http_tls_new(hv_buf_str(&pair.cert_pem),
                             hv_buf_str(&pair.key_pem), out, err);
    hv_cert_pair_release(&pair);
    return st;
}
