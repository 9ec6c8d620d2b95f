/*
 * world_check.c - a screen as text against its file in tests/fixtures/screens.
 * HV_BLESS=1 rewrites the file: then read the difference. Called by the tests
 * of the console.
 */
#include "tests/unit/tui/console/world.h"

#include "hvconsole/file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

void
world_check(const struct hv_app *app, const char *name)
{
    char path[512];
    struct hv_buf screen = { 0 };
    struct hv_buf wanted = { 0 };

    snprintf(path, sizeof(path), "%s/screens/%s-%dx%d.txt", HV_FIXTURES, name,
             app->cols, app->rows);
    world_draw(app, &screen);
    if (getenv("HV_BLESS")) {
        cr_assert_eq(hv_file_replace(path, 0644, hv_buf_bytes(&screen), NULL),
                     HV_OK, "%s cannot be written", path);
    } else {
        cr_expect_eq(hv_file_read(path, 1 << 20, &wanted, NULL), HV_OK,
                     "%s is missing: HV_BLESS=1 makes it", path);
        cr_expect_str_eq(hv_buf_str(&screen), hv_buf_str(&wanted),
                         "%s differs; the screen is now:\n%s", path,
                         hv_buf_str(&screen));
    }
    hv_buf_release(&screen);
    hv_buf_release(&wanted);
}

void
world_check_sizes(struct hv_app *app, const char *name)
{
    static const int sizes[][2] = {
        { 5, 20 }, { 24, 80 }, { 40, 140 }, { 60, 200 }
    };

    for (size_t s = 0; s < HV_LEN(sizes); s++) {
        world_size(app, sizes[s][0], sizes[s][1]);
        world_check(app, name);
    }
}
