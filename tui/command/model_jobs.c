/*
 * model_jobs.c - rotations, and the use of keys over time: for the console's
 * Keys view and for `key jobs`. No network, no key bytes.
 */
#include "tui/command/model.h"

#include "hvconsole/clock.h"

enum hv_status
hv_model_uses(struct hv_session *session, const struct hv_guid *sub,
              int64_t width_ms, struct hv_drain_bucket *out, size_t len,
              struct hv_error *err)
{
    struct hv_journal_view *view = NULL;
    struct hv_keystore *ks;
    enum hv_status st = hv_session_keystore(session, &ks, err);

    if (!st)
        st = hv_session_journal(session, &view, err);
    if (!st)
        st = hv_drain_uses(view, hv_keystore_ring(ks), sub, hv_clock_now_ms(),
                           width_ms, out, len, err);
    hv_journal_view_close(view);
    return st;
}

enum hv_status
hv_model_jobs(struct hv_session *session, struct hv_rotation **out, size_t *len,
              struct hv_error *err)
{
    const struct hv_profile *profile;
    bool has_profile = !hv_session_profile(session, &profile, NULL);

    return hv_rotation_list(session->globals.store,
                            has_profile ? &profile->app_id : NULL, out, len,
                            err);
}
