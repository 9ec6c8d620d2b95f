/*
 * export.c - part of a keystore as a keystore of its own: another store id,
 * another passphrase. Called by `keystore export`. Never plain text, never over
 * a file that is there.
 */
#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "keystore/records.h"
#include "keystore/save.h"
#include "keystore/slots.h"
#include "keystore/trail.h"

#include <stdio.h>
#include <stdlib.h>

struct choice {
    const struct hv_guid *subs;
    size_t len; /* 0 = everything */
};

static bool
is_chosen(const struct choice *choice, const struct hv_guid *sub)
{
    for (size_t i = 0; i < choice->len; i++) {
        if (hv_guid_equal(&choice->subs[i], sub))
            return true;
    }
    return choice->len == 0;
}

/* The arrays are the ring's own; what they point to belongs to @from. */
static void
choose_subs(const struct hv_keyring *from, const struct choice *choice,
            struct hv_keyring *out)
{
    for (size_t i = 0; i < from->subs_len; i++) {
        if (!is_chosen(choice, &from->subs[i].sub))
            continue;
        out->subs = ks_array_add(out->subs, &out->subs_len, sizeof(*out->subs));
        out->subs[out->subs_len - 1] = from->subs[i];
    }
    for (size_t i = 0; i < from->keys_len; i++) {
        if (!is_chosen(choice, &from->keys[i].sub))
            continue;
        out->keys = ks_array_add(out->keys, &out->keys_len, sizeof(*out->keys));
        out->keys[out->keys_len - 1] = from->keys[i];
    }
}

/* What is of no use elsewhere stays: session tokens and the head of this
 * host's audit log. */
static void
choose_rest(const struct hv_keyring *from, struct hv_keyring *out)
{
    out->journal_keys = from->journal_keys;
    out->journal_keys_len = from->journal_keys_len;
    out->readers = from->readers;
    out->readers_len = from->readers_len;
    out->apps = from->apps;
    out->apps_len = from->apps_len;
    for (size_t i = 0; i < from->raw_len; i++) {
        if (from->raw[i].type == KS_REC_SESSION ||
            from->raw[i].type == KS_REC_AUDIT)
            continue;
        out->raw = ks_array_add(out->raw, &out->raw_len, sizeof(*out->raw));
        out->raw[out->raw_len - 1] = from->raw[i];
    }
}

static enum hv_status
check_choice(const struct hv_keyring *ring, const struct choice *choice,
             struct hv_error *err)
{
    for (size_t i = 0; i < choice->len; i++) {
        char id[HV_GUID_TEXT];
        bool is_known = hv_keyring_sub(ring, &choice->subs[i]) != NULL;

        for (size_t k = 0; !is_known && k < ring->keys_len; k++)
            is_known = hv_guid_equal(&ring->keys[k].sub, &choice->subs[i]);
        hv_guid_format(&choice->subs[i], id);
        if (!is_known)
            return hv_fail(err, HV_ERR_NOT_FOUND,
                           "the keystore knows no subscription %s", id);
    }
    return HV_OK;
}

static enum hv_status
write_export(const char *to, const struct hv_secret *passphrase, int cost_log2,
             const struct hv_keyring *ring, struct hv_error *err)
{
    struct ks_front front = { .generation = 1, .epoch = 1, .slots_len = 1 };
    struct ks_image image = { 0 };
    struct hv_secret rk = { 0 };
    enum hv_status st;

    hv_random(front.store_id.b, sizeof(front.store_id.b));
    st = hv_secret_random(&rk, KS_KEY, err);
    if (!st)
        st = ks_slot_init(&front.slots[0], HV_SLOT_PASSPHRASE, HV_SCOPE_FULL,
                          "export", err);
    if (!st)
        st = ks_slot_wrap_new(&front.slots[0], &front.store_id, passphrase,
                              cost_log2, &rk, err);
    if (!st)
        st = ks_image_make(&front, &rk, ring, &image, err);
    if (!st)
        st = hv_file_create(to, 0600,
                            (struct hv_bytes){ image.data, image.len }, err);
    ks_image_release(&image);
    hv_secret_release(&rk);
    return st;
}

enum hv_status
hv_keystore_export(struct hv_keystore *ks, const char *to,
                   const struct hv_secret *passphrase, int cost_log2,
                   const struct hv_guid *subs, size_t subs_len,
                   struct hv_error *err)
{
    struct choice choice = { subs, subs_len };
    struct hv_keyring part = { 0 };
    struct ks_trail trail = { 0 };
    char note[320];
    bool changed;
    enum hv_status st;

    st = ks_passphrase_check_new(passphrase, cost_log2, err);
    if (!st)
        st = ks_check_full(ks, err);
    if (!st)
        st = hv_keystore_refresh(ks, &changed, err);
    if (!st)
        st = check_choice(&ks->now.ring, &choice, err);
    if (st)
        return st;
    choose_subs(&ks->now.ring, &choice, &part);
    if (!subs_len)
        choose_rest(&ks->now.ring, &part);
    snprintf(note, sizeof(note), "%zu keys to %.200s", part.keys_len, to);
    st = ks_trail_lone(&trail, "keystore export", &ks->now.front, note, err);
    if (!st)
        st = write_export(to, passphrase, cost_log2, &part, err);
    st = ks_trail_end(&trail, st, err);
    ks_trail_release(&trail);
    free(part.subs);
    free(part.keys);
    free(part.raw);
    return st;
}
