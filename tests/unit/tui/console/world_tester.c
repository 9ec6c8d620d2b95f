/*
 * world_tester.c - test messages that were sent, by hand. Called by the tests of
 * the Test sender. No file, no clock, no terminal.
 */
#include "tests/unit/tui/console/world_tester.h"

#include <string.h>

void
world_open_test(struct hv_app *app)
{
    world_open(app);
    world_fill(app);
    world_size(app, 24, 80);
    world_press(app, "7");
}

/* As the worker tells about one that was sent. */
struct hv_exchange *
world_exchange(const char *mode, int http, bool passes)
{
    struct hv_exchange *x = hv_calloc(1, sizeof(*x));

    *x = (struct hv_exchange){
        .at_ms = WORLD_NOW_MS - 3000,
        .cell = -1,
        .mode = hv_test_mode_find(mode),
        .items = "fake:3",
        .to = "url",
        .url = HANDLER,
        .sub = world_guid("0b2e", "a41"),
        .header = "HVEventingSharedKey 0b2ef1c2-8e10-4d7b-9a3e-51b0c7709a41:"
                  "v20261111-1:FKISB8Oa..",
        .is_marked = true,
        .http = http,
        .expected = 200,
        .passes = passes,
        .is_delivered = http == 200,
        .took_ms = 31,
        .sent = 1,
        .tls = "TLSv1.3 TLS_AES_256_GCM_SHA384",
        .address = "203.0.113.7:443",
    };
    hv_copy(x->version.id, sizeof(x->version.id), "v20261111-1");
    hv_buf_add_str(&x->body, "<?xml version=\"1.0\"?><wc:notifications><things>"
                             "<thing><thing-id>a</thing-id></thing></things>"
                             "</wc:notifications>");
    hv_buf_addf(&x->head, "HTTP/1.1 %d Whatever\r\nServer: \x1b[31mred\r\n\r\n",
                http);
    hv_buf_add_str(&x->answer, passes ? "ok\n" : "unexpected subscription\n");
    if (!passes)
        hv_copy(x->note, sizeof(x->note), "the handler did not take it");
    return x;
}

void
world_exchange_came(struct hv_app *app, struct hv_exchange *x)
{
    struct hv_msg msg = { .kind = HV_MSG_EXCHANGE,
                          .op = app->busy[HV_JOB_COMMAND].op };

    msg.u.exchange = x;
    hv_app_update(app, &msg);
}

void
world_command_ends(struct hv_app *app, enum hv_status st, const char *why)
{
    struct hv_msg msg = { .kind = HV_MSG_COMMAND,
                          .op = app->busy[HV_JOB_COMMAND].op };

    if (st)
        (void)hv_fail(&msg.error, st, "%s", why);
    hv_app_update(app, &msg);
}

const char *
world_command(const struct hv_app *app)
{
    const struct hv_effect *job = world_job(app, HV_JOB_COMMAND);

    return job ? job->text : "(none)";
}
