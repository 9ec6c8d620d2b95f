/*
 * test_model.c - key versions and status as lists show them: when an old key
 * has drained, and what asks for attention.
 */
#include "place.h"
#include "tui/command/model.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/secret.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RIGHT  "correct horse battery staple"
#define DAY_MS ((int64_t)24 * 3600 * 1000)

static struct hv_session session;
static struct hv_guid sub = { { 1, 2, 3 } };

static void
setup(void)
{
    struct hv_globals globals;

    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
    place_make();
    hv_globals_default(&globals);
    hv_copy(globals.keystore, sizeof(globals.keystore), "ks");
    cr_assert_eq(hv_session_init(&session, &globals, NULL), HV_OK);
}

static void
teardown(void)
{
    hv_session_release(&session);
    place_remove();
}

TestSuite(model, .init = setup, .fini = teardown);

static void
make_keystore(void)
{
    struct hv_secret passphrase = { 0 };
    struct hv_keystore *ks = NULL;

    cr_assert_eq(hv_secret_copy(&passphrase, RIGHT, strlen(RIGHT), NULL),
                 HV_OK);
    cr_assert_eq(hv_keystore_create("ks", &passphrase, "t", 17, &ks, NULL),
                 HV_OK);
    hv_secret_release(&passphrase);
    hv_session_give_keystore(&session, ks);
}

/* One version a row, created one after the other. No listener ever ran here, so
 * nothing is known to be safe. */
static const struct row {
    const char *version;
    enum hv_key_state state;
    int superseded_days; /* ago */
    int not_before_days; /* from now; 0 = not said */
    enum hv_drain drain;
} rows[] = {
    { "v1", HV_KEY_RETIRED, 60, 0, HV_DRAIN_NONE },
    { "v2", HV_KEY_ACCEPTED, 15, 0, HV_DRAIN_QUIET },
    { "v3", HV_KEY_ACCEPTED, 13, 0, HV_DRAIN_QUIET },
    { "v4", HV_KEY_ACCEPTED, 30, 2, HV_DRAIN_QUIET },
    { "v5", HV_KEY_ACTIVE, 0, 0, HV_DRAIN_NONE },
    { "v6", HV_KEY_PENDING, 0, 0, HV_DRAIN_NONE },
};

static enum hv_status
add_keys(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    int64_t now = hv_clock_now_ms();

    (void)arg;
    hv_keyring_add_sub(ring, &sub, &sub)->status = HV_SUB_LIVE;
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_key_version version;
        struct hv_secret key = { 0 };
        struct hv_key *made;

        cr_assert_eq(
            hv_key_version_parse(hv_bytes_str(rows[i].version), &version),
            HV_OK);
        cr_assert_eq(hv_secret_random(&key, HV_HMAC_KEY_LEN, NULL), HV_OK);
        cr_assert_eq(hv_keyring_add_key(ring, &sub, &version, &key, HV_KEY_MADE,
                                        now - 100 * DAY_MS + (int64_t)i, err),
                     HV_OK);
        hv_secret_release(&key);
        made = hv_keyring_find(ring, &sub, &version);
        made->state = rows[i].state;
        made->activated_ms = now - 99 * DAY_MS;
        if (rows[i].superseded_days)
            made->superseded_ms = now - rows[i].superseded_days * DAY_MS;
        if (rows[i].not_before_days)
            made->retire_not_before_ms = now + rows[i].not_before_days * DAY_MS;
        if (rows[i].state == HV_KEY_RETIRED) {
            made->retired_ms = now;
            hv_secret_release(&made->key);
        }
    }
    return HV_OK;
}

Test(model, keys_drain)
{
    struct hv_key_model model = { 0 };
    struct hv_guid other = { { 9 } };

    make_keystore();
    cr_assert_eq(hv_keystore_edit(session.ks, add_keys, NULL, NULL), HV_OK);
    cr_assert_eq(hv_model_keys(&session, &sub, &model, NULL), HV_OK);
    cr_assert_eq(model.len, HV_LEN(rows));
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        /* Newest first. */
        const struct hv_key_row *row = &model.rows[HV_LEN(rows) - 1 - i];

        cr_expect_str_eq(row->version.id, rows[i].version);
        cr_expect_eq(row->state, rows[i].state, "%s", rows[i].version);
        cr_expect_eq(row->drain, rows[i].drain, "%s: %s", rows[i].version,
                     hv_drain_word(row->drain));
        cr_expect_eq(row->safe_at_ms != 0, rows[i].state == HV_KEY_ACCEPTED,
                     "%s", rows[i].version);
        cr_expect_eq(row->uses, 0);
    }
    hv_key_model_release(&model);
    cr_assert_eq(hv_model_keys(&session, &other, &model, NULL), HV_OK);
    cr_expect_eq(model.len, 0);
    hv_key_model_release(&model);
}

static bool
has_attention(const struct hv_status_model *model, const char *severity,
              const char *text)
{
    for (size_t i = 0; i < model->attention_len; i++) {
        if (strcmp(model->attention[i].severity, severity) == 0 &&
            strstr(model->attention[i].text, text))
            return true;
    }
    return false;
}

Test(model, status_of_nothing)
{
    struct hv_status_model model;

    hv_model_status(&session, &model);
    cr_expect_str_eq(model.keystore_state, "missing");
    cr_expect_not(model.has_profile || model.listener_running ||
                  model.sandbox_running);
    cr_expect(has_attention(&model, "info", "no keystore yet"));
    cr_expect(has_attention(&model, "info", "no profile yet"));
}

Test(model, status_of_a_damaged_keystore)
{
    struct hv_status_model model;

    place_text("ks", "this is no keystore at all");
    hv_model_status(&session, &model);
    cr_expect_str_eq(model.keystore_state, "damaged");
    cr_expect(has_attention(&model, "high", "cannot be used"));
}

Test(model, status_locked_and_open)
{
    struct hv_status_model model;

    make_keystore();
    cr_assert_eq(hv_keystore_edit(session.ks, add_keys, NULL, NULL), HV_OK);
    hv_model_status(&session, &model);
    cr_expect_str_eq(model.keystore_state, "open");
    cr_expect_eq(model.keys_active, 1);
    cr_expect_eq(model.keys_accepted, 3);
    cr_expect_eq(model.keys_safe, 0);
    cr_expect_eq(model.keys_pending, 1);
    cr_expect_eq(model.keys_retired, 1);
    cr_expect_eq(model.keystore_generation, 2);
    cr_expect_not(has_attention(&model, "info", "safe"));
    cr_expect(has_attention(&model, "high", "no listener runs"));
    hv_session_give_keystore(&session, NULL);
    hv_model_status(&session, &model);
    cr_expect_str_eq(model.keystore_state, "locked");
    cr_expect_eq(model.keys_active, 0);
    cr_expect_eq(model.keystore_generation, 2);
}

/* The middle of the night is no time to hear nothing at all. */
Test(model, status_without_a_readable_journal)
{
    struct hv_status_model model;
    char path[600];
    char text[2048];

    make_keystore();
    cr_assert_eq(hv_keystore_edit(session.ks, add_keys, NULL, NULL), HV_OK);
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    cr_assert_eq(
        hv_path_join(path, sizeof(path), session.globals.store, "journal.db"),
        HV_OK);
    place_text(path, text);
    hv_model_status(&session, &model);
    cr_expect(has_attention(&model, "high", "journal.db"));
    cr_expect_eq(model.keys_active, 1);
    cr_expect_eq(model.keys_accepted, 3);
    cr_expect_eq(model.keys_safe, 0);
    cr_expect(has_attention(&model, "high", "no listener runs"));
}

Test(model, attention_has_the_worst_first_and_drops_the_least)
{
    static const char *const severities[] = { "info", "warn", "high" };
    struct hv_status_model *model = hv_calloc(1, sizeof(*model));
    size_t most = HV_LEN(model->attention);

    for (int n = 0; n < 3; n++) {
        for (size_t i = 0; i < 3; i++) {
            struct hv_attention *note = hv_attend(model, severities[i], "log",
                                                  "%s %d", severities[i], n);

            cr_assert(note);
            cr_expect(!strncmp(note->text, severities[i], 4), "%s", note->text);
        }
    }
    cr_expect_eq(model->attention_len, 9);
    for (size_t i = 0; i < 9; i++) {
        char text[16];

        snprintf(text, sizeof(text), "%s %zu", severities[2 - i / 3], i % 3);
        cr_expect_str_eq(model->attention[i].text, text, "%zu", i);
    }
    for (int n = 3; model->attention_len < most; n++)
        hv_attend(model, "warn", "keys", "warn %d", n);
    cr_expect_null(hv_attend(model, "info", "keys", "no place"));
    cr_expect_str_eq(model->attention[most - 1].text, "info 2");
    cr_assert(hv_attend(model, "high", "keys", "high 3"));
    cr_expect_str_eq(model->attention[3].text, "high 3");
    cr_expect_str_eq(model->attention[most - 1].text, "info 1");
    cr_expect_eq(model->attention_len, most);
    free(model);
}
