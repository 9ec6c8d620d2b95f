/*
 * audit_read.c - looking through an audit log: verify, list, compare with what
 * a keystore remembers. Called by `keystore audit` and the doctor. Changes
 * nothing, and needs neither the lock nor a keystore.
 */
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "keystore/audit_log.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum hv_status
read_log(const char *store_dir, const char *program, struct hv_buf *out,
         struct hv_error *err)
{
    char name[64];
    char path[PATH_MAX];

    snprintf(name, sizeof(name), "audit-%.40s.ndjson", program);
    if (hv_path_join(path, sizeof(path), store_dir, name))
        return hv_fail(err, HV_ERR_IO, "the name %s is too long", store_dir);
    out->ceiling = KS_AUDIT_MAX;
    return hv_file_read(path, KS_AUDIT_MAX, out, err);
}

/* What is wrong with a line that should follow @head; NULL = nothing. */
static const char *
judge(struct hv_bytes text, const struct hv_audit_head *head,
      struct ks_audit_line *line)
{
    if (!ks_audit_parse(text, line))
        return "it is no line of an audit log";
    if (!ks_audit_is_sound(line))
        return "it was altered: its hash is that of another line";
    if (memcmp(line->prev, head->hash, sizeof(line->prev)) != 0)
        return "it does not follow the line before: lines are missing, moved "
               "or exchanged";
    if (line->seq != head->seq + 1)
        return "its number does not follow that of the line before";
    return NULL;
}

/* Whether the next line says, in its own place in the chain, that @text was
 * torn by a crash. */
static bool
is_marked_torn(struct hv_bytes log, size_t at, struct hv_bytes text,
               const struct hv_audit_head *head)
{
    struct ks_audit_line marker;
    struct hv_bytes next;
    struct hv_bytes tail;
    char note[96];

    return ks_audit_next(log, &at, &next, &tail) &&
           !judge(next, head, &marker) && ks_bytes_are(marker.phase, "torn") &&
           ks_audit_torn_note(text, note, NULL) == HV_OK &&
           ks_bytes_are(marker.note, note);
}

static void
count(struct hv_audit_report *report, const struct ks_audit_line *line)
{
    report->lines++;
    report->head.seq = line->seq;
    memcpy(report->head.hash, line->hash, sizeof(line->hash));
    if (ks_bytes_are(line->phase, "intent"))
        report->open++;
    if (ks_bytes_are(line->phase, "outcome") && report->open)
        report->open--;
    if (ks_bytes_are(line->outcome, "recovered"))
        report->recovered++;
}

enum hv_status
hv_audit_verify(const char *store_dir, const char *program,
                struct hv_audit_report *out, struct hv_error *err)
{
    struct hv_audit_report report = { 0 };
    struct hv_buf log = { 0 };
    struct ks_audit_line line;
    struct hv_bytes text;
    struct hv_bytes tail = { 0 };
    uint64_t row = 0;
    size_t at = 0;
    enum hv_status st = read_log(store_dir, program, &log, err);

    while (!st && ks_audit_next(hv_buf_bytes(&log), &at, &text, &tail)) {
        const char *what = judge(text, &report.head, &line);

        row++;
        if (!what) {
            count(&report, &line);
        } else if (is_marked_torn(hv_buf_bytes(&log), at, text, &report.head)) {
            report.torn++;
        } else {
            report.bad_line = row;
            st = hv_fail(err, HV_ERR_DAMAGED,
                         "line %" PRIu64 " of the audit log is bad: %s", row,
                         what);
            hv_hint(err,
                    "%" PRIu64 " good lines stand before it; keep the "
                    "file as evidence",
                    report.lines);
        }
    }
    if (!st && tail.len) {
        if (judge(tail, &report.head, &line))
            report.torn++;
        else
            count(&report, &line); /* only its line end is missing */
    }
    if (!st || report.bad_line)
        *out = report;
    hv_buf_release(&log);
    return st;
}

enum hv_status
hv_audit_check_head(const char *store_dir, const char *program,
                    const struct hv_audit_head *head, struct hv_error *err)
{
    struct hv_buf log = { 0 };
    struct hv_error why = { 0 };
    enum hv_status st = read_log(store_dir, program, &log, &why);

    if ((!st && !ks_audit_has(hv_buf_bytes(&log), head)) ||
        st == HV_ERR_NOT_FOUND) {
        /* Not "no such file": that is what a cut log may look like. */
        st = hv_fail(err, HV_ERR_DAMAGED,
                     "CRITICAL: the audit log was cut or exchanged: the "
                     "keystore remembers its line %" PRIu64
                     ", which is not in it",
                     head->seq);
        hv_hint(err, "find out who changed the store directory; a backup of "
                     "the log may hold what is missing");
    } else if (st && err && !err->status) {
        *err = why;
    }
    hv_buf_release(&log);
    return st;
}

static void
copy_text(char *out, size_t size, struct hv_bytes text)
{
    size_t len = text.len < size ? text.len : size - 1;

    if (len)
        memcpy(out, text.data, len);
    out[len] = '\0';
}

/* The objects of a line; their values hold neither quotes nor braces that are
 * not escaped. */
static void
show_objects(struct hv_bytes text, struct hv_audit_line *out)
{
    static const char start[] = ",\"objects\":[";
    const uint8_t *at = memmem(text.data, text.len, start, sizeof(start) - 1);
    const uint8_t *end = text.data + text.len;
    struct hv_bytes total = ks_audit_text(text, ",\"objects_total\":");
    char digits[21];

    copy_text(digits, sizeof(digits), total);
    out->objects_total = strtoull(digits, NULL, 10);
    if (!at)
        return;
    for (at += sizeof(start) - 1;
         at < end && *at != ']' && out->objects_len < HV_LEN(out->objects);) {
        const uint8_t *stop = memchr(at, '}', (size_t)(end - at));
        struct hv_bytes one = { at, stop ? (size_t)(stop - at) : 0 };
        struct hv_audit_object *object = &out->objects[out->objects_len];

        if (!stop)
            return;
        copy_text(object->id, sizeof(object->id),
                  ks_audit_text(one, "{\"id\":"));
        copy_text(object->version, sizeof(object->version),
                  ks_audit_text(one, ",\"version\":"));
        copy_text(object->change, sizeof(object->change),
                  ks_audit_text(one, ",\"change\":"));
        copy_text(object->fingerprint, sizeof(object->fingerprint),
                  ks_audit_text(one, ",\"fingerprint\":"));
        out->objects_len++;
        at = stop + 1;
    }
}

static void
show_line(const struct ks_audit_line *line, uint64_t row,
          struct hv_audit_line *out)
{
    *out = (struct hv_audit_line){ .number = row,
                                   .text = line->text,
                                   .head = { .seq = line->seq },
                                   .ref = line->ref,
                                   .pid = line->pid,
                                   .before = line->before,
                                   .after = line->after };
    memcpy(out->head.hash, line->hash, sizeof(line->hash));
    if (hv_time_parse(ks_audit_text(line->text, ",\"time\":"), &out->time_ms))
        out->time_ms = 0;
    copy_text(out->phase, sizeof(out->phase), line->phase);
    copy_text(out->outcome, sizeof(out->outcome), line->outcome);
    copy_text(out->verb, sizeof(out->verb),
              ks_audit_text(line->text, ",\"verb\":"));
    copy_text(out->user, sizeof(out->user),
              ks_audit_text(line->text, ",\"user\":"));
    copy_text(out->tty, sizeof(out->tty),
              ks_audit_text(line->text, ",\"tty\":"));
    copy_text(out->note, sizeof(out->note), line->note);
    show_objects(line->text, out);
}

enum hv_status
hv_audit_each(const char *store_dir, const char *program, hv_audit_each_fn fn,
              void *arg, struct hv_error *err)
{
    struct hv_buf log = { 0 };
    struct ks_audit_line line;
    struct hv_audit_line shown;
    struct hv_bytes text;
    struct hv_bytes tail;
    uint64_t row = 0;
    size_t at = 0;
    enum hv_status st = read_log(store_dir, program, &log, err);

    while (!st && ks_audit_next(hv_buf_bytes(&log), &at, &text, &tail)) {
        row++;
        if (!ks_audit_parse(text, &line))
            continue;
        show_line(&line, row, &shown);
        if (!fn(arg, &shown))
            break;
    }
    hv_buf_release(&log);
    return st;
}
