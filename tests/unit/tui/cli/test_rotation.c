/*
 * test_rotation.c - the line that shows a rotation under way.
 */
#include "tui/cli/rotation.h"

#include <criterion/criterion.h>

#include <string.h>

#define NOW_MS 1790000000000

static void
expect_line(const struct hv_rotation *job, const char *want)
{
    char line[160];

    rotation_line(job, NOW_MS, line, sizeof(line));
    cr_expect_str_eq(line, want);
}

Test(rotation, a_mark_for_each_subscription)
{
    struct hv_rotation job = { .state = HV_ROTATION_RUNNING, .len = 6 };

    for (size_t i = 0; i < job.len; i++) {
        job.items[i].state = (enum hv_item_state)i;
        job.items[i].sub.b[0] = 0xab;
    }
    expect_line(&job, "[.>!#x-] 1 of 6, 1 stopped, 1 gone; ab00..000 begins");
    job.items[1].step = HV_STEP_ANNOUNCE;
    expect_line(&job, "[.>!#x-] 1 of 6, 1 stopped, 1 gone; ab00..000 announce");
}

Test(rotation, what_it_waits_for)
{
    struct hv_rotation job = { .state = HV_ROTATION_RUNNING, .len = 2 };

    job.items[0].state = HV_ITEM_DONE;
    expect_line(&job, "[#.] 1 of 2");
    job.next_ms = NOW_MS + 90000;
    expect_line(&job, "[#.] 1 of 2; goes on in 1m");
    job.next_ms = NOW_MS + 1;
    expect_line(&job, "[#.] 1 of 2; goes on in 1s");
    job.waits_for_canary = true;
    expect_line(&job, "[#.] 1 of 2; waits for a message under a new key");
}

Test(rotation, a_full_one_has_room)
{
    struct hv_rotation job = { .state = HV_ROTATION_RUNNING,
                               .len = HV_MAX_SUBS };
    char line[160], small[8];

    job.waits_for_canary = true;
    rotation_line(&job, NOW_MS, line, sizeof(line));
    cr_expect_lt(strlen(line), 80, "%s", line);
    rotation_line(&job, NOW_MS, small, sizeof(small));
    cr_expect_eq(strlen(small), sizeof(small) - 1);
}
