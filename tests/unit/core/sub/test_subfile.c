/*
 * test_subfile.c - subscriptions as text: what is refused, with its line; what
 * is written is read again; and what it takes to make a platform so.
 */
#include "hvconsole/names.h"
#include "hvconsole/subfile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_A "00112233-4455-6677-8899-aabbccddeef0"
#define ID_B "00112233-4455-6677-8899-aabbccddeef1"
#define ID_C "00112233-4455-6677-8899-aabbccddeef2"
#define URL  "url = https://app.contoso.com/hv/n\n"
#define ONE  "[subscription]\n" URL "types = Weight\n"

static enum hv_status
parse(const char *text, struct hv_sub_list *out, struct hv_error *err)
{
    return hv_subfile_parse(hv_bytes_str(text), "f", out, err);
}

Test(subfile, what_is_not_understood_is_refused_with_its_line)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "x", "f:1: " },
        { "url = https://x/\n", "f:1: " },
        { "\n\n[profile x]\n", "f:3: " },
        { "[subscription\n", "f:1: " },
        { "[subscriptions]\n", "f:1: " },
        { "[subscription" ID_A "]\n", "f:1: " },
        { "[subscription 1234]\n", "f:1: " },
        { "[subscription]\ntypes = Weight\n", "f:1: this subscription has no "
                                              "url" },
        { "# c\n[subscription]\n" URL, "f:2: this subscription has no types" },
        { "[subscription]\n[subscription]\n", "f:1: " },
        { ONE "color = red\n", "f:4: " },
        { ONE URL, "f:4: url is here twice" },
        { "[subscription]\nurl =\n", "f:2: " },
        { "[subscription]\nurl = https://x/a b\n", "f:2: " },
        { "[subscription]\nurl = https://x/\x1b[2J\n", "f:2: " },
        { "[subscription]\nurl = https://x/\xc2\x9b\n", "f:2: " },
        { "[subscription]\n" URL "types = Wieght\n", "f:3: " },
        { "[subscription]\n" URL "types = Weight,, Height\n", "f:3: " },
        { "[subscription]\n" URL "types =\n", "f:3: a type is missing" },
        { "[subscription " ID_A "]\n" URL "types = Weight\n[subscription " ID_A
          "]\n" URL "types = Height\n",
          "f:4: this subscription is here twice" },
    };

    for (size_t i = 0; i < HV_LEN(rows); i++) {
        struct hv_sub_list list = { 0 };
        struct hv_error err = { 0 };

        cr_expect_eq(parse(rows[i].text, &list, &err), HV_ERR_FORMAT, "%s",
                     rows[i].text);
        cr_expect(strstr(err.why, rows[i].want), "%s: %s", rows[i].text,
                  err.why);
        cr_expect_null(list.items);
    }
}

Test(subfile, bytes_that_are_no_text_are_refused)
{
    static const char zero[] = "[subscription]\nurl = a\0b\n";
    struct hv_sub_list list = { 0 };
    struct hv_buf big = { 0 };

    cr_expect_eq(hv_subfile_parse((struct hv_bytes){ (const uint8_t *)zero,
                                                     sizeof(zero) - 1 },
                                  "f", &list, NULL),
                 HV_ERR_FORMAT);
    for (int i = 0; i < 20000; i++)
        hv_buf_add_char(&big, 'x');
    cr_expect_eq(hv_subfile_parse(hv_buf_bytes(&big), "f", &list, NULL),
                 HV_ERR_FORMAT);
    hv_buf_clear(&big);
    for (int i = 0; i < 1001; i++)
        hv_buf_add_str(&big, ONE);
    cr_expect_eq(hv_subfile_parse(hv_buf_bytes(&big), "f", &list, NULL),
                 HV_ERR_FORMAT, "no application has so many");
    hv_buf_release(&big);
}

Test(subfile, people_write_it_in_many_ways)
{
    struct hv_sub_list list = { 0 };
    struct hv_guid types[8];

    cr_assert_eq(parse("\r\n# notes\r\n  [subscription " ID_A "]\r\n"
                       "\turl=https://app.contoso.com/hv/n?a=b\r\n"
                       "types = weight , BLOOD-PRESSURE\n"
                       "types=99999999-8888-7777-6666-555555555555",
                       &list, NULL),
                 HV_OK);
    cr_assert_eq(list.len, 1);
    cr_expect_str_eq(list.items[0].url, "https://app.contoso.com/hv/n?a=b");
    cr_expect_eq(list.items[0].filters_len, 2);
    cr_expect_eq(hv_sub_types(&list.items[0], types, HV_LEN(types)), 3);
    hv_sub_list_release(&list);
    cr_assert_eq(parse("# nothing\n\n", &list, NULL), HV_OK);
    cr_expect_eq(list.len, 0);
    hv_sub_list_release(&list);
}

Test(subfile, every_type_is_read_as_it_was_written)
{
    const struct hv_thing_type *type;
    size_t count = 0;

    for (; (type = hv_thing_type_at(count)); count++) {
        struct hv_sub sub = { .id = hv_guid_random() };
        struct hv_sub_list list = { 0 };
        struct hv_buf text = { 0 };
        uint8_t a[32], b[32];

        hv_copy(sub.url, sizeof(sub.url), "https://app.contoso.com/hv/n");
        hv_sub_add_type(&sub, 0, &type->id);
        hv_sub_add_type(&sub, 1, &hv_thing_type_at(0)->id);
        hv_subfile_write(&sub, &text);
        cr_assert_eq(parse(hv_buf_str(&text), &list, NULL), HV_OK, "%s",
                     hv_buf_str(&text));
        cr_assert_eq(list.len, 1);
        hv_sub_hash(&sub, a);
        hv_sub_hash(&list.items[0], b);
        cr_expect_arr_eq(a, b, sizeof(a), "%s", type->name);
        cr_expect(hv_guid_equal(&list.items[0].id, &sub.id));
        hv_sub_list_release(&list);
        hv_sub_release(&sub);
        hv_buf_release(&text);
    }
    cr_expect_gt(count, 50);
}

/* A platform may show anything; a line of it must not become two, nor act on a
 * terminal. */
Test(subfile, a_url_never_leaves_its_line)
{
    struct hv_sub sub = { .id = hv_guid_random() };
    struct hv_sub_list list = { 0 };
    struct hv_buf text = { 0 };

    hv_copy(sub.url, sizeof(sub.url),
            "https://x/\r\ntypes = Height\n\x1b]0;x\x07\xc2\x9b");
    hv_sub_add_type(&sub, 0, &hv_thing_type_at(0)->id);
    hv_subfile_write(&sub, &text);
    for (size_t i = 0; i < text.len; i++)
        cr_expect(text.data[i] == '\n' ||
                  (text.data[i] >= ' ' && text.data[i] < 0x7f));
    cr_assert_eq(parse(hv_buf_str(&text), &list, NULL), HV_OK);
    cr_expect_eq(list.items[0].filters_len, 1);
    cr_expect_str_eq(list.items[0].url,
                     "https://x/%0D%0Atypes%20=%20Height%0A%1B]0;x%07%C2%9B");
    hv_sub_list_release(&list);
    hv_sub_release(&sub);
    hv_buf_release(&text);
}

/* ---- the plan ---- */

#define SUB(id, path, types)                                                   \
    "[subscription" id "]\nurl = https://app.contoso.com/hv/" path             \
    "\ntypes = " types "\n"

static const struct {
    const char *name, *want, *have, *plan;
} plans[] = {
    { "nothing", "", "", "" },
    { "all new", SUB("", "n", "Weight"), "", "create" },
    { "all extra", "", SUB(" " ID_A, "n", "Weight"), "extra" },
    { "same by id", SUB(" " ID_A, "n", "Weight, Height"),
      SUB(" " ID_A, "n", "Height, Weight"), "same" },
    { "same by content", SUB("", "n", "Weight"), SUB(" " ID_A, "n", "Weight"),
      "same" },
    { "another URL", SUB(" " ID_A, "m", "Weight"), SUB(" " ID_A, "n", "Weight"),
      "update" },
    { "other types", SUB(" " ID_A, "n", "Weight"),
      SUB(" " ID_A, "n", "Weight, Height"), "update" },
    { "without an id, another URL", SUB("", "m", "Weight"),
      SUB(" " ID_A, "n", "Weight"), "create extra" },
    { "deleted, and made again meanwhile", SUB(" " ID_B, "n", "Weight"),
      SUB(" " ID_A, "n", "Weight"), "same" },
    { "two wanted, one there", SUB("", "n", "Weight") SUB("", "n", "Weight"),
      SUB(" " ID_A, "n", "Weight"), "same create" },
    { "an equal one belongs to who names it",
      SUB("", "n", "Weight") SUB(" " ID_A, "n", "Weight"),
      SUB(" " ID_A, "n", "Weight"), "create same" },
    { "a mixture",
      SUB(" " ID_A, "n", "Weight") SUB("", "new", "Height")
          SUB(" " ID_B, "m", "Height"),
      SUB(" " ID_C, "x", "Weight") SUB(" " ID_B, "n", "Height")
          SUB(" " ID_A, "n", "Weight"),
      "same create update extra" },
};

Test(subfile, plans_make_one_list_of_the_other)
{
    for (size_t i = 0; i < HV_LEN(plans); i++) {
        struct hv_sub_list want = { 0 }, have = { 0 };
        struct hv_sub_step *steps;
        struct hv_buf told = { 0 };
        size_t len;

        cr_assert_eq(parse(plans[i].want, &want, NULL), HV_OK);
        cr_assert_eq(parse(plans[i].have, &have, NULL), HV_OK);
        len = hv_sub_plan(&want, &have, &steps);
        for (size_t k = 0; k < len; k++) {
            hv_buf_addf(&told, "%s%s", k ? " " : "",
                        hv_sub_act_word(steps[k].act));
            cr_expect_eq(steps[k].want == NULL, steps[k].act == HV_SUB_EXTRA);
            cr_expect_eq(steps[k].have == NULL, steps[k].act == HV_SUB_CREATE);
        }
        cr_expect_str_eq(hv_buf_str(&told), plans[i].plan, "%s: %s",
                         plans[i].name, hv_buf_str(&told));
        free(steps);
        hv_buf_release(&told);
        hv_sub_list_release(&want);
        hv_sub_list_release(&have);
    }
}
