/*
 * test_backup.c - which earlier generations are kept.
 */
#include "keystore/backup.h"

#include <criterion/criterion.h>

static bool
is_kept(const struct ks_backup *list, size_t len, uint64_t generation)
{
    for (size_t i = 0; i < len; i++) {
        if (list[i].generation == generation)
            return list[i].is_kept;
    }
    cr_assert_fail("generation %lu was lost", (unsigned long)generation);
    return false;
}

Test(backup, nothing_to_choose_from)
{
    ks_backup_choose(NULL, 0, 100);
}

Test(backup, five_are_kept_however_old)
{
    struct ks_backup list[6] = { 0 };

    for (size_t i = 0; i < 6; i++)
        list[i] = (struct ks_backup){ .generation = i + 1, .day = 1 };
    ks_backup_choose(list, 6, 1000);
    cr_expect_not(is_kept(list, 6, 1));
    for (uint64_t g = 2; g <= 6; g++)
        cr_expect(is_kept(list, 6, g), "%lu", (unsigned long)g);
}

Test(backup, the_newest_of_each_of_seven_days_is_kept)
{
    enum { DAYS = 10, EACH = 3, TODAY = 1000 };
    struct ks_backup list[DAYS * EACH] = { 0 };

    /* Oldest first: generations 1..3 are nine days old, 28..30 of today. */
    for (size_t i = 0; i < HV_LEN(list); i++) {
        list[i].generation = i + 1;
        list[i].day = TODAY - (DAYS - 1) + (int64_t)(i / EACH);
    }
    ks_backup_choose(list, HV_LEN(list), TODAY);
    for (uint64_t g = 1; g <= HV_LEN(list); g++) {
        bool is_newest_five = g > HV_LEN(list) - 5;
        bool is_last_of_day = g % EACH == 0 && g > (DAYS - 7) * EACH;

        cr_expect_eq(is_kept(list, HV_LEN(list), g),
                     is_newest_five || is_last_of_day, "%lu", (unsigned long)g);
    }
}

Test(backup, days_that_have_not_come_are_no_days)
{
    struct ks_backup list[7] = { 0 };

    for (size_t i = 0; i < 7; i++)
        list[i] = (struct ks_backup){ .generation = i + 1, .day = 2000 };
    ks_backup_choose(list, 7, 1000);
    cr_expect_not(is_kept(list, 7, 2));
    cr_expect(is_kept(list, 7, 3));
}
