/*
 * records.c - the frame round records: head, order, padding, and what happens
 * to types this program does not know. Pure. Called by seal.c. Plain bytes
 * live in struct hv_secret only; the sort keys copied here are ids, no secrets.
 */
#include "keystore/records.h"

#include <stdlib.h>

enum { HEAD = 12, RECORD_HEAD = 8 };

static const char *
part_mark(char part)
{
    return part == HV_PART_VERIFY ? "HVV1" : "HVS1";
}

void *
ks_array_add(void *array, size_t *len, size_t size)
{
    uint8_t *grown = hv_realloc_array(array, *len + 1, size);

    memset(grown + *len * size, 0, size);
    (*len)++;
    return grown;
}

static int
compare_keys(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    size_t both = a_len < b_len ? a_len : b_len;
    int order = both ? memcmp(a, b, both) : 0;

    if (order == 0 && a_len != b_len)
        order = a_len < b_len ? -1 : 1;
    return order;
}

/* One record on its way out: what it is sorted by, and where it comes from. */
struct item {
    uint16_t type;
    uint16_t flags;
    const struct ks_record_kind *kind; /* NULL: from the future */
    const void *object;     /* the kind's struct, or a hv_raw_record */
    const uint8_t *raw_key; /* NULL: own_key */
    size_t key_len;
    uint8_t own_key[KS_BODY_KEY];
};

struct items {
    struct item *at; /* owned; room for every record of the ring */
    size_t len;
    char part;
    enum ks_choice choice;
};

static int
compare_items(const void *a, const void *b)
{
    const struct item *x = a;
    const struct item *y = b;

    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    return compare_keys(x->raw_key ? x->raw_key : x->own_key, x->key_len,
                        y->raw_key ? y->raw_key : y->own_key, y->key_len);
}

static void
add_known(struct items *items, uint16_t type, const void *object)
{
    const struct ks_record_kind *kind = ks_record_kind(type);
    struct item *item;

    if (kind->part != items->part)
        return;
    item = &items->at[items->len++];
    item->type = type;
    item->flags = KS_CRITICAL;
    item->kind = kind;
    item->object = object;
    item->key_len = kind->key_len;
    kind->key(object, item->own_key);
}

static void
add_raw(struct items *items, const struct hv_raw_record *raw)
{
    const struct ks_record_kind *kind = ks_record_kind(raw->type);
    struct item *item;

    if (raw->part != items->part ||
        (items->choice == KS_WITHOUT_SESSIONS && raw->type == KS_REC_SESSION))
        return;
    item = &items->at[items->len++];
    item->type = raw->type;
    item->flags = raw->flags;
    item->object = raw;
    item->raw_key = raw->body.data;
    /* Of a type from the future only the whole body is known to tell two
     * records apart. */
    item->key_len =
        kind && kind->key_len <= raw->body.len ? kind->key_len : raw->body.len;
}

static void
collect(const struct hv_keyring *ring, struct items *items)
{
    size_t all = ring->subs_len + ring->keys_len + ring->journal_keys_len +
                 ring->apps_len + ring->readers_len + ring->raw_len;

    items->at = hv_calloc(all, sizeof(*items->at));
    for (size_t i = 0; i < ring->subs_len; i++)
        add_known(items, KS_REC_SUB, &ring->subs[i]);
    for (size_t i = 0; i < ring->keys_len; i++)
        add_known(items, KS_REC_KEY, &ring->keys[i]);
    for (size_t i = 0; i < ring->journal_keys_len; i++)
        add_known(items, KS_REC_JOURNAL, &ring->journal_keys[i]);
    for (size_t i = 0; i < ring->apps_len; i++)
        add_known(items, KS_REC_APP, &ring->apps[i]);
    for (size_t i = 0; i < ring->readers_len; i++)
        add_known(items, KS_REC_READER, &ring->readers[i]);
    for (size_t i = 0; i < ring->raw_len; i++)
        add_raw(items, &ring->raw[i]);
    if (items->len)
        qsort(items->at, items->len, sizeof(*items->at), compare_items);
}

static size_t
item_encode(const struct item *item, uint8_t *out)
{
    const struct hv_raw_record *raw = item->object;

    if (item->kind && item->kind->encode)
        return item->kind->encode(item->object, out);
    if (out && raw->body.len)
        memcpy(out, raw->body.data, raw->body.len);
    return raw->body.len;
}

/* Bytes of all records. Two of the same name would be refused by readers. */
static enum hv_status
measure(const struct items *items, size_t *size, struct hv_error *err)
{
    *size = 0;
    for (size_t i = 0; i < items->len; i++) {
        if (i && compare_items(&items->at[i - 1], &items->at[i]) == 0)
            return hv_fail(err, HV_ERR_FAILED,
                           "two records of type %04x have the same name",
                           items->at[i].type);
        *size += RECORD_HEAD + item_encode(&items->at[i], NULL);
    }
    if (*size > KS_PART_MAX - HEAD)
        return hv_fail(err, HV_ERR_LIMIT,
                       "the keystore would hold more than 4 MiB of records");
    return HV_OK;
}

static void
write_items(const struct items *items, size_t size, uint8_t *out)
{
    memcpy(out, part_mark(items->part), 4);
    ks_put32(out + 4, (uint32_t)size);
    ks_put32(out + 8, (uint32_t)items->len);
    out += HEAD;
    for (size_t i = 0; i < items->len; i++) {
        size_t len = item_encode(&items->at[i], out + RECORD_HEAD);

        ks_put16(out, items->at[i].type);
        ks_put16(out + 2, items->at[i].flags);
        ks_put32(out + 4, (uint32_t)len);
        out += RECORD_HEAD + len;
    }
}

enum hv_status
ks_records_encode(const struct hv_keyring *ring, char part,
                  enum ks_choice choice, struct hv_secret *plain,
                  struct hv_error *err)
{
    struct items items = { .part = part, .choice = choice };
    struct hv_secret made = { 0 };
    size_t size;
    enum hv_status st;

    collect(ring, &items);
    st = measure(&items, &size, err);
    if (!st)
        st = hv_secret_init(
            &made, (HEAD + size + KS_PAGE - 1) / KS_PAGE * KS_PAGE, err);
    if (!st) {
        write_items(&items, size, made.data);
        *plain = made;
    }
    free(items.at);
    return st;
}

static enum hv_status
fail_part(struct hv_error *err, const char *what)
{
    return hv_fail(err, HV_ERR_DAMAGED,
                   "the records of the keystore cannot be right (%s)", what);
}

/* One record as it stands in a part. */
struct record {
    uint16_t type;
    uint16_t flags;
    struct hv_bytes body;
    struct hv_bytes key; /* its first bytes, or all */
};

static enum hv_status
keep_raw(const struct record *record, char part, struct hv_keyring *ring,
         struct hv_error *err)
{
    struct hv_raw_record raw = { .type = record->type,
                                 .flags = record->flags,
                                 .part = part };
    enum hv_status st =
        hv_secret_copy(&raw.body, record->body.data, record->body.len, err);

    if (st)
        return st;
    ring->raw = ks_array_add(ring->raw, &ring->raw_len, sizeof(raw));
    ring->raw[ring->raw_len - 1] = raw;
    return HV_OK;
}

static enum hv_status
record_decode(const struct record *record, char part, struct hv_keyring *ring,
              struct hv_error *err)
{
    const struct ks_record_kind *kind = ks_record_kind(record->type);
    struct ks_walk body = { record->body.data,
                            record->body.data + record->body.len, false };

    if (!kind && record->flags & KS_CRITICAL) {
        hv_fail(err, HV_ERR_DAMAGED,
                "the keystore holds a record of type %04x, which this program "
                "does not know and must not ignore",
                record->type);
        hv_hint(err, "a newer version of this program wrote it: use that one");
        return HV_ERR_DAMAGED;
    }
    if (!kind)
        return keep_raw(record, part, ring, err);
    if (kind->part != part)
        return fail_part(err, "a record in the wrong part");
    /* Ours would come back without the flag: better not to read them. */
    if (kind->decode && record->flags & ~KS_CRITICAL)
        return fail_part(err, "unknown flags");
    if (kind->decode)
        return kind->decode(&body, ring, err);
    if (!kind->check(&body))
        return fail_part(err, "a session, user token or audit record");
    return keep_raw(record, part, ring, err);
}

static bool
record_take(struct ks_walk *walk, struct record *out)
{
    const struct ks_record_kind *kind;

    out->type = ks_walk_16(walk);
    out->flags = ks_walk_16(walk);
    out->body.len = ks_walk_32(walk);
    out->body.data = ks_walk_take(walk, out->body.len);
    if (walk->is_short)
        return false;
    kind = ks_record_kind(out->type);
    out->key = out->body;
    if (kind && kind->key_len < out->key.len)
        out->key.len = kind->key_len;
    return true;
}

static bool
is_after(const struct record *now, const struct record *last)
{
    if (now->type != last->type)
        return now->type > last->type;
    return compare_keys(last->key.data, last->key.len, now->key.data,
                        now->key.len) < 0;
}

enum hv_status
ks_records_decode(struct hv_bytes plain, char part, struct hv_keyring *ring,
                  struct hv_error *err)
{
    struct ks_walk walk = { plain.data, plain.data + plain.len, false };
    struct record last = { 0 };
    const uint8_t *mark = ks_walk_take(&walk, 4);
    uint32_t size = ks_walk_32(&walk);
    uint32_t count = ks_walk_32(&walk);
    enum hv_status st;

    if (walk.is_short || memcmp(mark, part_mark(part), 4) != 0)
        return fail_part(err, "no mark at the beginning");
    if (size > (size_t)(walk.end - walk.at) ||
        !ks_is_zero(walk.at + size, (size_t)(walk.end - walk.at) - size))
        return fail_part(err, "length or padding");
    walk.end = walk.at + size;
    for (uint32_t i = 0; i < count; i++) {
        struct record record = { 0 };

        if (!record_take(&walk, &record))
            return fail_part(err, "a record that is cut off");
        if (i && !is_after(&record, &last))
            return fail_part(err, "order");
        st = record_decode(&record, part, ring, err);
        if (st)
            return st;
        last = record;
    }
    if (!ks_walk_is_done(&walk))
        return fail_part(err, "number of records");
    return HV_OK;
}
