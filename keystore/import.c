/*
 * import.c - what another keystore holds, added to this one: all of it or
 * nothing. Called by `keystore import`. What is there already, the same to the
 * byte, is passed over; what differs under the same name refuses.
 */
#include "keystore/records.h"
#include "keystore/save.h"

#include <stdlib.h>
#include <string.h>

struct import {
    const struct hv_keyring *from;
    struct hv_import_report report;
};

/* Bodies tell whether two records are the same; the first key_len bytes name
 * them. */
static bool
is_same_record(uint16_t type, const void *a, const void *b)
{
    const struct ks_record_kind *kind = ks_record_kind(type);
    struct hv_secret x = { 0 };
    struct hv_secret y = { 0 };
    bool is_same;

    if (hv_secret_init(&x, kind->encode(a, NULL), NULL) ||
        hv_secret_init(&y, kind->encode(b, NULL), NULL)) {
        is_same = false; /* no memory: a conflict is the safe answer */
    } else {
        kind->encode(a, x.data);
        kind->encode(b, y.data);
        is_same = hv_secret_equal(&x, &y);
    }
    hv_secret_release(&x);
    hv_secret_release(&y);
    return is_same;
}

static enum hv_status
fail_conflict(const struct hv_guid *id, const char *what, struct hv_error *err)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    hv_fail(err, HV_ERR_RULE, "%s %s is here already, and not the same", what,
            text);
    hv_hint(err, "nothing was imported; decide which one is right");
    return HV_ERR_RULE;
}

static enum hv_status
import_subs(struct hv_keyring *ring, struct import *import,
            struct hv_error *err)
{
    for (size_t i = 0; i < import->from->subs_len; i++) {
        const struct hv_key_sub *sub = &import->from->subs[i];
        const struct hv_key_sub *old = hv_keyring_sub(ring, &sub->sub);

        if (old && !is_same_record(KS_REC_SUB, old, sub))
            return fail_conflict(&sub->sub, "subscription", err);
        if (old) {
            import->report.same++;
            continue;
        }
        *hv_keyring_add_sub(ring, &sub->sub, &sub->app) = *sub;
        import->report.subs++;
    }
    return HV_OK;
}

/* What two records that are fine on their own may not do together. */
static enum hv_status
check_key(const struct hv_keyring *ring, const struct hv_key *key,
          struct hv_error *err)
{
    const struct hv_key *current = hv_keyring_current(ring, &key->sub);
    size_t verifying = 0;

    if (current && key->state == HV_KEY_ACTIVE)
        return fail_conflict(&key->sub, "an active key of subscription", err);
    for (size_t i = 0; i < ring->keys_len; i++) {
        const struct hv_key *old = &ring->keys[i];

        if (!hv_guid_equal(&old->sub, &key->sub) ||
            old->state == HV_KEY_RETIRED)
            continue;
        verifying++;
        if (key->key.len && hv_secret_equal(&old->key, &key->key))
            return hv_fail(err, HV_ERR_RULE,
                           "the key bytes of version %s are here already as "
                           "version %s",
                           key->version.id, old->version.id);
    }
    if (key->state != HV_KEY_RETIRED && verifying >= HV_MAX_VERIFYING_KEYS)
        return hv_fail(err, HV_ERR_RULE,
                       "with version %s a subscription would have more than %d "
                       "versions that verify",
                       key->version.id, HV_MAX_VERIFYING_KEYS);
    return HV_OK;
}

static enum hv_status
import_keys(struct hv_keyring *ring, struct import *import,
            struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < import->from->keys_len; i++) {
        const struct hv_key *key = &import->from->keys[i];
        const struct hv_key *old =
            hv_keyring_find(ring, &key->sub, &key->version);
        struct hv_key made = *key;

        if (old && !is_same_record(KS_REC_KEY, old, key))
            return fail_conflict(&key->sub, "a key version of subscription",
                                 err);
        if (old) {
            import->report.same++;
            continue;
        }
        st = check_key(ring, key, err);
        made.key = (struct hv_secret){ 0 };
        if (!st && key->key.len)
            st = hv_secret_copy(&made.key, key->key.data, key->key.len, err);
        if (st)
            return st;
        ring->keys =
            ks_array_add(ring->keys, &ring->keys_len, sizeof(*ring->keys));
        ring->keys[ring->keys_len - 1] = made;
        import->report.keys++;
    }
    return st;
}

static enum hv_status
import_apps(struct hv_keyring *ring, struct import *import,
            struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < import->from->apps_len; i++) {
        const struct hv_app_key *app = &import->from->apps[i];
        const struct hv_app_key *old = hv_keyring_app(ring, &app->app);

        if (old && !is_same_record(KS_REC_APP, old, app))
            return fail_conflict(&app->app, "application", err);
        if (old) {
            import->report.same++;
            continue;
        }
        st = hv_keyring_add_app(ring, &app->app, app->name, &app->pkcs8,
                                app->spki_sha256, app->created_ms, err);
        import->report.apps += st == HV_OK;
    }
    return st;
}

static bool
has_journal_key(const struct hv_keyring *ring, const uint8_t id[8])
{
    for (size_t i = 0; i < ring->journal_keys_len; i++) {
        if (memcmp(ring->journal_keys[i].id, id, 8) == 0)
            return true;
    }
    return false;
}

/* Journal keys come with their readers, or the journal they are for could be
 * sealed and never read. Their ids are random: the same id is the same key. */
static enum hv_status
import_journal(struct hv_keyring *ring, struct import *import,
               struct hv_error *err)
{
    const struct hv_keyring *from = import->from;

    for (size_t i = 0; i < from->readers_len; i++) {
        const struct hv_journal_reader *reader = &from->readers[i];
        struct hv_journal_reader made = *reader;
        enum hv_status st;

        if (has_journal_key(ring, reader->id)) {
            import->report.same++;
            continue;
        }
        made.private_key = (struct hv_secret){ 0 };
        st = hv_secret_copy(&made.private_key, reader->private_key.data,
                            reader->private_key.len, err);
        if (st)
            return st;
        ring->readers = ks_array_add(ring->readers, &ring->readers_len,
                                     sizeof(*ring->readers));
        ring->readers[ring->readers_len - 1] = made;
    }
    for (size_t i = 0; i < from->journal_keys_len; i++) {
        const struct hv_journal_key *key = &from->journal_keys[i];
        struct hv_journal_key made = *key;
        enum hv_status st;

        if (has_journal_key(ring, key->id))
            continue;
        made.outbox_key = (struct hv_secret){ 0 };
        st = hv_secret_copy(&made.index_key, key->index_key.data,
                            key->index_key.len, err);
        if (st)
            return st;
        ring->journal_keys = ks_array_add(
            ring->journal_keys, &ring->journal_keys_len, sizeof(made));
        ring->journal_keys[ring->journal_keys_len - 1] = made;
        st = hv_secret_copy(
            &ring->journal_keys[ring->journal_keys_len - 1].outbox_key,
            key->outbox_key.data, key->outbox_key.len, err);
        if (st)
            return st;
        import->report.journal_keys++;
    }
    return HV_OK;
}

static enum hv_status
import_user_tokens(struct hv_keyring *ring, struct import *import,
                   struct hv_error *err)
{
    size_t key_len = ks_record_kind(KS_REC_USER)->key_len;

    for (size_t i = 0; i < import->from->raw_len; i++) {
        const struct hv_raw_record *raw = &import->from->raw[i];
        struct hv_raw_record made = *raw;
        bool is_here = false;
        enum hv_status st;

        for (size_t k = 0; raw->type == KS_REC_USER && k < ring->raw_len; k++) {
            const struct hv_raw_record *old = &ring->raw[k];

            if (old->type != KS_REC_USER ||
                memcmp(old->body.data, raw->body.data, key_len) != 0)
                continue;
            if (!hv_secret_equal(&old->body, &raw->body))
                return hv_fail(err, HV_ERR_RULE,
                               "a user token of the same person and record is "
                               "here already, and not the same");
            is_here = true;
        }
        import->report.same += is_here;
        if (raw->type != KS_REC_USER || is_here)
            continue;
        made.body = (struct hv_secret){ 0 };
        st = hv_secret_copy(&made.body, raw->body.data, raw->body.len, err);
        if (st)
            return st;
        ring->raw = ks_array_add(ring->raw, &ring->raw_len, sizeof(made));
        ring->raw[ring->raw_len - 1] = made;
        import->report.tokens++;
    }
    return HV_OK;
}

static enum hv_status
merge(const struct hv_keystore *ks, struct ks_content *content, void *arg,
      struct hv_error *err)
{
    struct hv_keyring *ring = &content->ring;
    struct import *import = arg;
    enum hv_status st;

    (void)ks;
    import->report = (struct hv_import_report){ 0 };
    st = import_subs(ring, import, err);
    if (!st)
        st = import_keys(ring, import, err);
    if (!st)
        st = import_apps(ring, import, err);
    if (!st)
        st = import_journal(ring, import, err);
    if (!st)
        st = import_user_tokens(ring, import, err);
    return st;
}

enum hv_status
hv_keystore_import(struct hv_keystore *ks, const char *from,
                   const struct hv_credential *cred,
                   struct hv_import_report *out, struct hv_error *err)
{
    struct import import = { 0 };
    struct hv_keystore *other = NULL;
    struct ks_change change = { .fn = merge,
                                .arg = &import,
                                .verb = "keystore import" };
    enum hv_status st = ks_keystore_open_any(from, cred, &other, err);

    if (!st && hv_guid_equal(&other->info.store_id, &ks->info.store_id)) {
        st = hv_fail(err, HV_ERR_RULE, "%s is a copy of this very keystore",
                     from);
        hv_hint(err, "an old generation comes back with: hvconsole keystore "
                     "restore");
    }
    if (!st) {
        import.from = &other->now.ring;
        st = ks_keystore_save(ks, &change, err);
    }
    if (!st && out)
        *out = import.report;
    hv_keystore_close(other);
    return st;
}
