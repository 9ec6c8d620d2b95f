/*
 * recent.c - a ring of digests with an open-addressing table over it. Called
 * by the writer for every verified message; knows no SQL.
 */
#include "core/journal/recent.h"

#include <stdlib.h>
#include <string.h>

/* Twice the ring: at most half full, so runs stay short. */
#define SLOTS ((size_t)2 * JOURNAL_RECENT_SIZE)
_Static_assert((SLOTS & (SLOTS - 1)) == 0, "a place is found by masking");

void
journal_recent_init(struct journal_recent *recent)
{
    *recent = (struct journal_recent){
        .ring = hv_calloc(JOURNAL_RECENT_SIZE, sizeof(*recent->ring)),
        .slots = hv_calloc(SLOTS, sizeof(*recent->slots)),
    };
}

void
journal_recent_release(struct journal_recent *recent)
{
    free(recent->ring);
    free(recent->slots);
    *recent = (struct journal_recent){ 0 };
}

void
journal_recent_clear(struct journal_recent *recent)
{
    memset(recent->slots, 0, SLOTS * sizeof(*recent->slots));
    recent->len = 0;
    recent->next = 0;
    recent->since_mark = 0;
}

/* Digests are as good as random: their first bytes are the hash. */
static size_t
home_of(const uint8_t *digest)
{
    uint64_t start;

    memcpy(&start, digest, sizeof(start));
    return (size_t)start & (SLOTS - 1);
}

/* The slot that holds @digest, or the free one where it would go. */
static size_t
slot_of(const struct journal_recent *recent, const uint8_t *digest)
{
    size_t at = home_of(digest);

    while (recent->slots[at] != 0 &&
           memcmp(recent->ring[recent->slots[at] - 1].digest, digest,
                  JOURNAL_DIGEST_LEN) != 0)
        at = (at + 1) & (SLOTS - 1);
    return at;
}

struct journal_seen *
journal_recent_find(const struct journal_recent *recent,
                    const uint8_t digest[JOURNAL_DIGEST_LEN])
{
    uint32_t place = recent->slots[slot_of(recent, digest)];

    return place ? &recent->ring[place - 1] : NULL;
}

/* Free a slot and close the gap, so that searches need no gravestones. */
static void
drop(struct journal_recent *recent, const struct journal_seen *seen)
{
    size_t gap = slot_of(recent, seen->digest);
    size_t at = gap;

    recent->slots[gap] = 0;
    for (;;) {
        size_t home;

        at = (at + 1) & (SLOTS - 1);
        if (recent->slots[at] == 0)
            return;
        home = home_of(recent->ring[recent->slots[at] - 1].digest);
        /* May move only if its home does not lie between gap and itself. */
        if (((at - home) & (SLOTS - 1)) >= ((at - gap) & (SLOTS - 1))) {
            recent->slots[gap] = recent->slots[at];
            recent->slots[at] = 0;
            gap = at;
        }
    }
}

void
journal_recent_add(struct journal_recent *recent,
                   const struct journal_seen *seen)
{
    size_t at = slot_of(recent, seen->digest);

    if (recent->slots[at] != 0) {
        /* The old entry is too old to be a twin: its place in the ring stays,
         * its name goes to the new one. */
        drop(recent, seen);
    }
    if (recent->len == JOURNAL_RECENT_SIZE) {
        const struct journal_seen *oldest = &recent->ring[recent->next];

        if (recent->slots[slot_of(recent, oldest->digest)] == recent->next + 1)
            drop(recent, oldest);
    } else {
        recent->len++;
    }
    recent->ring[recent->next] = *seen;
    recent->slots[slot_of(recent, seen->digest)] = (uint32_t)recent->next + 1;
    recent->next = (recent->next + 1) % JOURNAL_RECENT_SIZE;
    if (recent->since_mark < JOURNAL_RECENT_SIZE)
        recent->since_mark++;
}

void
journal_recent_mark(struct journal_recent *recent)
{
    recent->since_mark = 0;
}

void
journal_recent_undo(struct journal_recent *recent)
{
    for (; recent->since_mark > 0; recent->since_mark--) {
        recent->next =
            (recent->next + JOURNAL_RECENT_SIZE - 1) % JOURNAL_RECENT_SIZE;
        recent->len--;
        drop(recent, &recent->ring[recent->next]);
    }
}
