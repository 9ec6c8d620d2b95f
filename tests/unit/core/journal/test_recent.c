/*
 * test_recent.c - the digests in memory, against a model that cannot be wrong.
 */
#include "core/journal/recent.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

static struct journal_seen
seen_of(uint32_t number)
{
    struct journal_seen seen = { .id = (int64_t)number + 1,
                                 .received_ms = number };

    /* Few homes: long runs, wrapped round the end of the table as well. */
    memset(seen.digest, 0xff, 3);
    seen.digest[0] = (uint8_t)(0xf0 | (number & 0x0f));
    memcpy(seen.digest + 8, &number, sizeof(number));
    return seen;
}

static bool
has(const struct journal_recent *recent, uint32_t number)
{
    struct journal_seen seen = seen_of(number);
    const struct journal_seen *found = journal_recent_find(recent, seen.digest);

    return found && found->id == seen.id;
}

Test(recent, keeps_the_newest_and_no_more)
{
    struct journal_recent recent;
    uint32_t extra = 1000;

    journal_recent_init(&recent);
    for (uint32_t i = 0; i < JOURNAL_RECENT_SIZE + extra; i++) {
        struct journal_seen seen = { .id = i + 1 };
        uint32_t mixed = i * UINT32_C(2654435761);

        memcpy(seen.digest, &mixed, sizeof(mixed));
        memcpy(seen.digest + 8, &i, sizeof(i));
        cr_assert_null(journal_recent_find(&recent, seen.digest));
        journal_recent_add(&recent, &seen);
    }
    for (uint32_t i = 0; i < JOURNAL_RECENT_SIZE + extra; i++) {
        struct journal_seen seen = { .id = i + 1 };
        const struct journal_seen *found;
        uint32_t mixed = i * UINT32_C(2654435761);

        memcpy(seen.digest, &mixed, sizeof(mixed));
        memcpy(seen.digest + 8, &i, sizeof(i));
        found = journal_recent_find(&recent, seen.digest);
        cr_assert_eq(found != NULL, i >= extra, "%u", i);
        cr_assert(!found || found->id == (int64_t)i + 1);
    }
    cr_expect_eq(recent.len, JOURNAL_RECENT_SIZE);
    journal_recent_release(&recent);
}

Test(recent, undo_takes_out_what_came_after_the_mark)
{
    struct journal_recent recent;

    journal_recent_init(&recent);
    for (uint32_t round = 0; round < 50; round++) {
        uint32_t base = round * 40;

        for (uint32_t i = 0; i < 10; i++) {
            struct journal_seen seen = seen_of(base + i);

            journal_recent_add(&recent, &seen);
        }
        journal_recent_mark(&recent);
        for (uint32_t i = 10; i < 40; i++) {
            struct journal_seen seen = seen_of(base + i);

            journal_recent_add(&recent, &seen);
        }
        cr_assert(has(&recent, base + 39));
        journal_recent_undo(&recent);
        for (uint32_t i = 0; i < 40; i++)
            cr_assert_eq(has(&recent, base + i), i < 10, "%u", base + i);
    }
    for (uint32_t round = 0; round < 50; round++)
        cr_expect(has(&recent, round * 40), "lost by a later undo");
    cr_expect_eq(recent.len, 500);
    journal_recent_release(&recent);
}

Test(recent, a_digest_too_old_to_be_a_twin_is_named_anew)
{
    struct journal_recent recent;
    struct journal_seen seen = seen_of(1);
    struct journal_seen neighbour = seen_of(17);

    journal_recent_init(&recent);
    journal_recent_add(&recent, &seen);
    journal_recent_add(&recent, &neighbour);
    seen.id = 99;
    journal_recent_add(&recent, &seen);
    cr_expect_eq(journal_recent_find(&recent, seen.digest)->id, 99);
    cr_expect(has(&recent, 17));
    journal_recent_clear(&recent);
    cr_expect_null(journal_recent_find(&recent, seen.digest));
    cr_expect_not(has(&recent, 17));
    journal_recent_release(&recent);
}
