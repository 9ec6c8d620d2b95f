/*
 * nats.c - a NATS server as a test wants it: see peer.h. It knows the few words
 * of its protocol that a publisher of JetStream uses.
 */
#include "peer.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELLO(max)                                                             \
    "INFO {\"server_id\":\"T\",\"version\":\"2.9.10\",\"proto\":1,"            \
    "\"headers\":true,\"nonce\":\"a-nonce\",\"max_payload\":" max "}\r\n"
#define NOBODY "NATS/1.0 503\r\n\r\n"

static _Atomic enum nats_mood mood;
static char connect_line[1024];

static void
subscribe(struct peer_conn *conn, const char *line)
{
    char words[3][96] = { "", "", "" };
    char text[200];
    int len;

    snprintf(text, sizeof(text), "%.*s", (int)strcspn(line, "\r"), line);
    len = sscanf(text, "SUB %95s %95s %95s", words[0], words[1], words[2]);
    if (len < 2 || conn->subs_len == 4)
        return;
    snprintf(conn->subs[conn->subs_len], sizeof(conn->subs[0]), "%s", words[0]);
    snprintf(conn->sids[conn->subs_len], sizeof(conn->sids[0]), "%.23s",
             words[len - 1]);
    conn->subs_len++;
}

static void
reply(struct peer_conn *conn, const char *to, const char *text, bool is_nobody)
{
    char out[1024];

    for (int i = 0; i < conn->subs_len; i++) {
        if (strncmp(conn->subs[i], to, strcspn(conn->subs[i], "*")) != 0)
            continue;
        if (is_nobody)
            snprintf(out, sizeof(out), "HMSG %s %s %zu %zu\r\n%s\r\n", to,
                     conn->sids[i], strlen(NOBODY), strlen(NOBODY), NOBODY);
        else
            snprintf(out, sizeof(out), "MSG %s %s %zu\r\n%s\r\n", to,
                     conn->sids[i], strlen(text), text);
        peer_say(conn, out);
        return;
    }
}

static long
on_message(struct peer_conn *conn, const char *subject, const char *to,
           const char *head, size_t head_len, size_t body_len)
{
    if (strncmp(subject, "$JS.API.INFO", 12) == 0) {
        reply(conn, to, "{\"memory\":0,\"storage\":0,\"streams\":1}",
              mood == NATS_NO_JETSTREAM);
        return 1;
    }
    seen_add(head, head_len, head + head_len, body_len);
    switch ((enum nats_mood)mood) {
    case NATS_TAKES:
        reply(conn, to, "{\"stream\":\"T\",\"seq\":7}", false);
        break;
    case NATS_REFUSES:
        reply(conn, to,
              "{\"error\":{\"code\":503,\"err_code\":10077,"
              "\"description\":\"\x1b[31mfull\xe2\x80\xae\"}}",
              false);
        break;
    case NATS_NO_STREAM:
    case NATS_NO_JETSTREAM:
        reply(conn, to, "", true);
        break;
    case NATS_FORBIDS:
        peer_say(conn, "-ERR 'Permissions Violation for Publish to \"x\"'\r\n");
        break;
    case NATS_DROPS:
        return -1;
    default:
        break;
    }
    return 1;
}

static long
on_bytes(struct peer_conn *conn)
{
    const char *end = strstr(conn->in, "\r\n");
    char subject[160], to[160];
    size_t line_len;
    size_t head_len = 0;
    size_t all_len;
    size_t len;

    if (!end || mood == NATS_STRANGER)
        return end ? -1 : 0;
    line_len = (size_t)(end - conn->in) + 2;
    if (strncmp(conn->in, "PING", 4) == 0)
        peer_say(conn, mood == NATS_UNWELCOME
                           ? "-ERR 'Authorization Violation'\r\n"
                           : "PONG\r\n");
    else if (strncmp(conn->in, "SUB ", 4) == 0)
        subscribe(conn, conn->in);
    else if (strncmp(conn->in, "CONNECT ", 8) == 0)
        snprintf(connect_line, sizeof(connect_line), "%.*s", (int)line_len,
                 conn->in);
    if (sscanf(conn->in, "HPUB %159s %159s %zu %zu", subject, to, &head_len,
               &all_len) != 4 &&
        sscanf(conn->in, "PUB %159s %159s %zu", subject, to, &all_len) != 3)
        return (long)line_len;
    len = line_len + all_len + 2;
    if (conn->len < len)
        return 0;
    if (on_message(conn, subject, to, conn->in + line_len, head_len,
                   all_len - head_len) < 0)
        return -1;
    return (long)len;
}

void
nats_set(enum nats_mood now)
{
    mood = now;
}

const char *
nats_connect_line(void)
{
    return connect_line;
}

int
nats_start(enum nats_mood now)
{
    mood = now;
    if (now == NATS_STRANGER)
        return peer_start(on_bytes, "220 mail ready\r\n");
    return peer_start(on_bytes,
                      now == NATS_SMALL ? HELLO("10") : HELLO("100000"));
}
