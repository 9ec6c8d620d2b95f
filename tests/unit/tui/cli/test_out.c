/*
 * test_out.c - the printer: one telling, every format; hostile text; limits.
 */
#include "tui/command/out.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const struct hv_column columns[] = {
    { "id", "ID", HV_COL_NAME },
    { "name", "NAME", 0 },
    { "count", "COUNT", HV_COL_RIGHT },
    { "ok", "OK", 0 },
    { "seen", "SEEN", 0 },
    { "types", "TYPES", HV_COL_WIDE },
    { "secret", "SECRET", HV_COL_HIDDEN },
    { 0 },
};

static struct hv_out *
open_out(enum hv_format format, const char *fields, int64_t limit)
{
    struct hv_out_config config = {
        .format = format,
        .utc = true,
        .fields = fields,
        .limit = limit,
        .schema = "thing-list",
        .columns = columns,
        .fd = -1,
    };
    struct hv_out *out = NULL;

    cr_assert_eq(hv_out_new(&config, &out, NULL), HV_OK);
    return out;
}

static void
tell(struct hv_out *out, const char *name, int64_t count)
{
    struct hv_node *item = hv_out_item(out), *types;
    struct hv_guid id = { { 0x0b, 0x2e, 0x6a, 0x41, 0, 1, 2, 3, 4, 5, 6, 7, 8,
                            9, 10, 11 } };

    hv_node_id(item, "id", &id);
    hv_node_text(item, "name", name);
    hv_node_int(item, "count", count);
    hv_node_bool(item, "ok", count > 1);
    hv_node_time(item, "seen", count > 1 ? 1767225600123 : 0);
    types = hv_node_list(item, "types");
    for (int i = 0; i < 2; i++) {
        struct hv_node *type = hv_node_object(types, NULL);

        hv_node_text(type, "id", i ? "t1" : "t0");
        hv_node_text(type, "name", i ? "Weight" : "Height");
    }
    hv_node_text(item, "secret", "hidden");
}

static void
expect_text(struct hv_out *out, const char *want)
{
    struct hv_buf text = { 0 };

    cr_assert_eq(hv_out_finish(out, NULL), HV_OK);
    hv_out_take(out, &text);
    cr_expect_str_eq(hv_buf_str(&text), want, "got:\n%s\nwant:\n%s",
                     hv_buf_str(&text), want);
    hv_buf_release(&text);
    hv_out_free(out);
}

static void
tell_two(struct hv_out *out)
{
    hv_node_int(hv_out_top(out), "limit", 25);
    tell(out, "first", 1);
    tell(out, "a\tb\x1b[31m", 12);
    hv_out_note(out, "2 of 25");
}

Test(out, refuses_unknown_fields)
{
    static const struct {
        const char *fields, *hint;
    } rows[] = {
        { "nmae", "did you mean name" },
        { "id,frob", "fields: id, name, count" },
        { "frob,id", "fields: id" },
        { "id,name,cout", "did you mean count" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_out_config config = { .fields = rows[i].fields,
                                        .schema = "thing-list",
                                        .columns = columns,
                                        .fd = -1 };
        struct hv_out *out = NULL;
        struct hv_error err = { 0 };

        cr_expect_eq(hv_out_new(&config, &out, &err), HV_ERR_USAGE);
        cr_expect_null(out);
        cr_expect(strstr(err.hint, rows[i].hint), "%s: %s", rows[i].fields,
                  err.hint);
    }
}

Test(out, table)
{
    struct hv_out *out = open_out(HV_FORMAT_TABLE, "", 0);

    tell_two(out);
    expect_text(out,
                "ID        NAME            COUNT  OK   SEEN\n"
                "0b2e6a41  first               1  no   -\n"
                "0b2e6a41  a\\x09b\\x1b[31m     12  yes  2026-01-01 00:00:00Z\n"
                "2 of 25\n");
}

/* `log stats --by` has columns that its other answers have not. */
Test(out, a_column_nobody_fills_is_left_out_for_people)
{
    struct hv_out *out = open_out(HV_FORMAT_TABLE, "", 0);

    hv_node_text(hv_out_item(out), "name", "one");
    hv_node_null(hv_out_item(out), "count");
    expect_text(out, "NAME  COUNT\none       -\n-         -\n");
    out = open_out(HV_FORMAT_TABLE, "name,ok", 0);
    hv_node_text(hv_out_item(out), "name", "one");
    expect_text(out, "NAME  OK\none   -\n");
    out = open_out(HV_FORMAT_TSV, "", 0);
    hv_node_text(hv_out_item(out), "name", "one");
    expect_text(out, "\tone\t\t\t\n");
}

Test(out, wide_shows_whole_ids_and_more_columns)
{
    struct hv_out *out = open_out(HV_FORMAT_WIDE, "", 0);

    tell(out, "first", 1);
    expect_text(out,
                "ID                                    NAME   COUNT  OK  SEEN  "
                "TYPES\n"
                "0b2e6a41-0001-0203-0405-060708090a0b  first      1  no  -     "
                "Height, Weight\n");
}

Test(out, tsv_has_no_heading_and_clean_cells)
{
    struct hv_out *out = open_out(HV_FORMAT_TSV, "", 0);

    tell_two(out);
    expect_text(out,
                "0b2e6a41-0001-0203-0405-060708090a0b\tfirst\t1\tfalse\t\n"
                "0b2e6a41-0001-0203-0405-060708090a0b\ta\\x09b\\x1b[31m\t12\t"
                "true\t2026-01-01T00:00:00.123Z\n");
}

Test(out, names)
{
    struct hv_out *out = open_out(HV_FORMAT_NAME, "", 0);

    tell_two(out);
    expect_text(out, "0b2e6a41-0001-0203-0405-060708090a0b\n"
                     "0b2e6a41-0001-0203-0405-060708090a0b\n");
}

Test(out, ndjson)
{
    struct hv_out *out = open_out(HV_FORMAT_NDJSON, "id,name,seen", 0);

    tell_two(out);
    expect_text(out,
                "{\"id\":\"0b2e6a41-0001-0203-0405-060708090a0b\",\"name\":"
                "\"first\",\"seen\":null}\n"
                "{\"id\":\"0b2e6a41-0001-0203-0405-060708090a0b\",\"name\":"
                "\"a\\tb\\u001B[31m\",\"seen\":\"2026-01-01T00:00:00.123Z\"}"
                "\n");
}

Test(out, json_is_one_document)
{
    struct hv_out *out = open_out(HV_FORMAT_JSON, "count,ok,types", 1);

    tell_two(out);
    expect_text(out, "{\n"
                     "  \"schema\": \"hvconsole.thing-list/1\",\n"
                     "  \"limit\": 25,\n"
                     "  \"items\": [\n"
                     "    {\n"
                     "      \"count\": 1,\n"
                     "      \"ok\": false,\n"
                     "      \"types\": [\n"
                     "        {\n"
                     "          \"id\": \"t0\",\n"
                     "          \"name\": \"Height\"\n"
                     "        },\n"
                     "        {\n"
                     "          \"id\": \"t1\",\n"
                     "          \"name\": \"Weight\"\n"
                     "        }\n"
                     "      ]\n"
                     "    }\n"
                     "  ]\n"
                     "}\n");
}

Test(out, an_empty_list_is_a_list)
{
    struct hv_out *out = open_out(HV_FORMAT_JSON, "", 0);

    expect_text(out, "{\n  \"schema\": \"hvconsole.thing-list/1\",\n"
                     "  \"items\": []\n}\n");
    expect_text(open_out(HV_FORMAT_TABLE, "", 0), "");
    expect_text(open_out(HV_FORMAT_TSV, "", 0), "");
    expect_text(open_out(HV_FORMAT_NDJSON, "", 0), "");
}

Test(out, limit_drops_the_rest)
{
    struct hv_out *out = open_out(HV_FORMAT_TSV, "count", 2);

    for (int i = 1; i <= 5; i++)
        tell(out, "x", i);
    expect_text(out, "1\n2\n");
}

Test(out, long_lists_come_out_whole)
{
    struct hv_out *out = open_out(HV_FORMAT_TSV, "count", 0);
    struct hv_buf text = { 0 }, want = { 0 };

    for (int i = 1; i <= 2000; i++) {
        tell(out, "x", i);
        hv_buf_addf(&want, "%d\n", i);
    }
    cr_assert_eq(hv_out_finish(out, NULL), HV_OK);
    hv_out_take(out, &text);
    cr_expect_str_eq(hv_buf_str(&text), hv_buf_str(&want));
    hv_buf_release(&text);
    hv_buf_release(&want);
    hv_out_free(out);
}

/* What no terminal and no reader of JSON may ever get raw. */
Test(out, hostile_text_is_harmless_everywhere)
{
    static const char hostile[] = "\x1b]52;c;AAAA\x07 \xc2\x9b"
                                  "31m \xe2\x80\xae \x7f \xff\xfe \n\t\r";
    static const enum hv_format formats[] = {
        HV_FORMAT_TABLE, HV_FORMAT_WIDE,   HV_FORMAT_TSV,
        HV_FORMAT_JSON,  HV_FORMAT_NDJSON,
    };

    for (size_t i = 0; i < HV_LEN(formats); i++) {
        struct hv_out *out = open_out(formats[i], "name", 0);
        struct hv_buf text = { 0 };

        tell(out, hostile, 2);
        cr_assert_eq(hv_out_finish(out, NULL), HV_OK);
        hv_out_take(out, &text);
        for (size_t at = 0; at < text.len; at++)
            cr_expect((text.data[at] >= ' ' && text.data[at] < 0x7f) ||
                          text.data[at] == '\n',
                      "format %d, byte %02x", formats[i], text.data[at]);
        cr_expect_null(strstr(hv_buf_str(&text), "\n\t"));
        hv_buf_release(&text);
        hv_out_free(out);
    }
}

/* Keys of an object are the parameters of somebody's URL; a note names people. */
Test(out, hostile_keys_and_notes_are_harmless_too)
{
    static const char hostile[] = "n\x1b]0;t\x07\xc2\x9b"
                                  "2J\xe2\x80\xae\xff\r\n\tx: y";
    static const enum hv_format formats[] = {
        HV_FORMAT_TABLE, HV_FORMAT_WIDE,   HV_FORMAT_TSV,
        HV_FORMAT_JSON,  HV_FORMAT_NDJSON,
    };

    for (size_t i = 0; i < HV_LEN(formats); i++) {
        struct hv_out_config config = {
            .format = formats[i], .fields = "", .schema = "thing", .fd = -1
        };
        struct hv_out *out = NULL;
        struct hv_buf text = { 0 };
        struct hv_node *inside;

        cr_assert_eq(hv_out_new(&config, &out, NULL), HV_OK);
        inside = hv_node_object(hv_out_top(out), "params");
        hv_node_text(inside, hostile, hostile);
        hv_out_note(out, "a %s b", hostile);
        cr_assert_eq(hv_out_finish(out, NULL), HV_OK);
        hv_out_take(out, &text);
        for (size_t at = 0; at < text.len; at++)
            cr_expect((text.data[at] >= ' ' && text.data[at] < 0x7f) ||
                          text.data[at] == '\n' ||
                          (text.data[at] == '\t' && hv_out_is_text(out) &&
                           !hv_out_is_table(out)),
                      "format %d, byte %02x", formats[i], text.data[at]);
        cr_expect(strstr(hv_buf_str(&text), "x1b"), "format %d: %s", formats[i],
                  hv_buf_str(&text));
        cr_expect_null(strstr(hv_buf_str(&text), "\nx: y"));
        cr_expect_null(strstr(hv_buf_str(&text), "\n\tx: y"));
        hv_buf_release(&text);
        hv_out_free(out);
    }
}

static struct hv_out *
open_object(enum hv_format format, bool color)
{
    struct hv_out_config config = { .format = format,
                                    .fields = "",
                                    .schema = "thing",
                                    .fd = -1,
                                    .color = color };
    struct hv_out *out = NULL;
    struct hv_node *inside;

    cr_assert_eq(hv_out_new(&config, &out, NULL), HV_OK);
    hv_node_text(hv_out_top(out), "verdict", "bad-hmac");
    hv_node_null(hv_out_top(out), "sub");
    inside = hv_node_object(hv_out_top(out), "store");
    hv_node_text(inside, "file", "f");
    hv_node_int(inside, "n", 3);
    inside = hv_node_object(hv_node_list(hv_out_top(out), "why"), NULL);
    hv_node_text(inside, "step", "mac");
    hv_node_bool(inside, "ok", false);
    return out;
}

Test(out, one_object)
{
    expect_text(open_object(HV_FORMAT_TABLE, false),
                "verdict  bad-hmac\n"
                "sub      -\n"
                "store    file f  n 3\n"
                "why\n"
                "  step  ok\n  mac   no\n");
    expect_text(open_object(HV_FORMAT_TSV, false), "verdict\tbad-hmac\n"
                                                   "sub\t\n"
                                                   "store.file\tf\n"
                                                   "store.n\t3\n"
                                                   "why\tmac\tfalse\n");
    expect_text(open_object(HV_FORMAT_NAME, false), "bad-hmac\n");
    expect_text(open_object(HV_FORMAT_NDJSON, false),
                "{\"schema\":\"hvconsole.thing/1\",\"verdict\":\"bad-hmac\","
                "\"sub\":null,\"store\":{\"file\":\"f\",\"n\":3},"
                "\"why\":[{\"step\":\"mac\",\"ok\":false}]}\n");
}

Test(out, colour_only_when_asked)
{
    struct hv_out *out = open_object(HV_FORMAT_TABLE, true);
    struct hv_buf text = { 0 };

    cr_assert_eq(hv_out_finish(out, NULL), HV_OK);
    hv_out_take(out, &text);
    cr_expect(strstr(hv_buf_str(&text), "\033[31mbad-hmac\033[0m"));
    hv_buf_release(&text);
    hv_out_free(out);
}

Test(out, a_stream_is_lines_with_a_type)
{
    struct hv_out *out = open_out(HV_FORMAT_JSON, "count", 1);
    struct hv_buf text = { 0 };

    hv_out_stream(out, "message");
    tell(out, "x", 1);
    cr_assert_eq(hv_out_flush(out, NULL), HV_OK);
    hv_out_take(out, &text);
    cr_expect_str_eq(hv_buf_str(&text), "{\"type\":\"message\",\"count\":1}\n");
    hv_buf_clear(&text);
    tell(out, "x", 2);
    cr_assert_eq(hv_out_flush(out, NULL), HV_OK);
    hv_out_take(out, &text);
    cr_expect_str_eq(hv_buf_str(&text), "{\"type\":\"message\",\"count\":2}\n");
    hv_buf_release(&text);
    hv_out_free(out);
}

Test(out, a_closed_pipe_is_no_failure)
{
    struct hv_out_config config = { .format = HV_FORMAT_TSV,
                                    .fields = "",
                                    .schema = "thing-list",
                                    .columns = columns };
    struct hv_out *out = NULL;
    int fds[2];

    signal(SIGPIPE, SIG_IGN);
    cr_assert_eq(pipe(fds), 0);
    close(fds[0]);
    config.fd = fds[1];
    cr_assert_eq(hv_out_new(&config, &out, NULL), HV_OK);
    tell(out, "x", 1);
    cr_expect_eq(hv_out_finish(out, NULL), HV_OK);
    cr_expect(hv_out_is_closed(out));
    hv_out_free(out);
    close(fds[1]);
}

Test(out, a_full_disk_is_a_failure)
{
    struct hv_out_config config = { .format = HV_FORMAT_TSV,
                                    .fields = "",
                                    .schema = "thing-list",
                                    .columns = columns };
    struct hv_out *out = NULL;
    struct hv_error err = { 0 };

    config.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    cr_assert_geq(config.fd, 0);
    cr_assert_eq(hv_out_new(&config, &out, NULL), HV_OK);
    tell(out, "x", 1);
    cr_expect_eq(hv_out_finish(out, &err), HV_ERR_IO);
    cr_expect(err.why[0]);
    hv_out_free(out);
    close(config.fd);
}

Test(out, errors_as_json)
{
    struct hv_error err = { .status = HV_ERR_RULE,
                            .platform_code = 133,
                            .why = "all \"25\" are used",
                            .hint = "delete one" };
    struct hv_buf text = { 0 };

    hv_out_error(&text, &err, "limit");
    cr_expect_str_eq(hv_buf_str(&text),
                     "{\"error\":{\"exit\":6,\"kind\":\"limit\","
                     "\"platform_code\":133,\"message\":\"all \\\"25\\\" are "
                     "used\",\"hint\":\"delete one\"}}\n");
    hv_buf_release(&text);
}
