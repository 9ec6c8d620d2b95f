/*
 * test_way.c - where notifications may go: what is refused before anything
 * starts, and that no refusal repeats a password.
 */
#include "hvconsole/handon.h"

#include <criterion/criterion.h>

#include <string.h>

#define LONG_SUBJECT                                                           \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"                       \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
    struct hv_handon_way way;
    const char *words; /* of the refusal or its hint; NULL = it is allowed */
} rows[] = {
    { { .forward = "http://example.org/x" }, "over https only" },
    { { .forward = "https://u:hunter2@example.org/" }, "user" },
    { { .forward = "https://example.org/#x" }, "fragment" },
    { { .forward = "ftp://127.0.0.1/" }, "over https only" },
    { { .forward = "https://a/", .exec = "true" }, "exclude" },
    { { .forward = "https://a/", .sink = "nats://a" }, "exclude" },
    { { .exec = "true", .sink = "nats://a" }, "exclude" },
    { { .exec = "" }, "a command" },
    { { .sink = "" }, "nats://HOST" },
    { { .sink = "a:4222" }, "nats://HOST" },
    { { .sink = "http://a/" }, "nats://HOST" },
    { { .sink = "nats://a?b=c" }, "nats://HOST" },
    { { .sink = "nats://a#b" }, "nats://HOST" },
    { { .sink = "nats://" }, "host" },
    { { .sink = "nats://a:0" }, "port" },
    { { .sink = "nats://a:70000" }, "port" },
    { { .sink = "nats://u:hunter2@a" }, "--sink-creds" },
    { { .sink = "nats://hunter2@a" }, "--sink-creds" },
    { { .sink = "nats://a/b/c" }, "no subject" },
    { { .sink = "nats://a/.b" }, "no subject" },
    { { .sink = "nats://a/b." }, "no subject" },
    { { .sink = "nats://a/b..c" }, "no subject" },
    { { .sink = "nats://a/b.*" }, "no subject" },
    { { .sink = "nats://a/b%2ec" }, "no subject" },
    { { .sink = "nats://a/" LONG_SUBJECT }, "no subject" },
    { { .sink = "nats://a", .sink_creds = "/no/such/file" }, "cannot read" },
    { { .sink_creds = "/etc/hostname" }, "belongs to --sink" },
    { { 0 }, NULL },
    { { .forward = "https://example.org/x?y=z" }, NULL },
    { { .forward = "http://127.0.0.1:1/x" }, NULL },
    { { .exec = "true" }, NULL },
    { { .sink = "nats://a" }, NULL },
    { { .sink = "nats://a/" }, NULL },
    { { .sink = "tls://a:443/ward-3.notes_x", .sink_creds = "/dev/null" },
      NULL },
    { { .sink = "nats://[::1]:4222/a" }, NULL },
};

Test(way, what_is_refused_and_why)
{
    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_error err = { 0 };
        enum hv_status st = hv_handon_check(&rows[i].way, &err);

        if (!rows[i].words) {
            cr_expect_eq(st, HV_OK, "row %zu: %s", i, err.why);
            continue;
        }
        cr_expect_eq(st, HV_ERR_USAGE, "row %zu: %s", i, err.why);
        cr_expect(strstr(err.why, rows[i].words) ||
                      strstr(err.hint, rows[i].words),
                  "row %zu: %s (%s)", i, err.why, err.hint);
        cr_expect(!strstr(err.why, "hunter2") && !strstr(err.hint, "hunter2"),
                  "row %zu repeats the password", i);
    }
}

Test(way, wanted_is_one_that_is_named)
{
    cr_expect(!hv_handon_is_wanted(&(struct hv_handon_way){ 0 }));
    cr_expect(hv_handon_is_wanted(&(struct hv_handon_way){ .sink = "x" }));
    cr_expect(hv_handon_is_wanted(&(struct hv_handon_way){ .exec = "x" }));
    cr_expect(hv_handon_is_wanted(&(struct hv_handon_way){ .forward = "x" }));
}
