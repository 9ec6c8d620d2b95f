/*
 * crowd.c - many more people for the seeded world, each with a record of their
 * own and every eighth with a child's, for those who want to see a long list.
 * They have no things: a thousand of them are cheap. Called by world.c. The
 * same seed gives the same crowd.
 */
#include "sandbox/model.h"

#include <stdio.h>

#define CHILD_EVERY 8

static const char *const first_names[] = {
    "Amara", "Bjorn", "Chiara", "Dmitri", "Elif",  "Farid",  "Greta",  "Hugo",
    "Ilse",  "Jonas", "Keiko",  "Liam",   "Mirja", "Noor",   "Olivia", "Pavel",
    "Quinn", "Rosa",  "Samir",  "Tove",   "Uma",   "Viktor", "Wanda",  "Yusuf",
};
static const char *const last_names[] = {
    "Abel",   "Bakker", "Castro", "Dahl",   "Evans",  "Fischer", "Garcia",
    "Holm",   "Ivanov", "Jensen", "Kato",   "Larsen", "Moreau",  "Novak",
    "Okoye",  "Petrov", "Quist",  "Rossi",  "Silva",  "Tanaka",  "Urban",
    "Vargas", "Weber",  "Young",  "Zeller",
};
static const char *const regions[] = { "WA", "OR", "CA", "TX", "NY", "IL" };

#define PICK(table, pick) (table)[(pick) % HV_LEN(table)]

static void
add_record(struct sb_platform *p, size_t person, const char *name,
           int64_t now_ms, bool is_child)
{
    struct hv_guid id = sb_random_guid(&p->random);
    size_t record =
        sb_record_add(p, &id, name, "US", p->persons[person].state, now_ms);

    sb_grant_add(p, person, record, true, is_child ? 5 : 1,
                 is_child ? "Son" : "Self");
}

void
sb_crowd_add(struct sb_platform *p, size_t count, int64_t start_ms)
{
    for (size_t i = 0; i < count && p->person_count < SB_MAX_PERSONS &&
                       p->record_count + 2 <= SB_MAX_RECORDS;
         i++) {
        struct hv_guid id = sb_random_guid(&p->random);
        uint64_t pick = sb_random(&p->random);
        const char *last = PICK(last_names, pick / 97);
        int64_t now_ms = start_ms + (int64_t)i * 60000;
        char name[SB_MAX_NAME + 1];
        size_t person;

        snprintf(name, sizeof(name), "%s %s", PICK(first_names, pick), last);
        person = sb_person_add(p, &id, name, "US", PICK(regions, pick / 9973),
                               now_ms);
        add_record(p, person, name, now_ms, false);
        if (i % CHILD_EVERY)
            continue;
        snprintf(name, sizeof(name), "%s %s", PICK(first_names, pick / 31),
                 last);
        add_record(p, person, name, now_ms, true);
    }
}
