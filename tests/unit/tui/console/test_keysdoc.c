/*
 * test_keysdoc.c - docs/keys.md says what the tables of bindings say.
 * HV_BLESS=1 writes it anew.
 */
#include "tests/unit/tui/console/world.h"

#include "hvconsole/file.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void
add_table(struct hv_buf *out, const struct hv_binding *table)
{
    hv_buf_add_str(out, "| Key | Does | Command text |\n|---|---|---|\n");
    for (; table->keys; table++) {
        bool is_change = false;
        const char *what = hv_text_summary(table->text, &is_change);
        char keys[24];

        hv_keys_name(table->keys, keys);
        hv_buf_addf(out, "| `%s` | %s%s | `%s` |\n", keys,
                    table->help ? table->help : what,
                    is_change ? " (**changes**)" : "", table->text);
    }
}

static void
write_doc(struct hv_buf *out)
{
    hv_buf_add_str(
        out,
        "# Keys of the console\n\n"
        "Made from the tables of bindings (`HV_BLESS=1` with the test "
        "`console keysdoc`); do not edit.\n\n"
        "Lowercase and punctuation never change anything outside the screen; "
        "UPPERCASE changes the platform or the keystore. `G` (end), `Q` "
        "(quit), `L` (lock) and `W` (write mode) are harmless. Each key stands "
        "for command text, which works on the `:` line as well.\n\n"
        "## Everywhere\n\n");
    add_table(out, hv_bindings);
    for (int i = 0; i < HV_VIEW_COUNT; i++) {
        if (!hv_screens[i].bindings->keys)
            continue;
        hv_buf_addf(out, "\n## %s\n\n", hv_screens[i].title);
        add_table(out, hv_screens[i].bindings);
    }
    hv_buf_add_str(out, "\n## Words of the console\n\n"
                        "| Word | Arguments | Does |\n|---|---|---|\n");
    for (const struct hv_action *a = hv_actions; a->words; a++)
        hv_buf_addf(out, "| `%s` | %s%s%s | %s |\n", a->words,
                    a->args[0] ? "`" : "", a->args, a->args[0] ? "`" : "",
                    a->summary);
}

Test(keysdoc, says_what_the_tables_say)
{
    static const char path[] = HV_FIXTURES "/../../docs/keys.md";
    struct hv_buf doc = { 0 };
    struct hv_buf file = { 0 };

    write_doc(&doc);
    if (getenv("HV_BLESS"))
        cr_assert_eq(hv_file_replace(path, 0644, hv_buf_bytes(&doc), NULL),
                     HV_OK);
    cr_assert_eq(hv_file_read(path, 1 << 20, &file, NULL), HV_OK,
                 "docs/keys.md is missing: HV_BLESS=1 makes it");
    cr_expect_str_eq(hv_buf_str(&file), hv_buf_str(&doc),
                     "docs/keys.md is old: HV_BLESS=1 makes it anew");
    hv_buf_release(&doc);
    hv_buf_release(&file);
}
