/*
 * cmd_keystore_rekey.c - `keystore passwd` and `keystore slot remove`: a new
 * root key, and what it means for those who are shut out. Called through the
 * table.
 */
#include "tui/command/nouns/keystore.h"

#include "hvconsole/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT = 8 };

/* Credentials of slots that stay; the first is the one that opened it. */
struct kept {
    struct hv_held held[KEPT + 1];
    struct hv_credential creds[KEPT + 1];
    size_t len;
};

static void
kept_release(struct kept *kept)
{
    for (size_t i = 0; i < kept->len; i++)
        hv_held_release(&kept->held[i]);
}

static void
kept_add(struct kept *kept, struct hv_held *held)
{
    kept->held[kept->len] = *held;
    *held = (struct hv_held){ 0 };
    kept->creds[kept->len] = hv_held_credential(&kept->held[kept->len]);
    kept->len++;
}

static enum hv_status
kept_read(struct hv_cmd *cmd, struct kept *kept, struct hv_error *err)
{
    struct hv_words files = { 0 };
    enum hv_status st = hv_cmd_list(cmd, "--keep", &files, err);

    if (!st && files.len > KEPT)
        st =
            hv_fail(err, HV_ERR_USAGE, "a keystore has %d slots at most", KEPT);
    for (int i = 0; !st && i < files.len; i++) {
        struct hv_held held;

        st = hv_held_read(files.items[i], &held, err);
        if (!st)
            kept_add(kept, &held);
    }
    hv_words_release(&files);
    return st;
}

/* What there is now: the copies that go, and the names of the slots. */
struct before {
    struct hv_keystore_copy *copies; /* owned */
    size_t copies_len;
    char slots[512];
    size_t slots_len;
};

static void
look(struct hv_cmd *cmd, const struct hv_keystore *ks, struct before *out)
{
    const struct hv_keystore_info *info = hv_keystore_info(ks);
    size_t len = 0;

    *out = (struct before){ .slots_len = info->slots_len };
    out->copies_len =
        hv_keystore_copies(cmd->session->globals.keystore, &out->copies);
    for (size_t i = 0; i < info->slots_len; i++)
        len += (size_t)snprintf(
            out->slots + len, sizeof(out->slots) - len, "%s%s", i ? ", " : "",
            info->slots[i].label[0] ? info->slots[i].label : "(no label)");
}

/* ---- what came of it ---- */

static void
tell_slots(struct hv_node *list, const struct hv_slot_info *slots, size_t len)
{
    for (size_t i = 0; i < len; i++)
        keystore_slot_tell(hv_node_object(list, NULL), &slots[i]);
}

/* Every secret that who was shut out has been able to read. */
static void
tell_seen(struct hv_node *top, const struct hv_rekey_report *report,
          const struct hv_keyring *ring)
{
    struct hv_node *seen = hv_node_object(top, "seen");
    struct hv_node *list;

    hv_node_int(seen, "hmac_keys", (int64_t)report->hmac_keys);
    hv_node_int(seen, "app_keys", (int64_t)report->app_keys);
    hv_node_int(seen, "tokens", (int64_t)report->tokens);
    hv_node_int(seen, "journal_keys", (int64_t)report->journal_keys);
    list = hv_node_list(top, "seen_keys");
    for (size_t i = 0; i < ring->keys_len; i++) {
        const struct hv_key *key = &ring->keys[i];
        struct hv_node *item;

        if (key->state == HV_KEY_RETIRED)
            continue;
        item = hv_node_object(list, NULL);
        hv_node_id(item, "sub", &key->sub);
        hv_node_text(item, "version", key->version.id);
        hv_node_text(item, "state", hv_key_state_word(key->state));
    }
    list = hv_node_list(top, "seen_apps");
    for (size_t i = 0; i < ring->apps_len; i++)
        hv_node_id(list, NULL, &ring->apps[i].app);
}

static void
tell_removed(struct hv_node *top, const struct before *before)
{
    struct hv_node *list = hv_node_list(top, "backups_removed");

    for (size_t i = 0; i < before->copies_len; i++) {
        if (access(before->copies[i].path, F_OK))
            hv_node_text(list, NULL, before->copies[i].path);
    }
}

/* The listener goes on by itself only with a slot that was kept. */
static bool
strands_listener(struct hv_cmd *cmd, const struct hv_rekey_report *report)
{
    struct hv_facts facts = { 0 };
    bool is_running = hv_run_find(cmd->session->globals.store, "listener",
                                  &facts, NULL) == HV_OK;

    hv_facts_release(&facts);
    for (size_t i = 0; i < report->kept_len; i++) {
        if (report->kept[i].scope == HV_SCOPE_VERIFY)
            return false;
    }
    return is_running;
}

static void
tell_rekey(struct hv_cmd *cmd, const struct hv_keystore *ks,
           const struct hv_rekey_report *report, const struct before *before)
{
    struct hv_node *top = hv_out_top(cmd->out);
    const struct hv_keystore_info *info = hv_keystore_info(ks);

    hv_node_text(top, "file", cmd->session->globals.keystore);
    hv_node_int(top, "generation", (int64_t)info->generation);
    hv_node_int(top, "epoch", info->epoch);
    tell_slots(hv_node_list(top, "slots"), info->slots, info->slots_len);
    tell_slots(hv_node_list(top, "dropped"), report->dropped,
               report->dropped_len);
    tell_removed(top, before);
    tell_seen(top, report, hv_keystore_ring(ks));
    hv_session_warn(
        cmd->session,
        "whoever held the old passphrase or a dropped slot has been able to "
        "read %zu HMAC keys, %zu private keys, %zu tokens and the journal so "
        "far; copies of the file elsewhere still open for them. Rotate what "
        "matters: hvconsole key rotate --all",
        report->hmac_keys, report->app_keys, report->tokens);
    if (strands_listener(cmd, report))
        hv_session_warn(cmd->session,
                        "no slot of the running listener was kept: it goes on "
                        "with the keys it has and sees no new ones; restart it "
                        "with a slot of today");
}

/* ---- passwd ---- */

static enum hv_status
change_passphrase(struct hv_cmd *cmd, struct hv_keystore *ks,
                  const struct kept *kept, const struct before *before,
                  struct hv_error *err)
{
    /* Opened with a key file, there is no passphrase to replace. */
    const struct hv_secret *old = kept->creds[0].passphrase;
    size_t skip = old ? 1 : 0;
    struct hv_rekey_report report = { 0 };
    struct hv_secret fresh = { 0 };
    enum hv_status st = hv_session_new_passphrase(
        cmd->session, hv_cmd_text(cmd, "--new-passphrase-file"),
        cmd->session->globals.keystore, &fresh, err);

    if (!st) {
        hv_cmd_talk(cmd, "deriving keys, which takes a moment");
        st = hv_keystore_passwd(ks, old, &fresh, 0, kept->creds + skip,
                                kept->len - skip, &report, err);
    }
    hv_secret_release(&fresh);
    if (!st)
        tell_rekey(cmd, ks, &report, before);
    return st;
}

/* Who opens it, and what else is said to stay. */
static enum hv_status
begin(struct hv_cmd *cmd, struct hv_keystore **ks, struct kept *kept,
      struct before *before, struct hv_error *err)
{
    struct hv_held held = { 0 };
    enum hv_status st = hv_session_open_held(cmd->session, ks, &held, err);

    if (st)
        return st;
    kept_add(kept, &held);
    st = kept_read(cmd, kept, err);
    if (!st)
        look(cmd, *ks, before);
    return st;
}

static void
tell_dry(struct hv_cmd *cmd, const struct before *before, size_t kept_len)
{
    struct hv_node *top = hv_out_top(cmd->out);
    struct hv_node *list;

    hv_node_text(top, "file", cmd->session->globals.keystore);
    hv_node_int(top, "slots_kept_at_most", (int64_t)kept_len);
    hv_node_int(top, "slots_now", (int64_t)before->slots_len);
    list = hv_node_list(top, "backups_removed");
    for (size_t i = 0; i < before->copies_len; i++)
        hv_node_text(list, NULL, before->copies[i].path);
    cmd_dry(cmd, top);
}

enum hv_status
cmd_keystore_passwd(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_keystore *ks = NULL;
    struct before before = { 0 };
    struct kept kept = { 0 };
    enum hv_status st = begin(cmd, &ks, &kept, &before, err);

    if (!st && hv_cmd_is_dry(cmd)) {
        tell_dry(cmd, &before, kept.len);
    } else if (!st) {
        st = hv_cmd_confirm(
            cmd, err,
            "%s gets a new root key. Of its %zu slots (%s) only the %zu whose "
            "credential is given now stay; the others open nothing any more, "
            "and %zu backups beside it are removed.",
            cmd->session->globals.keystore, before.slots_len, before.slots,
            kept.len, before.copies_len);
        if (!st)
            st = change_passphrase(cmd, ks, &kept, &before, err);
    }
    free(before.copies);
    kept_release(&kept);
    return st;
}

/* ---- slot remove ---- */

static enum hv_status
find_slot(const struct hv_keystore_info *info, const char *text,
          const struct hv_slot_info **out, struct hv_error *err)
{
    size_t found = 0;

    for (size_t i = 0; i < info->slots_len; i++) {
        const struct hv_slot_info *slot = &info->slots[i];
        char id[17] = "";

        for (size_t b = 0; b < sizeof(slot->id); b++)
            snprintf(id + 2 * b, 3, "%02x", slot->id[b]);
        if (strcmp(slot->label, text) &&
            (strlen(text) < 4 || strncasecmp(id, text, strlen(text))))
            continue;
        found++;
        *out = slot;
    }
    if (found == 1)
        return HV_OK;
    if (found > 1)
        return hv_fail(err, HV_ERR_RULE,
                       "'%s' fits %zu slots: give more of the id", text, found);
    hv_fail(err, HV_ERR_NOT_FOUND, "there is no slot '%s'", text);
    hv_hint(err, "see 'hvconsole keystore slot list'");
    return HV_ERR_NOT_FOUND;
}

enum hv_status
cmd_keystore_slot_remove(struct hv_cmd *cmd, struct hv_error *err)
{
    const struct hv_slot_info *slot = NULL;
    struct hv_rekey_report report = { 0 };
    struct hv_keystore *ks = NULL;
    struct before before = { 0 };
    struct kept kept = { 0 };
    struct hv_slot_info gone = { 0 };
    enum hv_status st = begin(cmd, &ks, &kept, &before, err);

    if (!st)
        st = find_slot(hv_keystore_info(ks), cmd->args[0], &slot, err);
    if (!st)
        gone = *slot;
    if (!st && hv_cmd_is_dry(cmd)) {
        tell_dry(cmd, &before, kept.len);
    } else if (!st) {
        st = hv_cmd_confirm(
            cmd, err,
            "Slot '%s' is removed and %s gets a new root key. Of its %zu slots "
            "(%s) only the %zu whose credential is given now can stay, and %zu "
            "backups beside it are removed.",
            gone.label, cmd->session->globals.keystore, before.slots_len,
            before.slots, kept.len, before.copies_len);
        if (!st)
            st = hv_keystore_slot_remove(ks, gone.id, kept.creds, kept.len,
                                         &report, err);
        if (!st)
            tell_rekey(cmd, ks, &report, &before);
    }
    free(before.copies);
    kept_release(&kept);
    return st;
}
