/*
 * test_append.c - what an acknowledged append is worth: all or nothing, there
 * after a kill, silent about what it seals, alive again after a full disk.
 */
#include "fixture.h"

#include "hvconsole/file.h"

#include <criterion/criterion.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fixture fx;

static void
start(void)
{
    fixture_start(&fx);
}

static void
end(void)
{
    fixture_end(&fx);
}
TestSuite(append, .init = start, .fini = end);

static const char *const files[] = { "", "-wal" };

static void
read_file(size_t which, struct hv_buf *out)
{
    char path[128];

    snprintf(path, sizeof(path), "%s%s", fx.path, files[which]);
    cr_assert_eq(hv_file_read(path, 1 << 26, out, NULL), HV_OK);
}

/* How often @needle stands in the file and its log. */
static int
found_in_files(const void *needle, size_t len)
{
    int found = 0;

    for (size_t i = 0; i < HV_LEN(files); i++) {
        struct hv_buf content = { 0 };

        read_file(i, &content);
        if (content.len > 0 && memmem(content.data, content.len, needle, len))
            found++;
        hv_buf_release(&content);
    }
    return found;
}

Test(append, nothing_of_a_person_is_readable_in_the_files)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct sample sample;
    struct hv_guid sub = sample_guid(1);
    char text[HV_GUID_TEXT];

    for (unsigned i = 0; i < 20; i++) {
        sample_make(&sample, HV_VERDICT_VERIFIED, i, 2);
        sample_append(journal, &sample);
    }
    /* The test of the test: what is not sealed is found. */
    cr_expect_gt(found_in_files(sub.b, 16), 0);
    cr_expect_eq(found_in_files("notifications", 13), 0);
    cr_expect_eq(found_in_files("the body of", 11), 0);
    for (unsigned i = 0; i < 20; i++) {
        struct hv_guid ids[] = { sample_guid(1000 + i), sample_guid(2000 + i),
                                 sample_guid(3000 + i * 10),
                                 sample_guid(3000 + i * 10 + 1) };

        for (size_t j = 0; j < HV_LEN(ids); j++) {
            hv_guid_format(&ids[j], text);
            cr_expect_eq(found_in_files(ids[j].b, 16), 0, "%u %zu", i, j);
            cr_expect_eq(found_in_files(text, 36), 0, "%u %zu", i, j);
        }
    }
    hv_journal_close(journal);
    cr_expect_eq(found_in_files("the body of", 11), 0);
}

Test(append, no_key_lies_in_the_files)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 1);
    sample_append(journal, &sample);
    cr_expect_eq(found_in_files(fx.ring.readers[0].private_key.data, 32), 0);
    cr_expect_eq(found_in_files(fx.ring.journal_keys[0].index_key.data, 32), 0);
    cr_expect_eq(found_in_files(fx.ring.journal_keys[0].outbox_key.data, 32),
                 0);
    hv_journal_close(journal);
}

Test(append, refused_requests_leave_a_digest_and_no_content)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct sample sample;

    for (int v = HV_VERDICT_BAD_HMAC; v < HV_VERDICT_COUNT; v++) {
        /* Even if a judgement carried events: they were never vouched for. */
        sample_make(&sample, (enum hv_verdict)v, (unsigned)v, 2);
        sample_append(journal, &sample);
    }
    hv_journal_close(journal);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival"),
                 HV_VERDICT_COUNT - HV_VERDICT_BAD_HMAC);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival WHERE "
                                  "digest IS NOT NULL OR datakey<>0 OR twin<>0 "
                                  "OR events<>0 OR length(sha256)<>32"),
                 0);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM body"), 0);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM event"), 0);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM datakey"), 0);
}

Test(append, no_nonce_is_used_twice_under_a_data_key)
{
    static const int64_t hour = 3600000;

    for (int round = 0; round < 2; round++) {
        struct hv_journal *journal = fixture_open(&fx);
        struct sample sample;

        for (unsigned i = 0; i < 60; i++) {
            sample_make(&sample, HV_VERDICT_VERIFIED, i, 2);
            sample.arrival.received_ms = 1000 + (int64_t)i * hour / 20;
            sample_append(journal, &sample);
        }
        hv_journal_close(journal);
    }
    /* One drawn at each start is used for nothing here: the clock of these
     * arrivals is far from it. Three hours twice. */
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM datakey"), 6);
    cr_expect_eq(
        fixture_int(&fx, "SELECT count(*) FROM (SELECT a.datakey k,b.n n FROM "
                         "arrival a JOIN body b ON b.id=a.id UNION ALL SELECT "
                         "a.datakey,e.n FROM event e JOIN arrival a ON "
                         "a.id=e.id>>12)"),
        360);
    cr_expect_eq(
        fixture_int(&fx, "SELECT count(*) FROM (SELECT a.datakey k,b.n n FROM "
                         "arrival a JOIN body b ON b.id=a.id UNION SELECT "
                         "a.datakey,e.n FROM event e JOIN arrival a ON "
                         "a.id=e.id>>12)"),
        360);
}

/* No file may grow past @bytes; 0 = as before. */
static void
limit_files(rlim_t bytes)
{
    static rlim_t before;
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    if (before == 0)
        before = limit.rlim_cur;
    limit.rlim_cur = bytes ? bytes : before;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static rlim_t
wal_size(void)
{
    struct stat named;
    char path[128];

    snprintf(path, sizeof(path), "%s-wal", fx.path);
    cr_assert_eq(stat(path, &named), 0);
    return (rlim_t)named.st_size;
}

Test(append, a_full_disk_fails_the_batch_and_nothing_else)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct sample samples[40];
    struct hv_arrival batch[40];
    struct hv_error err = { 0 };
    uint64_t highest;
    size_t done = 0;

    for (unsigned i = 0; i < 40; i++) {
        sample_make(&samples[i], HV_VERDICT_VERIFIED, i, 2);
        memset(samples[i].body + 20, 'x', 2000);
        samples[i].body[2020] = (char)i;
        samples[i].arrival.body =
            (struct hv_bytes){ (uint8_t *)samples[i].body, 2040 };
        batch[i] = samples[i].arrival;
    }
    sample_append(journal, &samples[0]);
    for (int round = 0; round < 3; round++) {
        limit_files(wal_size() + 20000);
        for (int again = 0; again < 3; again++) {
            err = (struct hv_error){ 0 };
            cr_expect_eq(hv_journal_append(journal, batch, 40, &err),
                         HV_ERR_IO);
            cr_expect_eq(err.status, HV_ERR_IO);
            cr_expect(strstr(err.why, fx.path), "%s", err.why);
        }
        limit_files(0);
        cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival"),
                     1 + (int)done);
        cr_assert_eq(hv_journal_append(journal, batch + done, 1, &err), HV_OK,
                     "%s", err.why);
        done++;
    }
    cr_assert_eq(hv_journal_append(journal, batch, 40, NULL), HV_OK);
    hv_journal_close(journal);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival"), 44);
    cr_expect_eq(fixture_int(&fx, "SELECT sum(arrivals) FROM total"), 44);
    cr_expect_eq(fixture_int(&fx, "SELECT sum(arrivals) FROM counter"), 44);
    /* Rows of the failed batches are nobody's twins: 0, 1 and 2 were there. */
    cr_expect_eq(fixture_int(&fx,
                             "SELECT count(*) FROM arrival a WHERE "
                             "twin<>0 AND NOT EXISTS (SELECT 1 FROM arrival b "
                             "WHERE b.id=a.twin AND b.digest=a.digest)"),
                 0);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival WHERE "
                                  "twin=0"),
                 40);
    /* Failed sealings have used up their nonces. */
    highest = (uint64_t)fixture_int(&fx, "SELECT max(n) FROM event");
    cr_expect_gt(highest, 3 * (44 + 9 * 2));
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM "
                                  "pragma_integrity_check "
                                  "WHERE integrity_check<>'ok'"),
                 0);
}

/* A failure in the middle that does not end the transaction by itself, unlike
 * one of the disk: what came before it in the batch must go as well. */
static void
break_events(bool is_broken)
{
    fixture_sql(&fx, is_broken
                         ? "CREATE TRIGGER broken BEFORE INSERT ON event "
                           "BEGIN SELECT RAISE(FAIL, 'broken by a test'); END"
                         : "DROP TRIGGER broken");
}

Test(append, a_batch_that_fails_half_way_leaves_nothing_anywhere)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct sample samples[3];
    struct hv_arrival batch[3];
    struct hv_error err = { 0 };

    /* The first row is whole before the second one fails. It brings the data
     * key and a reason into the file, and a digest into memory. */
    sample_make(&samples[0], HV_VERDICT_VERIFIED, 1, 0);
    sample_make(&samples[1], HV_VERDICT_VERIFIED, 2, 1);
    sample_make(&samples[2], HV_VERDICT_VERIFIED, 3, 1);
    strcpy(samples[0].judgement.why[1].note, "only in the failed batch");
    strcpy(samples[2].judgement.why[1].note, "takes the place of it");
    for (size_t i = 0; i < 3; i++)
        batch[i] = samples[i].arrival;
    break_events(true);
    cr_expect_eq(hv_journal_append(journal, batch, 2, &err), HV_ERR_IO);
    cr_expect(strstr(err.why, "broken by a test"), "%s", err.why);
    cr_expect_eq(fixture_int(&fx,
                             "SELECT (SELECT count(*) FROM arrival)+"
                             "(SELECT count(*) FROM body)+(SELECT count(*) "
                             "FROM why)+(SELECT count(*) FROM datakey)+"
                             "(SELECT count(*) FROM counter)"),
                 0);
    break_events(false);
    /* The other way round, so that ids given back go to other rows. */
    sample_append(journal, &samples[2]);
    sample_append(journal, &samples[0]);
    for (int64_t id = 1; id <= 2; id++) {
        const struct sample *sample = &samples[id == 1 ? 2 : 0];
        struct hv_buf body = { 0 };
        struct hv_log_row row;

        cr_assert_eq(hv_journal_get(view, id, &row, &err), HV_OK);
        cr_expect(row.is_unsealed, "its data key is not in the file");
        cr_expect_eq(row.duplicate_of, 0, "twin of a row that never was");
        cr_assert_eq(row.why_len, 2);
        cr_expect_str_eq(row.why[1].note, sample->judgement.why[1].note);
        cr_expect_eq(hv_journal_body(view, id, &body, NULL), HV_OK);
        cr_expect_str_eq(hv_buf_str(&body), sample->body);
        hv_buf_release(&body);
        hv_log_row_release(&row);
    }
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival"), 2);
    cr_expect_eq(fixture_int(&fx, "SELECT sum(arrivals) FROM total"), 2);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(append, a_missing_event_shows)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_log_row row;
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 2);
    sample_append(journal, &sample);
    fixture_sql(&fx, "DELETE FROM event WHERE id%4096=1");
    cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK);
    cr_expect(row.is_altered);
    cr_expect_not(row.is_unsealed);
    cr_expect_eq(row.events_len, 1);
    hv_log_row_release(&row);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(append, a_moved_file_is_not_written_to)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_log_row row;
    struct sample sample;
    char away[128];

    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 1);
    sample_append(journal, &sample);
    for (size_t i = 0; i < 3; i++) {
        static const char *const parts[] = { "", "-wal", "-shm" };
        char path[128];

        snprintf(path, sizeof(path), "%s%s", fx.path, parts[i]);
        snprintf(away, sizeof(away), "%s/old%zu", fx.dir, i);
        cr_assert_eq(rename(path, away), 0);
    }
    sample_make(&sample, HV_VERDICT_VERIFIED, 2, 1);
    sample_append(journal, &sample);
    cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival"), 1);
    cr_expect(hv_journal_changed(view));
    cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK);
    cr_expect_eq(row.received_ms, sample.arrival.received_ms);
    cr_expect(row.is_unsealed);
    hv_log_row_release(&row);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(append, an_empty_batch_is_nothing)
{
    struct hv_journal *journal = fixture_open(&fx);

    cr_expect_eq(hv_journal_append(journal, NULL, 0, NULL), HV_OK);
    hv_journal_close(journal);
}

/* Append in batches of 1 to 5 and tell the last number that was acknowledged,
 * until somebody ends it. */
static void
append_for_ever(int fd, int64_t number)
{
    struct hv_journal *journal = NULL;
    struct sample samples[5];

    if (hv_journal_open(fx.path, &fx.ring.journal_keys[0], &journal, NULL))
        _exit(1);
    for (;;) {
        struct hv_arrival batch[5];
        size_t len = 1 + (size_t)number % 5;

        for (size_t i = 0; i < len; i++) {
            sample_make(&samples[i], HV_VERDICT_VERIFIED, (unsigned)++number,
                        1);
            batch[i] = samples[i].arrival;
            batch[i].received_ms = number;
        }
        if (hv_journal_append(journal, batch, len, NULL) ||
            write(fd, &number, sizeof(number)) != sizeof(number))
            _exit(2);
    }
}

/* The last number the child acknowledged before it was killed. */
static int64_t
run_and_kill(int64_t from, int acks)
{
    int64_t last = from;
    int64_t number;
    int fds[2];
    int status;
    pid_t pid;

    cr_assert_eq(pipe(fds), 0);
    pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        close(fds[0]);
        append_for_ever(fds[1], from);
    }
    close(fds[1]);
    for (int i = 0; read(fds[0], &number, sizeof(number)) == sizeof(number);
         i++) {
        last = number;
        if (i == acks)
            kill(pid, SIGKILL);
    }
    close(fds[0]);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFSIGNALED(status), "the child ended by itself: %d", status);
    return last;
}

Test(append, what_was_acknowledged_is_there_after_a_kill)
{
    int64_t last = 0;

    for (int round = 0; round < 8; round++) {
        struct hv_journal_view *view;
        struct hv_log_row row;
        size_t len = 0;

        last = run_and_kill(last, 20 + 13 * round);
        view = fixture_view(&fx, true);
        cr_assert_eq(
            hv_journal_page(view, NULL, 0, 0, true, &row, 1, &len, NULL),
            HV_OK);
        cr_assert_eq(len, 1);
        cr_expect(row.is_unsealed);
        /* One batch may have been stored and not yet told. */
        cr_expect_geq(row.received_ms, last);
        cr_expect_leq(row.received_ms, last + 5);
        last = row.received_ms;
        hv_log_row_release(&row);
        hv_journal_view_close(view);
        cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM arrival"), last);
        cr_expect_eq(fixture_int(&fx, "SELECT count(DISTINCT received) FROM "
                                      "arrival"),
                     last);
        cr_expect_eq(fixture_int(&fx, "SELECT count(*) FROM body"), last);
        cr_expect_eq(fixture_int(&fx, "SELECT sum(arrivals) FROM total"), last);
    }
}

Test(append, the_writer_cannot_open_what_it_wrote)
{
    struct hv_keyring verify_only = {
        .journal_keys = fx.ring.journal_keys,
        .journal_keys_len = 1,
    };
    struct {
        const char *name;
        const struct hv_keyring *ring;
    } views[] = {
        { "no keystore", NULL },
        { "verify scope", &verify_only },
        { "another keystore", &fx.other },
    };
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_guid zero = { 0 };
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 2);
    sample_append(journal, &sample);
    hv_journal_close(journal);
    /* A key of the wrong owner under the right name opens nothing either. */
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < HV_LEN(views); i++) {
            struct hv_journal_view *view = NULL;
            struct hv_log_row row;
            struct hv_buf body = { 0 };

            cr_assert_eq(
                hv_journal_view_open(fx.path, views[i].ring, &view, NULL),
                HV_OK);
            cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK);
            cr_expect_not(row.is_unsealed, "%s", views[i].name);
            cr_expect_eq(row.events_count, 2);
            cr_assert_eq(row.events_len, 2);
            cr_expect(
                hv_guid_equal(&row.events[0].sub, &sample.judgement.auth.sub));
            cr_expect(hv_guid_equal(&row.events[0].person, &zero));
            cr_expect(hv_guid_equal(&row.events[0].record, &zero));
            cr_expect_eq(row.events[0].things_len, 0);
            cr_expect_eq(row.is_altered, round == 1 && i == 2, "%s",
                         views[i].name);
            cr_expect_eq(hv_journal_body(view, 1, &body, NULL),
                         round == 1 && i == 2 ? HV_ERR_DAMAGED : HV_ERR_LOCKED,
                         "%s", views[i].name);
            cr_expect_eq(body.len, 0);
            hv_log_row_release(&row);
            hv_buf_release(&body);
            hv_journal_view_close(view);
        }
        memset(fx.other.readers[0].id, 1, 8);
    }
}

Test(append, altered_columns_break_the_seal)
{
    static const struct {
        const char *change;
        const char *back;
        bool events; /* the seals of the events break */
        bool body;
    } rows[] = {
        { "UPDATE arrival SET verdict=1", "UPDATE arrival SET verdict=0", true,
          true },
        { "UPDATE arrival SET version='v2'",
          "UPDATE arrival SET version='v20261121-1'", true, true },
        { "UPDATE arrival SET received=received+1",
          "UPDATE arrival SET received=received-1", true, true },
        { "UPDATE arrival SET test=1", "UPDATE arrival SET test=0", true,
          true },
        { "UPDATE why SET steps=x'8100'",
          "UPDATE why SET steps=x'81000409766572646963742030'", true, true },
        { "UPDATE event SET record=randomblob(16)", NULL, true, false },
    };
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 1);
    sample_append(journal, &sample);
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_log_row row;
        struct hv_buf body = { 0 };

        fixture_sql(&fx, rows[i].change);
        cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK);
        cr_expect_eq(row.is_altered, rows[i].events, "%s", rows[i].change);
        cr_expect_eq(row.is_unsealed, !rows[i].events);
        cr_expect_eq(hv_journal_body(view, 1, &body, NULL),
                     rows[i].body ? HV_ERR_DAMAGED : HV_OK, "%s",
                     rows[i].change);
        hv_log_row_release(&row);
        hv_buf_release(&body);
        if (!rows[i].back)
            break;
        fixture_sql(&fx, rows[i].back);
        cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK);
        cr_expect(row.is_unsealed, "after %s", rows[i].back);
        hv_log_row_release(&row);
    }
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(append, altered_data_keys_open_nothing)
{
    static const char *const changes[] = {
        "UPDATE datakey SET ephemeral=zeroblob(32)", /* of small order */
        "UPDATE datakey SET wrapped=randomblob(48)",
        "UPDATE datakey SET created=created+1",
        "UPDATE datakey SET wrapped=zeroblob(47)",
        "DELETE FROM datakey",
    };
    struct hv_journal *journal = fixture_open(&fx);
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 1);
    sample_append(journal, &sample);
    for (size_t i = 0; i < HV_LEN(changes); i++) {
        struct hv_journal_view *view;
        struct hv_buf body = { 0 };
        struct hv_log_row row;

        fixture_sql(&fx, changes[i]);
        view = fixture_view(&fx, true);
        cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK, "%s",
                     changes[i]);
        cr_expect(row.is_altered, "%s", changes[i]);
        cr_expect_not(row.is_unsealed, "%s", changes[i]);
        cr_expect_eq(hv_journal_body(view, 1, &body, NULL), HV_ERR_DAMAGED,
                     "%s", changes[i]);
        hv_buf_release(&body);
        hv_log_row_release(&row);
        hv_journal_view_close(view);
    }
    hv_journal_close(journal);
}

Test(append, a_link_found_later_breaks_no_seal)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_log_row row;
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 1);
    sample_append(journal, &sample);
    fixture_sql(&fx, "UPDATE arrival SET twin=77");
    cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK);
    cr_expect(row.is_unsealed);
    cr_expect_eq(row.duplicate_of, 77);
    hv_log_row_release(&row);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}

Test(append, ids_of_deleted_rows_do_not_come_back)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct sample sample;

    for (unsigned i = 1; i <= 3; i++) {
        sample_make(&sample, HV_VERDICT_BAD_HMAC, i, 0);
        sample_append(journal, &sample);
    }
    hv_journal_close(journal);
    fixture_sql(&fx, "DELETE FROM arrival");
    journal = fixture_open(&fx);
    sample_append(journal, &sample);
    hv_journal_close(journal);
    cr_expect_eq(fixture_int(&fx, "SELECT max(id) FROM arrival"), 4);
}

Test(append, every_event_of_the_largest_request_is_kept)
{
    struct hv_journal *journal = fixture_open(&fx);
    struct hv_journal_view *view = fixture_view(&fx, true);
    struct hv_event *events = hv_calloc(HV_MAX_NOTIFICATIONS, sizeof(*events));
    struct hv_log_row row;
    struct sample sample;

    sample_make(&sample, HV_VERDICT_VERIFIED, 1, 0);
    for (unsigned i = 0; i < HV_MAX_NOTIFICATIONS; i++) {
        events[i].record = sample_guid(i);
        events[i].person = sample_guid(i + 1);
    }
    sample.judgement.events.items = events;
    sample.judgement.events.len = HV_MAX_NOTIFICATIONS;
    sample_append(journal, &sample);
    sample_make(&sample, HV_VERDICT_VERIFIED, 2, 1);
    sample_append(journal, &sample);
    cr_assert_eq(hv_journal_get(view, 1, &row, NULL), HV_OK);
    cr_expect(row.is_unsealed);
    cr_assert_eq(row.events_len, HV_MAX_NOTIFICATIONS);
    for (unsigned i = 0; i < HV_MAX_NOTIFICATIONS; i++)
        cr_assert(hv_guid_equal(&row.events[i].record, &events[i].record));
    hv_log_row_release(&row);
    cr_assert_eq(hv_journal_get(view, 2, &row, NULL), HV_OK);
    cr_expect_eq(row.events_len, 1);
    hv_log_row_release(&row);
    free(events);
    hv_journal_view_close(view);
    hv_journal_close(journal);
}
