/*
 * cmd_doctor_store.c - the part of `doctor` about the store directory: is the
 * journal as it was written, does anything wait too long to be handed on, is
 * there room for what comes. Called by cmd_doctor.c; changes nothing.
 */
#include "tui/command/doctor.h"

#include "hvconsole/clock.h"

#include <inttypes.h>
#include <string.h>
#include <sys/statvfs.h>

/* The newest rows, so that it takes a moment: `log verify` looks at all. */
#define LOOK_ROWS 20000
#define SLICE_MS  250

#define SCARCE_BYTES (INT64_C(256) * 1024 * 1024)
#define SCARCE_SHARE 5 /* percent */
#define LATE_MS      (INT64_C(15) * 60 * 1000)

static void
tell_journal(struct doctor *doctor, const struct hv_log_info *info,
             const struct hv_log_check *check)
{
    const char *hint = "see which: hvconsole log verify; keep the file, and "
                       "begin a new one if it must be";

    if (check->altered || check->strays)
        doctor_row(doctor, "journal", "error", hint,
                   "not as it was written: of the newest %" PRId64
                   " rows %" PRId64 " altered, %" PRId64 " parts of no row",
                   check->rows, check->altered, check->strays);
    else
        doctor_row(doctor, "journal", "ok", NULL,
                   "%" PRId64 " row%s in %" PRId64 " KiB; the newest %" PRId64
                   " looked at are as they were written%s",
                   info->rows, info->rows == 1 ? "" : "s", info->bytes / 1024,
                   check->rows,
                   check->sealed ? ", as far as they could be opened" : "");
}

static void
look_at_journal(struct doctor *doctor, struct hv_journal_view *view,
                const struct hv_log_info *info)
{
    struct hv_log_check check = { 0 };
    struct hv_log_scan scan = { 0 };
    struct hv_error why = { 0 };
    enum hv_status st = HV_OK;

    if (!info->rows) {
        doctor_row(doctor, "journal", "skipped", NULL, "nothing came yet");
        return;
    }
    while (!st && !scan.is_done && !doctor->cmd->session->is_cancelled)
        st = hv_journal_check(view, LOOK_ROWS, SLICE_MS, &scan, &check, &why);
    if (st)
        doctor_row(doctor, "journal", "error", why.hint, "%s", why.why);
    else
        tell_journal(doctor, info, &check);
}

/* What waits, as the journal knows it: with no listener running, too. */
static void
look_at_outbox(struct doctor *doctor, const struct hv_outbox_state *outbox)
{
    int64_t age_ms =
        outbox->oldest_ms ? hv_clock_now_ms() - outbox->oldest_ms : 0;
    char age[HV_AGE_TEXT];

    hv_age_format(age_ms, age);
    if (!outbox->waiting)
        doctor_row(doctor, "hand-on", "ok", NULL, "nothing waits");
    else if (outbox->failing)
        doctor_row(doctor, "hand-on", "warn",
                   "it is tried again by itself, at last every 10 min",
                   "%" PRId64 " wait: %s (tried %d time%s, the oldest %s old)",
                   outbox->waiting, outbox->error, outbox->most_attempts,
                   outbox->most_attempts == 1 ? "" : "s", age);
    else if (age_ms > LATE_MS)
        doctor_row(doctor, "hand-on", "warn",
                   "does a listener run with --forward, --exec or --sink?",
                   "%" PRId64 " wait, the oldest %s old", outbox->waiting, age);
    else
        doctor_row(doctor, "hand-on", "ok", NULL, "%" PRId64 " wait",
                   outbox->waiting);
}

static void
look_at_disk(struct doctor *doctor)
{
    const char *store = doctor->cmd->session->globals.store;
    struct statvfs disk;
    int64_t free_bytes;
    int64_t share;

    if (statvfs(store, &disk) || disk.f_blocks == 0) {
        doctor_row(doctor, "disk", "skipped", NULL, "there is no %s yet",
                   store);
        return;
    }
    free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    share = (int64_t)(disk.f_bavail * 100 / disk.f_blocks);
    if (disk.f_flag & ST_RDONLY)
        doctor_row(doctor, "disk", "error", "mount it for writing",
                   "%s is on a read-only file system", store);
    else if (free_bytes < SCARCE_BYTES || share < SCARCE_SHARE)
        doctor_row(doctor, "disk",
                   free_bytes < SCARCE_BYTES / 8 ? "error" : "warn",
                   "make room, or 'hvconsole log prune --older 30d'; with a "
                   "full disk the listener answers 503",
                   "%" PRId64 " MiB free (%" PRId64 " %%) under %s",
                   free_bytes / 1024 / 1024, share, store);
    else
        doctor_row(doctor, "disk", "ok", NULL,
                   "%" PRId64 " MiB free (%" PRId64 " %%)",
                   free_bytes / 1024 / 1024, share);
}

void
doctor_store(struct doctor *doctor)
{
    struct hv_journal_view *view = NULL;
    struct hv_log_info info = { 0 };
    struct hv_error why = { 0 };
    enum hv_status st;

    doctor->part = "store";
    st = hv_session_journal(doctor->cmd->session, &view, &why);
    if (!st)
        st = hv_journal_info(view, &info, &why);
    if (st) {
        doctor_row(doctor, "journal", "error", why.hint, "%s", why.why);
    } else {
        look_at_journal(doctor, view, &info);
        look_at_outbox(doctor, &info.outbox);
    }
    hv_journal_view_close(view);
    look_at_disk(doctor);
}
