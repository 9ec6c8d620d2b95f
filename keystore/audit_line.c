/*
 * audit_line.c - one line of an audit log: who, where, what, and its link to
 * the line before. Called by audit.c. Looks at this process, writes nothing.
 */
#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/file.h"
#include "hvconsole/text.h"
#include "keystore/audit_log.h"
#include "keystore/kdf.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME = 63, SENTENCE = 300 };

/* Foreign text is made harmless first, then quoted. */
static void
add_text(struct hv_buf *out, const char *key, const char *value, size_t max)
{
    struct hv_buf clean = { 0 };
    struct hv_bytes text = hv_bytes_str(value ? value : "");

    if (text.len > max)
        text.len = max;
    hv_text_clean(&clean, text);
    hv_buf_addf(out, "\"%s\":\"", key);
    for (size_t i = 0; i < clean.len; i++) {
        if (clean.data[i] == '"' || clean.data[i] == '\\')
            hv_buf_add_char(out, '\\');
        hv_buf_add_char(out, (char)clean.data[i]);
    }
    hv_buf_add_char(out, '"');
    hv_buf_release(&clean);
}

/* Who logged in, which sudo and su do not change. */
static void
login_user(char out[NAME + 1])
{
    struct hv_buf text = { 0 };
    struct passwd entry;
    struct passwd *found = NULL;
    char room[4096];
    uid_t uid = getuid();

    if (hv_file_read("/proc/self/loginuid", NAME, &text, NULL) == HV_OK &&
        text.len && strcmp(hv_buf_str(&text), "4294967295") != 0)
        uid = (uid_t)strtoul(hv_buf_str(&text), NULL, 10);
    hv_buf_release(&text);
    if (getpwuid_r(uid, &entry, room, sizeof(room), &found) == 0 && found)
        hv_copy(out, NAME + 1, entry.pw_name);
    else
        snprintf(out, NAME + 1, "uid %ld", (long)uid);
}

static void
add_who(struct hv_buf *out, const struct hv_audit_event *event)
{
    char host[NAME + 1] = "";
    char user[NAME + 1] = "";
    char tty[NAME + 1] = "";

    if (gethostname(host, sizeof(host) - 1))
        host[0] = '\0';
    login_user(user);
    if (!event->peer && ttyname_r(STDIN_FILENO, tty, sizeof(tty)))
        tty[0] = '\0';
    hv_buf_add_char(out, ',');
    add_text(out, "host", host, NAME);
    hv_buf_addf(out, ",\"uid\":%ld,", (long)getuid());
    add_text(out, "user", user, NAME);
    hv_buf_add_char(out, ',');
    add_text(out, "tty", event->peer ? event->peer : tty, NAME);
    hv_buf_addf(out, ",\"pid\":%ld", (long)getpid());
}

static void
add_what(struct hv_buf *out, const struct hv_audit_event *event)
{
    char store[HV_GUID_TEXT] = "";

    hv_buf_add_str(out, ",\"objects\":[");
    for (size_t i = 0; i < event->objects_len && i < KS_AUDIT_OBJECTS; i++) {
        const struct hv_audit_object *object = &event->objects[i];

        hv_buf_add_str(out, i ? ",{" : "{");
        add_text(out, "id", object->id, NAME);
        hv_buf_add_char(out, ',');
        add_text(out, "version", object->version, NAME);
        hv_buf_add_char(out, ',');
        add_text(out, "change", object->change, NAME);
        hv_buf_add_char(out, ',');
        add_text(out, "fingerprint", object->fingerprint, NAME);
        hv_buf_add_char(out, '}');
    }
    if (!hv_guid_is_zero(&event->store))
        hv_guid_format(&event->store, store);
    hv_buf_addf(out,
                "],\"objects_total\":%zu,\"store\":\"%s\",\"before\":%" PRIu64
                ",\"after\":%" PRIu64,
                event->objects_len, store, event->before, event->after);
}

/* SHA-256 over the hash before and the line without its own. */
static enum hv_status
close_line(struct hv_buf *line, struct hv_audit_head *head,
           struct hv_error *err)
{
    struct hv_buf hashed = { 0 };
    char hex[HV_HEX_SIZE(32)];
    uint8_t hash[32];
    enum hv_status st;

    hv_buf_add(&hashed, head->hash, sizeof(head->hash));
    hv_buf_add_bytes(&hashed, hv_buf_bytes(line));
    hv_buf_add_char(&hashed, '}');
    st = ks_sha256(hv_buf_bytes(&hashed), hash, err);
    hv_buf_release(&hashed);
    if (st)
        return st;
    memcpy(head->hash, hash, sizeof(hash));
    hv_hex_encode(hash, sizeof(hash), hex);
    hv_buf_addf(line, ",\"hash\":\"%s\"}\n", hex);
    return HV_OK;
}

enum hv_status
ks_audit_line_make(const struct hv_audit_event *event, const char *phase,
                   uint64_t ref, const char *outcome,
                   struct hv_audit_head *head, struct hv_buf *out,
                   struct hv_error *err)
{
    struct hv_buf line = { 0 };
    char time[HV_TIME_TEXT];
    char prev[HV_HEX_SIZE(32)];
    enum hv_status st;

    hv_time_format(hv_clock_now_ms(), time);
    hv_hex_encode(head->hash, sizeof(head->hash), prev);
    head->seq++;
    hv_buf_addf(&line, "{\"seq\":%" PRIu64 ",\"time\":\"%s\"", head->seq, time);
    add_who(&line, event);
    hv_buf_addf(&line, ",\"phase\":\"%s\",\"ref\":%" PRIu64 ",", phase, ref);
    add_text(&line, "verb", event->verb, NAME);
    add_what(&line, event);
    hv_buf_add_char(&line, ',');
    add_text(&line, "outcome", outcome, NAME);
    hv_buf_add_char(&line, ',');
    add_text(&line, "note", event->note, SENTENCE);
    hv_buf_addf(&line, ",\"prev\":\"%s\"", prev);
    st = close_line(&line, head, err);
    if (!st && line.len >= KS_AUDIT_LINE)
        st = hv_fail(err, HV_ERR_LIMIT, "a line of the audit log is too long");
    if (!st)
        hv_buf_add_bytes(out, hv_buf_bytes(&line));
    hv_buf_release(&line);
    return st;
}

enum hv_status
ks_audit_torn_note(struct hv_bytes torn, char out[96], struct hv_error *err)
{
    char hex[HV_HEX_SIZE(32)];
    uint8_t hash[32];
    enum hv_status st = ks_sha256(torn, hash, err);

    if (st)
        return st;
    hv_hex_encode(hash, sizeof(hash), hex);
    snprintf(out, 96, "torn %zu %s", torn.len, hex);
    return HV_OK;
}
