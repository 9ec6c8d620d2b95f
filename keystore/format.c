/*
 * format.c - header and slots of a keystore file, and the order in which a
 * file is judged before any key is tried. Pure. Called by seal.c and store.c.
 * Nothing here is believed: only tags (seal.c) prove who wrote a byte.
 */
#include "keystore/format.h"
#include "hvconsole/text.h"
#include "keystore/be.h"
#include "keystore/kdf.h"

#include <stdio.h>

static const uint8_t magic[8] = {
    0x89, 0x48, 0x56, 0x4B, 0x53, 0x0D, 0x0A, 0x1A
};

enum { SUITE = 1 }; /* scrypt, HKDF, AES-256-CTR, HMAC */

size_t
ks_front_size(const struct ks_front *front)
{
    return KS_HEADER + KS_SLOT * front->slots_len;
}

size_t
ks_image_size(const struct ks_front *front)
{
    return ks_front_size(front) + front->v_len + front->s_len + KS_TAIL;
}

void
ks_slot_encode(const struct ks_slot *slot, uint8_t *out)
{
    memset(out, 0, KS_SLOT);
    out[0] = (uint8_t)slot->type;
    out[1] = (uint8_t)slot->scope;
    out[2] = slot->log2_n;
    out[3] = slot->r;
    out[4] = slot->p;
    memcpy(out + 8, slot->id, sizeof(slot->id));
    ks_put64(out + 16, (uint64_t)slot->created_ms);
    memcpy(out + 24, slot->salt, sizeof(slot->salt));
    memcpy(out + 56, slot->label, strnlen(slot->label, KS_LABEL));
    memcpy(out + 96, slot->wrapped, sizeof(slot->wrapped));
    memcpy(out + 128, slot->tag, sizeof(slot->tag));
}

void
ks_front_encode(const struct ks_front *front, uint8_t *out)
{
    memset(out, 0, KS_HEADER);
    memcpy(out, magic, sizeof(magic));
    ks_put16(out + 8, KS_VERSION);
    ks_put16(out + 10, KS_VERSION);
    ks_put32(out + 12, (uint32_t)ks_front_size(front));
    memcpy(out + 16, front->store_id.b, sizeof(front->store_id.b));
    ks_put64(out + 32, front->generation);
    ks_put64(out + 40, (uint64_t)front->saved_ms);
    memcpy(out + 48, front->save_salt, sizeof(front->save_salt));
    out[80] = SUITE;
    out[81] = (uint8_t)front->slots_len;
    ks_put32(out + 84, front->v_len);
    ks_put32(out + 88, front->s_len);
    ks_put32(out + 92, front->epoch);
    memcpy(out + 96, front->prev_tag, sizeof(front->prev_tag));
    for (size_t i = 0; i < front->slots_len; i++)
        ks_slot_encode(&front->slots[i], out + KS_HEADER + KS_SLOT * i);
}

bool
ks_label_is_valid(const char *label)
{
    return strlen(label) <= KS_LABEL && hv_utf8_is_valid(hv_bytes_str(label));
}

/* NULL, or the field that is out of bounds. */
static const char *
slot_decode(const uint8_t *at, struct ks_slot *out)
{
    struct ks_slot slot = { .log2_n = at[2], .r = at[3], .p = at[4] };
    bool is_pair = (at[0] == HV_SLOT_PASSPHRASE && at[1] == HV_SCOPE_FULL) ||
                   (at[0] == HV_SLOT_KEYFILE &&
                    (at[1] == HV_SCOPE_FULL || at[1] == HV_SCOPE_VERIFY));
    size_t label_len;

    if (!is_pair)
        return "slot type and scope";
    slot.type = (enum hv_slot_type)at[0];
    slot.scope = (enum hv_keystore_scope)at[1];
    if (slot.type == HV_SLOT_PASSPHRASE
            ? slot.log2_n < KS_COST_MIN || slot.log2_n > KS_COST_MAX ||
                  slot.r != KS_SCRYPT_R || slot.p < 1 || slot.p > 4
            : slot.log2_n || slot.r || slot.p)
        return "slot cost";
    if (!ks_is_zero(at + 5, 3) || !ks_is_zero(at + 160, 32))
        return "slot padding";
    memcpy(slot.id, at + 8, sizeof(slot.id));
    slot.created_ms = (int64_t)ks_get64(at + 16);
    memcpy(slot.salt, at + 24, sizeof(slot.salt));
    label_len = strnlen((const char *)at + 56, KS_LABEL);
    memcpy(slot.label, at + 56, label_len);
    if (!ks_is_zero(at + 56 + label_len, KS_LABEL - label_len) ||
        !ks_label_is_valid(slot.label))
        return "slot label";
    memcpy(slot.wrapped, at + 96, sizeof(slot.wrapped));
    memcpy(slot.tag, at + 128, sizeof(slot.tag));
    *out = slot;
    return NULL;
}

static const char *
slots_decode(const uint8_t *at, struct ks_front *front)
{
    bool has_full = false;

    for (size_t i = 0; i < front->slots_len; i++) {
        const char *bad = slot_decode(at + KS_SLOT * i, &front->slots[i]);

        if (bad)
            return bad;
        for (size_t j = 0; j < i; j++) {
            if (memcmp(front->slots[i].id, front->slots[j].id, 8) == 0)
                return "slot id";
        }
        has_full |= front->slots[i].scope == HV_SCOPE_FULL;
    }
    return has_full ? NULL : "slot scopes";
}

static bool
part_len_is_valid(uint32_t len)
{
    return len >= KS_PAGE && len <= KS_PART_MAX && len % KS_PAGE == 0;
}

static const char *
header_decode(const uint8_t *at, struct ks_front *front)
{
    memcpy(front->store_id.b, at + 16, sizeof(front->store_id.b));
    front->generation = ks_get64(at + 32);
    front->saved_ms = (int64_t)ks_get64(at + 40);
    memcpy(front->save_salt, at + 48, sizeof(front->save_salt));
    front->slots_len = at[81];
    front->v_len = ks_get32(at + 84);
    front->s_len = ks_get32(at + 88);
    front->epoch = ks_get32(at + 92);
    memcpy(front->prev_tag, at + 96, sizeof(front->prev_tag));
    if (hv_guid_is_zero(&front->store_id))
        return "store id";
    if (front->generation < 1 || front->generation > UINT64_MAX - 1)
        return "generation";
    if (at[80] != SUITE)
        return "suite";
    if (front->slots_len < 1 || front->slots_len > KS_SLOTS)
        return "number of slots";
    if (ks_get32(at + 12) != ks_front_size(front))
        return "length of header and slots";
    if (ks_get16(at + 82) != 0)
        return "flags";
    if (!part_len_is_valid(front->v_len) || !part_len_is_valid(front->s_len))
        return "length of a part";
    if (front->epoch < 1)
        return "epoch";
    return NULL;
}

/* The checksum stands last whatever the lengths say, so it can be checked
 * before any of them is believed. */
static bool
sum_holds(struct hv_bytes image)
{
    struct hv_bytes body = { image.data, image.len - KS_TAG };
    uint8_t sum[KS_TAG];

    return ks_sha256(body, sum, NULL) == HV_OK &&
           memcmp(sum, image.data + body.len, KS_TAG) == 0;
}

static enum hv_status
fail_damaged(const char *path, const char *what, struct hv_error *err)
{
    hv_fail(err, HV_ERR_DAMAGED, "%s is a keystore, but damaged: %s", path,
            what);
    hv_hint(err, "nothing was changed; a backup may lie beside it, named "
                 "after it with .bak- and a number");
    return HV_ERR_DAMAGED;
}

static enum hv_status
fail_foreign(struct hv_bytes image, const char *path, struct hv_error *err)
{
    hv_fail(err, HV_ERR_DAMAGED, "%s is not a keystore; it looks like %s", path,
            ks_kind(image));
    hv_hint(err, "nothing was changed; is this the right file?");
    return HV_ERR_DAMAGED;
}

enum hv_status
ks_front_decode(struct hv_bytes image, const char *path, struct ks_front *out,
                struct hv_error *err)
{
    struct ks_front front = { 0 };
    const char *bad;

    if (image.len < sizeof(magic) ||
        memcmp(image.data, magic, sizeof(magic)) != 0)
        return fail_foreign(image, path, err);
    if (image.len < KS_HEADER + KS_SLOT + 2 * KS_PAGE + KS_TAIL)
        return fail_damaged(path, "it ends too early", err);
    if (ks_get16(image.data + 8) != KS_VERSION ||
        ks_get16(image.data + 10) != KS_VERSION) {
        hv_fail(err, HV_ERR_DAMAGED,
                "%s is a keystore of format version %u (for readers of %u or "
                "later); this program knows version %d only",
                path, ks_get16(image.data + 8), ks_get16(image.data + 10),
                KS_VERSION);
        hv_hint(err, "nothing was changed; use the program that wrote it");
        return HV_ERR_DAMAGED;
    }
    if (!sum_holds(image))
        return fail_damaged(path, "its checksum does not hold", err);
    bad = header_decode(image.data, &front);
    if (!bad && image.len != ks_image_size(&front))
        bad = "length of the file";
    if (!bad)
        bad = slots_decode(image.data + KS_HEADER, &front);
    if (bad) {
        char what[96];

        snprintf(what, sizeof(what), "its %s cannot be right", bad);
        return fail_damaged(path, what, err);
    }
    *out = front;
    return HV_OK;
}
