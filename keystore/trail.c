/*
 * trail.c - what a save changes, in the words of the audit log. Called by
 * save.c, create.c and the files of copies. Looks at ids, states and
 * fingerprints only; a secret byte never comes near it.
 */
#include "keystore/trail.h"
#include "hvconsole/codec.h"
#include "hvconsole/keystore.h"
#include "keystore/host.h"
#include "keystore/records.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct hv_audit *process_audit; /* set once, before anything is opened */
static _Thread_local char thread_verb[48];

void
hv_keystore_set_audit(struct hv_audit *audit)
{
    process_audit = audit;
}

void
hv_audit_set_verb(const char *verb)
{
    hv_copy(thread_verb, sizeof(thread_verb), verb ? verb : "");
}

/* ---- what is there ---- */

struct list {
    struct hv_audit_object *at; /* owned */
    size_t len;
};

static struct hv_audit_object *
list_add(struct list *list)
{
    list->at = hv_realloc_array(list->at, list->len + 1, sizeof(*list->at));
    list->at[list->len] = (struct hv_audit_object){ 0 };
    return &list->at[list->len++];
}

static const char *
sub_word(const struct hv_key_sub *sub)
{
    static const char *const words[] = {
        [HV_SUB_LIVE] = "live",
        [HV_SUB_GONE] = "gone",
        [HV_SUB_DRIFT] = "drift",
        [HV_SUB_DRAFT] = "draft",
    };

    return (unsigned)sub->status < HV_LEN(words) && words[sub->status]
               ? words[sub->status]
               : "unknown";
}

static const char *
intent_word(const struct hv_key_sub *sub)
{
    switch (sub->intent) {
    case HV_INTENT_PREPARED:
        return " (prepared)";
    case HV_INTENT_SUBMITTED:
        return " (submitted)";
    default:
        return "";
    }
}

static void
list_ring(struct list *list, const struct hv_keyring *ring)
{
    struct hv_audit_object *item;

    for (size_t i = 0; i < ring->keys_len; i++) {
        const struct hv_key *key = &ring->keys[i];

        item = list_add(list);
        hv_guid_format(&key->sub, item->id);
        hv_copy(item->version, sizeof(item->version), key->version.id);
        hv_copy(item->change, sizeof(item->change),
                hv_key_state_word(key->state));
        hv_hex_encode(key->fingerprint, 8, item->fingerprint);
    }
    for (size_t i = 0; i < ring->subs_len; i++) {
        item = list_add(list);
        hv_guid_format(&ring->subs[i].sub, item->id);
        snprintf(item->change, sizeof(item->change), "%s%s",
                 sub_word(&ring->subs[i]), intent_word(&ring->subs[i]));
    }
    for (size_t i = 0; i < ring->apps_len; i++) {
        item = list_add(list);
        hv_guid_format(&ring->apps[i].app, item->id);
        hv_copy(item->change, sizeof(item->change), "application");
        hv_hex_encode(ring->apps[i].spki_sha256, 8, item->fingerprint);
    }
}

static void
list_content(struct list *list, const struct ks_content *content)
{
    struct hv_audit_object *item;

    list_ring(list, &content->ring);
    for (size_t i = 0; i < content->front.slots_len; i++) {
        const struct ks_slot *slot = &content->front.slots[i];

        item = list_add(list);
        hv_hex_encode(slot->id, sizeof(slot->id), item->id);
        snprintf(item->change, sizeof(item->change), "slot %s %s",
                 slot->type == HV_SLOT_PASSPHRASE ? "passphrase" : "key file",
                 slot->scope == HV_SCOPE_FULL ? "full" : "verify");
    }
}

static const struct hv_audit_object *
find_same(const struct hv_audit_object *at, size_t len,
          const struct hv_audit_object *item)
{
    for (size_t i = 0; i < len; i++) {
        if (strcmp(at[i].id, item->id) == 0 &&
            strcmp(at[i].version, item->version) == 0)
            return &at[i];
    }
    return NULL;
}

static void
add_change(struct list *changes, const struct hv_audit_object *item,
           const char *from, const char *to)
{
    struct hv_audit_object *made = list_add(changes);

    *made = *item;
    snprintf(made->change, sizeof(made->change), "%.20s -> %.22s", from, to);
}

static void
find_changes(struct ks_trail *trail, const struct list *after)
{
    struct list changes = { 0 };

    for (size_t i = 0; i < after->len; i++) {
        const struct hv_audit_object *now = &after->at[i];
        const struct hv_audit_object *was =
            find_same(trail->before, trail->before_len, now);

        if (!was || strcmp(was->change, now->change) != 0)
            add_change(&changes, now, was ? was->change : "none", now->change);
    }
    for (size_t i = 0; i < trail->before_len; i++) {
        if (!find_same(after->at, after->len, &trail->before[i]))
            add_change(&changes, &trail->before[i], trail->before[i].change,
                       "none");
    }
    trail->changes = changes.at;
    trail->changes_len = changes.len;
}

/* ---- record 01FF ---- */

static struct hv_raw_record *
head_record(const struct hv_keyring *ring)
{
    for (size_t i = 0; i < ring->raw_len; i++) {
        if (ring->raw[i].type == KS_REC_AUDIT)
            return &ring->raw[i];
    }
    return NULL;
}

bool
ks_ring_head(const struct hv_keyring *ring, struct hv_audit_head *out)
{
    const struct hv_raw_record *record = head_record(ring);

    if (!record || record->body.len != 40)
        return false;
    out->seq = ks_get64(record->body.data);
    memcpy(out->hash, record->body.data + 8, sizeof(out->hash));
    return true;
}

bool
hv_keystore_audit_head(const struct hv_keystore *ks, struct hv_audit_head *out)
{
    return ks_ring_head(&ks->now.ring, out);
}

static enum hv_status
set_head(struct hv_keyring *ring, const struct hv_audit_head *head,
         struct hv_error *err)
{
    struct hv_raw_record *record = head_record(ring);
    struct hv_secret body = { 0 };
    enum hv_status st;

    if (!record) {
        st = hv_secret_init(&body, 40, err);
        if (st)
            return st;
        ring->raw = ks_array_add(ring->raw, &ring->raw_len, sizeof(*ring->raw));
        record = &ring->raw[ring->raw_len - 1];
        record->type = KS_REC_AUDIT;
        record->flags = KS_CRITICAL;
        record->part = HV_PART_VERIFY;
        record->body = body;
    }
    ks_put64(record->body.data, head->seq);
    memcpy(record->body.data + 8, head->hash, sizeof(head->hash));
    return HV_OK;
}

/* ---- begin and end ---- */

void
ks_trail_start(struct ks_trail *trail, const struct ks_content *content)
{
    struct list list = { 0 };

    *trail = (struct ks_trail){ .audit = process_audit };
    if (trail->audit && content)
        list_content(&list, content);
    trail->before = list.at;
    trail->before_len = list.len;
}

static void
set_event(struct ks_trail *trail, const char *verb,
          const struct ks_front *front, uint64_t before, uint64_t after)
{
    hv_copy(trail->verb, sizeof(trail->verb),
            thread_verb[0] ? thread_verb : verb);
    trail->event = (struct hv_audit_event){ .verb = trail->verb,
                                            .objects = trail->changes,
                                            .objects_len = trail->changes_len,
                                            .store = front->store_id,
                                            .before = before,
                                            .after = after };
}

/* Evidence that this save is about to overwrite goes into the log first. */
static enum hv_status
note_cut(const struct ks_trail *trail, const struct ks_content *content,
         uint64_t before, struct hv_error *err)
{
    struct hv_audit_head head;
    char hex[HV_HEX_SIZE(32)];
    char note[192];
    struct hv_audit_event event = { .verb = "audit",
                                    .store = content->front.store_id,
                                    .before = before,
                                    .note = note };

    if (!ks_ring_head(&content->ring, &head) || ks_host_has_line(&head) ||
        !ks_host_knows(&content->front.store_id))
        return HV_OK;
    hv_hex_encode(head.hash, sizeof(head.hash), hex);
    snprintf(note, sizeof(note),
             "CRITICAL: the keystore remembers line %" PRIu64 " (%s), which is "
             "not in this log",
             head.seq, hex);
    return hv_audit_note(trail->audit, &event, "cut", err);
}

/* What cannot be written down is not done. */
static enum hv_status
begin(struct ks_trail *trail, struct hv_error *err)
{
    struct hv_error why = { 0 };
    enum hv_status st =
        hv_audit_begin(trail->audit, &trail->event, &trail->head, &why);

    trail->is_begun = st == HV_OK;
    if (!st)
        return HV_OK;
    if (err && !err->status) {
        hv_fail(err, st,
                "nothing was changed, because the audit log cannot tell of it: "
                "%s",
                why.why);
        err->sys_errno = why.sys_errno;
    }
    hv_hint(err, "%s",
            why.hint[0] ? why.hint
                        : "mend the store directory; reading goes on as it is");
    return st;
}

enum hv_status
ks_trail_begin(struct ks_trail *trail, const char *verb, uint64_t before,
               struct ks_content *content, struct hv_error *err)
{
    struct list after = { 0 };
    enum hv_status st;

    if (!trail->audit)
        return HV_OK;
    list_content(&after, content);
    find_changes(trail, &after);
    free(after.at);
    set_event(trail, verb, &content->front, before, content->front.generation);
    st = note_cut(trail, content, before, err);
    if (!st)
        st = begin(trail, err);
    if (st)
        return st;
    return set_head(&content->ring, &trail->head, err);
}

enum hv_status
ks_trail_lone(struct ks_trail *trail, const char *verb,
              const struct ks_front *front, const char *note,
              struct hv_error *err)
{
    ks_trail_start(trail, NULL);
    if (!trail->audit)
        return HV_OK;
    set_event(trail, verb, front, front->generation, front->generation);
    hv_copy(trail->note, sizeof(trail->note), note);
    trail->event.note = trail->note;
    return begin(trail, err);
}

enum hv_status
ks_trail_end(struct ks_trail *trail, enum hv_status st, struct hv_error *err)
{
    enum hv_status noted;

    if (!trail->is_begun)
        return st;
    trail->is_begun = false;
    noted = hv_audit_end(trail->audit, &trail->head, &trail->event, st,
                         st ? NULL : err);
    if (!st && noted)
        hv_hint(err, "the change itself was made; look before you repeat it");
    return st ? st : noted;
}

void
ks_trail_release(struct ks_trail *trail)
{
    free(trail->before);
    free(trail->changes);
    *trail = (struct ks_trail){ 0 };
}
