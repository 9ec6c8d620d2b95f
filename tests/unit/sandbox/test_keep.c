/*
 * test_keep.c - the state file: what is written is what comes back, row by row
 * and as a whole; files of other kinds; damaged ones. Writes under /tmp.
 */
#include "support.h"

#include "hvconsole/file.h"
#include "hvconsole/names.h"
#include "sandbox/change.h"
#include "sandbox/keep.h"
#include "sandbox/keep_fields.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];
static char path[128];
static struct t_world world;
static struct sb_keep *keep;

static void
on_touched(void *arg, enum sb_kind kind, size_t index)
{
    (void)arg;
    sb_keep_touched(keep, &world.p, kind, index);
}

static void
on_gone(void *arg, enum sb_kind kind, size_t index)
{
    (void)arg;
    sb_keep_gone(keep, &world.p, kind, index);
}

static void
start(void)
{
    bool is_new = false;

    t_start();
    hv_copy(dir, sizeof(dir), "/tmp/hv-keep.XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/state", dir);
    t_world_init(&world);
    cr_assert_eq(sb_keep_open(path, &keep, &is_new, NULL), HV_OK);
    cr_assert(is_new);
    cr_assert_eq(sb_keep_all(keep, &world.p, 77, NULL), HV_OK);
    world.p.hooks = (struct sb_hooks){ .touched = on_touched, .gone = on_gone };
}

static void
stop(void)
{
    char other[160];

    sb_keep_free(keep);
    keep = NULL;
    world.p.hooks = (struct sb_hooks){ 0 };
    t_world_release(&world);
    unlink(path);
    for (int i = 0; i < 2; i++) {
        snprintf(other, sizeof(other), "%s%s", path, i ? "-wal" : "-journal");
        unlink(other);
    }
    cr_expect_eq(rmdir(dir), 0, "something was left in %s", dir);
}

/* All that is kept of a platform, in one piece of bytes. */
static void
fingerprint(struct sb_platform *p, struct sb_pack *out)
{
    sb_pack_begin(out);
    for (size_t i = 0; i < p->person_count; i++)
        sb_fields_person(out, &p->persons[i]);
    for (size_t i = 0; i < p->record_count; i++) {
        sb_fields_record(out, &p->records[i]);
        sb_pack_size(out, &p->records[i].active);
        sb_pack_raw(out, p->records[i].by_date,
                    p->records[i].thing_count * sizeof(uint32_t));
        for (size_t k = 0; k < p->records[i].op_count; k++)
            sb_fields_op(out, &p->records[i].ops[k]);
    }
    for (size_t i = 0; i < p->grant_count; i++)
        sb_fields_grant(out, &p->grants[i]);
    for (size_t i = 0; i < p->app_count; i++)
        sb_fields_app(out, &p->apps[i]);
    for (size_t i = 0; i < p->pending_count; i++)
        sb_fields_pending(out, &p->pendings[i]);
    for (size_t i = 0; i < p->auth_count; i++)
        sb_fields_auth(out, &p->auths[i]);
    for (size_t i = 0; i < p->thing_count; i++)
        sb_fields_thing(out, &p->things[i]);
    for (size_t i = 0; i < p->user_count; i++)
        sb_fields_user(out, &p->users[i]);
    for (size_t i = 0; i < p->sub_count; i++)
        sb_fields_sub(out, &p->subs[i]);
    for (struct sb_batch *b = p->queue.first; b; b = b->next)
        sb_fields_batch(out, b);
    sb_fields_faults(out, &p->faults);
    sb_pack_i64(out, &p->clock.virtual_ms);
    sb_pack_i64(out, &p->clock.rate);
    sb_fields_keys(out, p);
}

/* Closes the file, opens it again, and compares what comes back. */
static void
expect_same_after_restart(void)
{
    struct sb_platform back = { 0 };
    struct sb_pack before = { 0 }, after = { 0 };
    struct hv_error err = { 0 };
    uint32_t seed = 0;
    bool is_new = true;

    cr_assert_eq(sb_keep_flush(keep, &world.p, &err), HV_OK, "%s", err.why);
    sb_keep_free(keep);
    cr_assert_eq(sb_keep_open(path, &keep, &is_new, &err), HV_OK, "%s",
                 err.why);
    cr_expect_not(is_new);
    sb_platform_bare(&back);
    cr_assert_eq(sb_keep_load(keep, &back, &seed, &err), HV_OK, "%s", err.why);
    cr_expect_eq(seed, 77);
    fingerprint(&world.p, &before);
    fingerprint(&back, &after);
    cr_expect_eq(before.len, after.len);
    cr_expect(before.len == after.len &&
              memcmp(before.data, after.data, before.len) == 0);
    cr_expect_eq(back.queue.events, world.p.queue.events);
    sb_pack_release(&before);
    sb_pack_release(&after);
    sb_platform_release(&back);
}

static void
emit(enum sb_action action, size_t record, size_t count)
{
    struct sb_changed out[64];
    struct hv_guid type;
    struct sb_order order = { .action = action,
                              .type = &type,
                              .record = record,
                              .count = count,
                              .now_ms = T_NOW_MS };
    size_t queued;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_guid_parse(T_BP, &type), HV_OK);
    cr_assert_eq(sb_change(&world.p, &order, out, &queued, &err), HV_OK, "%s",
                 err.why);
}

Test(keep, holds_the_seeded_world, .init = start, .fini = stop)
{
    struct stat info;

    expect_same_after_restart();
    cr_assert_eq(stat(path, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600);
}

Test(keep, holds_every_kind_of_change, .init = start, .fini = stop)
{
    static const char token[] = "an app-token";
    struct sb_platform *p = &world.p;
    struct hv_secret secret = { 0 };
    struct sb_fault fault = { .kind = SB_FAULT_ERROR, .amount = 9, .left = 3 };
    struct hv_guid id = hv_guid_random();
    char user[SB_USER_TOKEN_SIZE];
    char sub[2][HV_GUID_TEXT];
    struct sb_batch *batch;
    uint64_t fault_id;

    t_subscribe(&world, &(struct t_sub){ 0 }, sub[0]);
    t_subscribe(&world, &(struct t_sub){ .types = { T_BP, T_WEIGHT } }, sub[1]);
    emit(SB_ADD, 1, 3);
    emit(SB_UPDATE, 1, 2);
    emit(SB_DELETE, 1, 1);
    batch = sb_queue_next(p, T_NOW_MS + 1000);
    cr_assert_not_null(batch);
    sb_queue_done(p, batch, &(struct sb_attempt){ .http = 500 },
                  T_NOW_MS + 1000);
    expect_same_after_restart();
    sb_sub_remove(p, &p->subs[0]);
    (void)sb_record_add(p, &id, "A new one", "US", "WA", T_NOW_MS);
    (void)sb_grant_add(p, 0, p->record_count - 1, true, 1, "Self");
    sb_record_set_state(p, 0, SB_RECORD_READ_ONLY);
    (void)sb_auth_grant(p, 0, 0, p->record_count - 1, NULL, T_NOW_MS);
    sb_auth_force(p, &p->auths[1], SB_ACT_LOCATION, T_NOW_MS);
    cr_assert(sb_user_token_issue(p, &p->apps[0].id, 0, SB_NO_RECORD, true, 0,
                                  T_NOW_MS, user));
    (void)sb_token_keys_rotate(p, T_NOW_MS);
    cr_assert_eq(hv_secret_random(&secret, 32, NULL), HV_OK);
    sb_pending_add(p, &id, &p->apps[0].id, token, &secret);
    sb_clock_set(&p->clock, T_NOW_MS, 0, T_NOW_MS);
    sb_touch(p, SB_KIND_CLOCK, 0);
    cr_assert_eq(sb_fault_add(&p->faults, &fault, &fault_id, NULL), HV_OK);
    sb_touch(p, SB_KIND_FAULT, 0);
    expect_same_after_restart();
}

/* What a rate other than one showed last was noted: it never goes back. */
Test(keep, holds_the_moment_of_a_fast_clock, .init = start, .fini = stop)
{
    struct sb_platform back = { 0 };
    uint32_t seed;
    int64_t shown;

    sb_clock_set(&world.p.clock, T_NOW_MS, 60000, 1000);
    sb_touch(&world.p, SB_KIND_CLOCK, 0);
    cr_assert_eq(sb_keep_flush(keep, &world.p, NULL), HV_OK);
    sb_platform_bare(&back);
    cr_assert_eq(sb_keep_load(keep, &back, &seed, NULL), HV_OK);
    shown = back.clock.virtual_ms;
    cr_expect_gt(shown, T_NOW_MS, "the moment of writing, not of setting");
    cr_expect_eq(sb_clock_now(&world.p.clock, back.clock.real_ms), shown);
    sb_platform_release(&back);
}

Test(keep, refuses_what_is_not_its_own, .init = start, .fini = stop)
{
    static const char *const contents[] = { "x", "SQLite format 3",
                                            "hvks and some more" };
    char other[160];
    sqlite3 *db;

    snprintf(other, sizeof(other), "%s/other", dir);
    for (size_t i = 0; i < HV_LEN(contents) + 2; i++) {
        struct hv_buf before = { 0 }, after = { 0 };
        struct hv_error err = { 0 };
        struct sb_keep *none = NULL;
        bool is_new;

        unlink(other);
        if (i < HV_LEN(contents)) {
            cr_assert_eq(
                hv_file_create(other, 0600, hv_bytes_str(contents[i]), NULL),
                HV_OK);
        } else { /* a database of somebody else; a format of tomorrow */
            cr_assert_eq(sqlite3_open(other, &db), SQLITE_OK);
            cr_assert_eq(
                sqlite3_exec(db,
                             i == HV_LEN(contents)
                                 ? "CREATE TABLE entry (a)"
                                 : "PRAGMA application_id = 0x68767362; "
                                   "PRAGMA user_version = 2;"
                                   "CREATE TABLE entry (a)",
                             NULL, NULL, NULL),
                SQLITE_OK);
            sqlite3_close(db);
        }
        cr_assert_eq(hv_file_read(other, 1 << 20, &before, NULL), HV_OK);
        cr_expect_eq(sb_keep_open(other, &none, &is_new, &err), HV_ERR_DAMAGED,
                     "row %zu: %s", i, err.why);
        cr_expect_not_null(strstr(err.hint, "not touched"), "row %zu", i);
        cr_assert_eq(hv_file_read(other, 1 << 20, &after, NULL), HV_OK);
        cr_expect(hv_bytes_equal(hv_buf_bytes(&before), hv_buf_bytes(&after)),
                  "row %zu", i);
        hv_buf_release(&before);
        hv_buf_release(&after);
    }
    unlink(other);
}

Test(keep, refuses_a_file_in_use_and_a_missing_directory, .init = start,
     .fini = stop)
{
    struct sb_keep *none = NULL;
    bool is_new;

    cr_expect_eq(sb_keep_open(path, &none, &is_new, NULL), HV_ERR_RULE);
    cr_expect_eq(sb_keep_open("/nowhere/at/all/state", &none, &is_new, NULL),
                 HV_ERR_NOT_FOUND);
    cr_expect_eq(sb_keep_open(dir, &none, &is_new, NULL), HV_ERR_IO);
}

/* Killed between making the file and writing the world: it begins anew. */
Test(keep, a_file_without_a_world_is_new, .init = start, .fini = stop)
{
    bool is_new = true;
    sqlite3 *db;

    for (int i = 0; i < 2; i++) {
        sb_keep_free(keep);
        keep = NULL;
        cr_assert_eq(sb_keep_open(path, &keep, &is_new, NULL), HV_OK);
        cr_expect_eq(is_new, i == 1);
        sb_keep_free(keep);
        keep = NULL;
        cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
        cr_assert_eq(sqlite3_exec(db, "DELETE FROM entry", NULL, NULL, NULL),
                     SQLITE_OK);
        sqlite3_close(db);
    }
}

/* A row cut short at any place, and one with a byte too many. */
Test(keep, refuses_rows_that_make_no_sense, .init = start, .fini = stop)
{
    static const char *const damages[] = {
        "UPDATE entry SET data = substr(data, 1, 20) WHERE kind = 3",
        "UPDATE entry SET data = data || x'00' WHERE kind = 0 AND key = 0",
        "UPDATE entry SET data = zeroblob(8) WHERE kind = 5 AND key = 0",
        "UPDATE entry SET kind = 99 WHERE kind = 0 AND key = 0",
        "DELETE FROM entry WHERE kind = 1",
        "DELETE FROM entry",
    };

    for (size_t i = 0; i < HV_LEN(damages); i++) {
        struct sb_platform back = { 0 };
        struct hv_error err = { 0 };
        uint32_t seed;
        bool is_new;
        sqlite3 *db;

        cr_assert_eq(sb_keep_all(keep, &world.p, 77, NULL), HV_OK);
        sb_keep_free(keep);
        keep = NULL;
        cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
        cr_assert_eq(sqlite3_exec(db, damages[i], NULL, NULL, NULL), SQLITE_OK,
                     "%s", sqlite3_errmsg(db));
        sqlite3_close(db);
        cr_assert_eq(sb_keep_open(path, &keep, &is_new, &err), HV_OK);
        sb_platform_bare(&back);
        cr_expect_eq(sb_keep_load(keep, &back, &seed, &err), HV_ERR_DAMAGED,
                     "row %zu", i);
        cr_expect_neq(err.why[0], '\0', "row %zu", i);
        sb_platform_release(&back);
    }
}
