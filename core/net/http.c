/*
 * http.c - the door: listening, handing requests on, answering. Called by the
 * listener and the sandbox through http.h. Knows nothing of what is served.
 * What evhttp forgives is refused by head.c; what it does not count or time is
 * counted and timed by conn.c.
 */
#include "core/net/conn.h"

#include "core/loop/base.h"
#include "hvconsole/limits.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALL_METHODS 0xffff /* the refusal is ours: 405, not evhttp's 501 */

struct hv_http_server {
    struct hv_conns *conns;
    struct evhttp *http;
    struct evhttp_bound_socket *bound; /* NULL once the door is shut */
    SSL_CTX *tls;                      /* NULL = plain */
    char methods[64];                  /* "GET,POST" */
    hv_http_fn fn;
    void *arg;
    int port;
    struct hv_http_request *first; /* with our caller */
};

struct hv_http_request {
    struct hv_http_server *server; /* NULL: the server was freed */
    struct hv_http_request *next, *prev;
    struct evhttp_request *req;
    struct hv_conn *conn; /* NULL: the client went away */
};

/* -------------------------------------------------------------- answers -- */

static void
request_unlink(struct hv_http_request *request)
{
    if (request->prev)
        request->prev->next = request->next;
    else if (request->server)
        request->server->first = request->next;
    if (request->next)
        request->next->prev = request->prev;
    request->next = request->prev = NULL;
}

static void
replied(struct evhttp_request *req, void *arg)
{
    struct hv_conn *conn = arg;
    const char *close = evhttp_find_header(
        evhttp_request_get_output_headers(req), "Connection");

    /* evhttp closes without a word; TLS has one for it. */
    if (conn->ssl && close && SSL_is_init_finished(conn->ssl))
        SSL_shutdown(conn->ssl);
    hv_conn_replied(conn);
}

static void
send_reply(struct evhttp_request *req, struct hv_conn *conn, int status,
           const char *content_type, struct hv_bytes body, bool keep_alive)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    struct evbuffer *out = body.len ? evbuffer_new() : NULL;

    if (out && evbuffer_add(out, body.data, body.len))
        abort();
    if (content_type)
        evhttp_add_header(headers, "Content-Type", content_type);
    if ((status != 200 && !keep_alive) || !conn || hv_conn_must_close(conn))
        evhttp_add_header(headers, "Connection", "close");
    if (conn) {
        hv_conn_reply(conn);
        evhttp_request_set_on_complete_cb(req, replied, conn);
    }
    evhttp_send_reply(req, status, hv_http_phrase(status), out);
    if (conn)
        hv_conn_writes(conn);
    if (out)
        evbuffer_free(out);
}

void
hv_http_reply(struct hv_http_request *request, int status,
              const char *content_type, struct hv_bytes body, bool keep_alive)
{
    if (request->server) {
        request_unlink(request);
        send_reply(request->req, request->conn, status, content_type, body,
                   keep_alive);
    }
    free(request);
}

void
hv_http_add_header(struct hv_http_request *request, const char *name,
                   const char *value)
{
    if (request->server)
        evhttp_add_header(evhttp_request_get_output_headers(request->req), name,
                          value);
}

const char *
hv_http_header(const struct hv_http_request *request, const char *name)
{
    if (!request->server)
        return NULL;
    return evhttp_find_header(evhttp_request_get_input_headers(request->req),
                              name);
}

void
hv_http_request_lost(struct hv_http_request *request)
{
    request->conn = NULL;
}

/* ------------------------------------------------------------- requests -- */

static void
refuse(struct hv_http_server *server, struct evhttp_request *req,
       struct hv_conn *conn, int status)
{
    if (status == 405)
        evhttp_add_header(evhttp_request_get_output_headers(req), "Allow",
                          server->methods);
    send_reply(req, conn, status, NULL, (struct hv_bytes){ 0 }, false);
}

static void
got_request(struct evhttp_request *req, void *arg)
{
    struct hv_http_server *server = arg;
    struct evhttp_connection *evcon = evhttp_request_get_connection(req);
    struct evbuffer *input = evhttp_request_get_input_buffer(req);
    struct hv_conn *conn =
        hv_conn_find(server->conns, evhttp_connection_get_bufferevent(evcon));
    struct hv_http_message message = { 0 };
    struct hv_http_request *request;
    char *peer = NULL;
    ev_uint16_t port;
    int status;

    if (!conn) { /* cannot be: unwatched is unserved */
        refuse(server, req, NULL, 503);
        return;
    }
    message.method = hv_http_method(req);
    status = hv_head_check(&conn->head);
    if (!status && !hv_http_is_allowed(server->methods, message.method))
        status = 405;
    if (status) {
        refuse(server, req, conn, status);
        return;
    }
    message.target = evhttp_request_get_uri(req);
    message.body.len = evbuffer_get_length(input);
    message.body.data = evbuffer_pullup(input, -1);
    if (message.body.len && !message.body.data)
        abort();
    evhttp_connection_get_peer(evcon, &peer, &port);
    hv_copy(message.peer, sizeof(message.peer), peer ? peer : "");
    memcpy(message.address, conn->address, sizeof(message.address));
    message.is_local = conn->is_local;

    request = hv_calloc(1, sizeof(*request));
    request->server = server;
    request->req = req;
    request->conn = conn;
    request->next = server->first;
    if (request->next)
        request->next->prev = request;
    server->first = request;
    hv_conn_ask(conn, request);
    server->fn(server->arg, request, &message);
}

static struct bufferevent *
new_connection(struct event_base *base, void *arg)
{
    struct hv_http_server *server = arg;
    SSL *ssl = NULL;

    (void)base;
    if (server->tls) {
        ssl = SSL_new(server->tls);
        if (!ssl)
            abort(); /* no memory; and never plain instead */
    }
    return hv_conn_new(server->conns, ssl)->bev;
}

/* ------------------------------------------------------------ listening -- */

static enum hv_status
start_listening(struct hv_http_server *server, struct hv_loop *loop,
                const struct hv_http_config *config, struct hv_error *err)
{
    struct evconnlistener *listener;
    enum hv_status st;
    int fd = -1;

    st = hv_listen_socket(config, &fd, &server->port, err);
    if (st)
        return st;
    listener = evconnlistener_new(hv_loop_base(loop), NULL, NULL,
                                  LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
                                  0, fd);
    if (!listener) {
        close(fd);
        return hv_fail(err, HV_ERR_IO, "libevent refuses the socket");
    }
    server->bound = evhttp_bind_listener(server->http, listener);
    if (!server->bound)
        abort();
    return HV_OK;
}

/* ------------------------------------------------------- the door itself -- */

static void
set_up_evhttp(struct hv_http_server *server, struct hv_loop *loop)
{
    server->http = evhttp_new(hv_loop_base(loop));
    if (!server->http)
        abort();
    evhttp_set_bevcb(server->http, new_connection, server);
    evhttp_set_gencb(server->http, got_request, server);
    evhttp_set_allowed_methods(server->http, ALL_METHODS);
    evhttp_set_default_content_type(server->http, NULL);
    evhttp_set_max_headers_size(server->http,
                                HV_MAX_HTTP_LINE + HV_MAX_HTTP_HEADERS);
    evhttp_set_max_body_size(server->http,
                             (ev_ssize_t)server->conns->limits.max_body);
}

enum hv_status
hv_http_tls_new(const char *cert_pem, const char *key_pem,
                struct hv_http_tls **out, struct hv_error *err)
{
    SSL_CTX *ctx;
    enum hv_status st;

    if (!cert_pem || !key_pem)
        return hv_fail(err, HV_ERR_USAGE,
                       "a certificate and its key belong together");
    st = hv_tls_server_new(cert_pem, key_pem, &ctx, err);
    if (!st)
        *out = (struct hv_http_tls *)ctx; /* the name OpenSSL need not know */
    return st;
}

struct hv_http_tls *
hv_http_tls_share(struct hv_http_tls *tls)
{
    if (SSL_CTX_up_ref((SSL_CTX *)tls) != 1)
        abort();
    return tls;
}

void
hv_http_tls_free(struct hv_http_tls *tls)
{
    SSL_CTX_free((SSL_CTX *)tls);
}

void
hv_http_use_tls(struct hv_http_server *server, struct hv_http_tls *tls)
{
    SSL_CTX_free(server->tls);
    server->tls = (SSL_CTX *)hv_http_tls_share(tls);
}

static enum hv_status
set_tls(struct hv_http_server *server, const struct hv_http_config *config,
        struct hv_error *err)
{
    struct hv_http_tls *tls;
    enum hv_status st =
        hv_http_tls_new(config->cert_pem, config->key_pem, &tls, err);

    if (st)
        return st;
    hv_http_use_tls(server, tls);
    hv_http_tls_free(tls);
    return HV_OK;
}

enum hv_status
hv_http_start(struct hv_loop *loop, const struct hv_http_config *config,
              hv_http_fn fn, void *arg, struct hv_http_server **out,
              struct hv_error *err)
{
    struct hv_http_server *server = hv_calloc(1, sizeof(*server));
    enum hv_status st = HV_OK;

    server->fn = fn;
    server->arg = arg;
    hv_copy(server->methods, sizeof(server->methods),
            config->methods ? config->methods : "POST");
    server->conns = hv_conns_new(loop, config);
    set_up_evhttp(server, loop);
    if (config->tls)
        hv_http_use_tls(server, config->tls);
    else if (config->cert_pem || config->key_pem)
        st = set_tls(server, config, err);
    if (!st)
        st = start_listening(server, loop, config, err);
    else if (config->has_fd)
        close(config->fd);
    if (st) {
        hv_http_free(server);
        return st;
    }
    *out = server;
    return HV_OK;
}

int
hv_http_port(const struct hv_http_server *server)
{
    return server->port;
}

size_t
hv_http_connections(const struct hv_http_server *server)
{
    return atomic_load(&server->conns->len);
}

int64_t
hv_http_shed(const struct hv_http_server *server)
{
    return atomic_load(&server->conns->shed);
}

void
hv_http_close_door(struct hv_http_server *server)
{
    if (server->bound)
        evhttp_del_accept_socket(server->http, server->bound);
    server->bound = NULL;
    hv_conns_close_idle(server->conns);
}

void
hv_http_free(struct hv_http_server *server)
{
    if (!server)
        return;
    /* Whoever still holds one may reply to it, in vain. */
    while (server->first) {
        struct hv_http_request *request = server->first;

        request_unlink(request);
        if (request->conn)
            request->conn->request = NULL;
        /* Without its connection, evhttp has left the request to us. */
        if (!request->conn)
            evhttp_request_free(request->req);
        request->server = NULL;
    }
    evhttp_free(server->http);
    hv_conns_free(server->conns);
    SSL_CTX_free(server->tls);
    free(server);
}
