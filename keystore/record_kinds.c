/*
 * record_kinds.c - every kind of record in one table, and the bodies of those
 * that belong to no subscription. Pure. Called by records.c. Strict: every
 * byte has one meaning, so what is decoded encodes to the same bytes.
 */
#include "keystore/record_body.h"
#include "hvconsole/text.h"

enum hv_status
ks_body_fail(struct hv_error *err, const char *what)
{
    return hv_fail(err, HV_ERR_DAMAGED,
                   "the keystore holds a record that cannot be right (%s)",
                   what);
}

bool
ks_body_text(struct ks_walk *body, char *out, size_t max)
{
    size_t len = ks_walk_16(body);
    struct hv_bytes text = { ks_walk_take(body, len), len };

    if (!text.data || len > max || memchr(text.data, 0, len) ||
        !hv_utf8_is_valid(text))
        return false;
    memcpy(out, text.data, len);
    out[len] = '\0';
    return true;
}

static enum hv_status
journal_decode(struct ks_walk *body, struct hv_keyring *ring,
               struct hv_error *err)
{
    struct hv_journal_key key = { 0 };
    const uint8_t *index;
    const uint8_t *outbox;
    enum hv_status st;

    ks_walk_copy(body, key.id, sizeof(key.id));
    key.created_ms = ks_walk_time(body);
    index = ks_walk_take(body, 32);
    outbox = ks_walk_take(body, 32);
    ks_walk_copy(body, key.public_key, sizeof(key.public_key));
    if (!ks_walk_is_done(body))
        return ks_body_fail(err, "journal keys");
    st = hv_secret_copy(&key.index_key, index, 32, err);
    if (!st)
        st = hv_secret_copy(&key.outbox_key, outbox, 32, err);
    if (st) {
        hv_secret_release(&key.index_key);
        return st;
    }
    ring->journal_keys =
        ks_array_add(ring->journal_keys, &ring->journal_keys_len, sizeof(key));
    ring->journal_keys[ring->journal_keys_len - 1] = key;
    return HV_OK;
}

static void
journal_key(const void *object, uint8_t *out)
{
    const struct hv_journal_key *key = object;

    memcpy(out, key->id, sizeof(key->id));
}

static size_t
journal_encode(const void *object, uint8_t *out)
{
    const struct hv_journal_key *key = object;

    if (out) {
        journal_key(key, out);
        out = ks_put_time(out + sizeof(key->id), key->created_ms);
        out = ks_put(out, key->index_key.data, 32);
        out = ks_put(out, key->outbox_key.data, 32);
        ks_put(out, key->public_key, sizeof(key->public_key));
    }
    return 112;
}

static enum hv_status
app_decode(struct ks_walk *body, struct hv_keyring *ring, struct hv_error *err)
{
    struct hv_app_key app = { 0 };
    const uint8_t *der;
    bool has_name;
    size_t len;
    enum hv_status st;

    ks_walk_copy(body, app.app.b, 16);
    app.created_ms = ks_walk_time(body);
    ks_walk_copy(body, app.spki_sha256, sizeof(app.spki_sha256));
    has_name = ks_body_text(body, app.name, sizeof(app.name) - 1);
    len = ks_walk_32(body);
    der = ks_walk_take(body, len);
    if (!has_name || !ks_walk_is_done(body) || len < 1 || len > KS_PKCS8_MAX)
        return ks_body_fail(err, "application key");
    st = hv_secret_copy(&app.pkcs8, der, len, err);
    if (st)
        return st;
    ring->apps = ks_array_add(ring->apps, &ring->apps_len, sizeof(app));
    ring->apps[ring->apps_len - 1] = app;
    return HV_OK;
}

static void
app_key(const void *object, uint8_t *out)
{
    const struct hv_app_key *app = object;

    memcpy(out, app->app.b, 16);
}

static size_t
app_encode(const void *object, uint8_t *out)
{
    const struct hv_app_key *app = object;

    if (out) {
        app_key(app, out);
        out = ks_put_time(out + 16, app->created_ms);
        out = ks_put(out, app->spki_sha256, sizeof(app->spki_sha256));
        out = ks_put_text(out, app->name);
        ks_put32(out, (uint32_t)app->pkcs8.len);
        ks_put(out + 4, app->pkcs8.data, app->pkcs8.len);
    }
    return 62 + strlen(app->name) + app->pkcs8.len;
}

static enum hv_status
reader_decode(struct ks_walk *body, struct hv_keyring *ring,
              struct hv_error *err)
{
    struct hv_journal_reader reader = { 0 };
    const uint8_t *private_key;
    enum hv_status st;

    ks_walk_copy(body, reader.id, sizeof(reader.id));
    reader.created_ms = ks_walk_time(body);
    private_key = ks_walk_take(body, 32);
    if (!ks_walk_is_done(body))
        return ks_body_fail(err, "journal reader");
    st = hv_secret_copy(&reader.private_key, private_key, 32, err);
    if (st)
        return st;
    ring->readers =
        ks_array_add(ring->readers, &ring->readers_len, sizeof(reader));
    ring->readers[ring->readers_len - 1] = reader;
    return HV_OK;
}

static void
reader_key(const void *object, uint8_t *out)
{
    const struct hv_journal_reader *reader = object;

    memcpy(out, reader->id, sizeof(reader->id));
}

static size_t
reader_encode(const void *object, uint8_t *out)
{
    const struct hv_journal_reader *reader = object;

    if (out) {
        reader_key(reader, out);
        out = ks_put_time(out + sizeof(reader->id), reader->created_ms);
        ks_put(out, reader->private_key.data, 32);
    }
    return 48;
}

static bool
audit_check(struct ks_walk *body)
{
    ks_walk_take(body, 8 + 32);
    return ks_walk_is_done(body);
}

/* Fixed fields, then two texts or byte strings with their lengths. */
static bool
two_strings_check(struct ks_walk *body, size_t fixed)
{
    ks_walk_take(body, fixed);
    ks_walk_take(body, ks_walk_16(body));
    ks_walk_take(body, ks_walk_16(body));
    return ks_walk_is_done(body);
}

static bool
session_check(struct ks_walk *body)
{
    return two_strings_check(body, 16 + 8 + 8);
}

static bool
user_check(struct ks_walk *body)
{
    return two_strings_check(body, 3 * 16 + 8);
}

static const struct ks_record_kind kinds[] = {
    { .type = KS_REC_SUB,
      .part = HV_PART_VERIFY,
      .key_len = 32,
      .decode = ks_sub_decode,
      .key = ks_sub_key,
      .encode = ks_sub_encode },
    { .type = KS_REC_KEY,
      .part = HV_PART_VERIFY,
      .key_len = 67,
      .decode = ks_key_decode,
      .key = ks_key_key,
      .encode = ks_key_encode },
    { .type = KS_REC_JOURNAL,
      .part = HV_PART_VERIFY,
      .key_len = 8,
      .decode = journal_decode,
      .key = journal_key,
      .encode = journal_encode },
    { .type = KS_REC_AUDIT,
      .part = HV_PART_VERIFY,
      .key_len = 0,
      .check = audit_check },
    { .type = KS_REC_APP,
      .part = HV_PART_FULL,
      .key_len = 16,
      .decode = app_decode,
      .key = app_key,
      .encode = app_encode },
    { .type = KS_REC_SESSION,
      .part = HV_PART_FULL,
      .key_len = 16,
      .check = session_check },
    { .type = KS_REC_USER,
      .part = HV_PART_FULL,
      .key_len = 48,
      .check = user_check },
    { .type = KS_REC_READER,
      .part = HV_PART_FULL,
      .key_len = 8,
      .decode = reader_decode,
      .key = reader_key,
      .encode = reader_encode },
};

const struct ks_record_kind *
ks_record_kind(uint16_t type)
{
    for (size_t i = 0; i < HV_LEN(kinds); i++) {
        if (kinds[i].type == type)
            return &kinds[i];
    }
    return NULL;
}
