/*
 * late.c - enters digests into the ledger and records into their index, sorted
 * and in slices, some time after their rows; links repeats of messages that
 * memory has forgotten. Called by the writer only. Entering twice does no harm:
 * after a crash the same arrivals are entered again. Links, never drops.
 */
#include "core/journal/late.h"
#include "core/journal/schema.h"

#include <stdlib.h>
#include <string.h>

/* Lines of the ledger that are entered together: few, as they are looked at one
 * by one when one of them was there. */
#define AT_ONCE 64

enum hv_status
journal_set_meta(const struct journal_db *jdb, sqlite3_stmt *set_meta,
                 const char *name, int64_t value, struct hv_error *err)
{
    journal_bind_text(set_meta, 1, name);
    journal_bind_int(set_meta, 2, value);
    return journal_db_run(jdb, set_meta, err);
}

static int64_t
key_of(const uint8_t *digest)
{
    int64_t key;

    memcpy(&key, digest, sizeof(key));
    return key;
}

/* ---------------------------------------------------------------- lists -- */

void
journal_late_add(struct journal_late *late, int list, const uint8_t key[16],
                 int64_t id)
{
    struct journal_late_list *to = &late->filling[list];

    if (to->len == to->cap) {
        to->cap = to->cap ? to->cap * 2 : 1024;
        to->items = hv_realloc_array(to->items, to->cap, sizeof(*to->items));
    }
    to->items[to->len].id = id;
    memcpy(to->items[to->len].digest, key, JOURNAL_DIGEST_LEN);
    to->len++;
}

void
journal_late_arrived(struct journal_late *late, int64_t id, int64_t received_ms)
{
    late->last_id = id;
    late->last_ms = received_ms;
}

void
journal_late_mark(struct journal_late *late)
{
    for (int i = 0; i < LATE_LISTS; i++) {
        late->mark_len[i] = late->filling[i].len;
        late->mark_at[i] = late->writing[i].at;
    }
    late->mark_id = late->last_id;
}

void
journal_late_undo(struct journal_late *late)
{
    for (int i = 0; i < LATE_LISTS; i++) {
        late->filling[i].len = late->mark_len[i];
        late->writing[i].at = late->mark_at[i];
    }
    journal_bulk_drop(&late->first);
    journal_bulk_drop(&late->records);
    late->last_id = late->mark_id;
    late->oldest_ms = 0;
}

static bool
is_writing(const struct journal_late *late)
{
    return late->next > late->upto;
}

bool
journal_late_is_due(const struct journal_late *late)
{
    return is_writing(late) ||
           late->filling[LATE_DIGESTS].len >= JOURNAL_LATE_MAX ||
           late->filling[LATE_RECORDS].len >= JOURNAL_LATE_MAX;
}

bool
journal_late_is_empty(const struct journal_late *late)
{
    return late->last_id <= late->upto;
}

/* In the order of their table. The digest's key is its first bytes as a
 * number; equal ones keep the order they came in. */
static int
by_digest(const void *a, const void *b)
{
    const struct journal_late_item *x = a;
    const struct journal_late_item *y = b;
    int64_t i = key_of(x->digest);
    int64_t j = key_of(y->digest);

    if (i != j)
        return i < j ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int
by_record(const void *a, const void *b)
{
    const struct journal_late_item *x = a;
    const struct journal_late_item *y = b;
    int order = memcmp(x->digest, y->digest, JOURNAL_DIGEST_LEN);

    if (order != 0)
        return order;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* What has gathered becomes what is being written. */
static void
begin(struct journal_late *late)
{
    for (int i = 0; i < LATE_LISTS; i++) {
        struct journal_late_list list = late->writing[i];

        late->writing[i] = late->filling[i];
        late->filling[i] = list; /* its memory */
        late->filling[i].len = 0;
        late->writing[i].at = 0;
        if (late->writing[i].len > 1)
            qsort(late->writing[i].items, late->writing[i].len,
                  sizeof(*late->writing[i].items),
                  i == LATE_DIGESTS ? by_digest : by_record);
    }
    late->next = late->last_id;
    journal_late_mark(late);
}

/* --------------------------------------------------------------- ledger -- */

/* A repeat of @first: linked to it. */
static enum hv_status
link_twin(const struct journal_db *jdb, struct journal_late *late,
          const struct journal_late_item *seen, int64_t first,
          int64_t waited_ms, struct hv_error *err)
{
    enum hv_status st;

    journal_bind_int(late->link, 1, seen->id);
    journal_bind_int(late->link, 2, first);
    st = journal_db_run(jdb, late->link, err);
    /* Nothing changed: it was linked before a crash, and counted then. */
    if (st || sqlite3_changes(jdb->db) == 0)
        return st;
    journal_bind_int(late->note_retry, 1, seen->id);
    journal_bind_int(late->note_retry, 2, waited_ms);
    return journal_db_run(jdb, late->note_retry, err);
}

/* The ledger has this key: by the message itself, by one of its kind, by one too
 * old, or by another. */
static enum hv_status
enter_again(const struct journal_db *jdb, struct journal_late *late,
            const struct journal_late_item *seen, struct hv_error *err)
{
    uint8_t digest[JOURNAL_DIGEST_LEN];
    int64_t first = 0;
    int64_t waited_ms = 0;
    bool has_row = false;
    bool is_same = false;
    enum hv_status st;

    journal_bind_int(late->find, 1, key_of(seen->digest));
    journal_bind_int(late->find, 2, seen->id);
    st = journal_db_step(jdb, late->find, &has_row, err);
    if (st)
        return st;
    if (has_row) {
        first = sqlite3_column_int64(late->find, 0);
        waited_ms = sqlite3_column_int64(late->find, 2);
        is_same = journal_column_blob(late->find, 1, digest, sizeof(digest)) &&
                  memcmp(digest, seen->digest, sizeof(digest)) == 0 &&
                  waited_ms <= JOURNAL_LEDGER_MS;
        sqlite3_reset(late->find);
    }
    if (first == seen->id)
        return HV_OK;
    if (is_same && first < seen->id)
        return link_twin(jdb, late, seen, first, waited_ms, err);
    journal_bind_int(late->put, 1, key_of(seen->digest));
    journal_bind_int(late->put, 2, seen->id);
    return journal_db_run(jdb, late->put, err);
}

/* @len first messages: most often nobody was there before any of them. */
static enum hv_status
enter(const struct journal_db *jdb, struct journal_late *late,
      const struct journal_late_item *seen, size_t len, struct hv_error *err)
{
    int64_t before = sqlite3_total_changes64(jdb->db);
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < len; i++) {
        journal_bulk_int(&late->first, key_of(seen[i].digest));
        journal_bulk_int(&late->first, seen[i].id);
        st = journal_bulk_row(jdb, &late->first, err);
    }
    if (!st)
        st = journal_bulk_write(jdb, &late->first, err);
    if (st || sqlite3_total_changes64(jdb->db) - before == (int64_t)len)
        return st;
    for (size_t i = 0; !st && i < len; i++)
        st = enter_again(jdb, late, &seen[i], err);
    return st;
}

/* Take out what was first more than 14 days before @now_ms, @max at most. */
static enum hv_status
forget(const struct journal_db *jdb, struct journal_late *late, int64_t now_ms,
       size_t max, struct hv_error *err)
{
    int64_t from = 0;
    int64_t start;
    bool has_row = true;
    enum hv_status st;

    if (late->oldest_ms != 0 && now_ms - late->oldest_ms <= JOURNAL_LEDGER_MS)
        return HV_OK;
    st = journal_db_int(jdb, "SELECT value FROM meta WHERE name='ledger_from'",
                        &from, err);
    if (st)
        return st;
    start = from;
    journal_bind_int(late->old, 1, from);
    journal_bind_int(late->old, 2, late->upto);
    journal_bind_int(late->old, 3, (int64_t)max);
    while (!st) {
        uint8_t digest[JOURNAL_DIGEST_LEN];

        st = journal_db_step(jdb, late->old, &has_row, err);
        if (st || !has_row)
            break;
        late->oldest_ms = sqlite3_column_int64(late->old, 2);
        if (now_ms - late->oldest_ms <= JOURNAL_LEDGER_MS)
            break;
        from = sqlite3_column_int64(late->old, 0);
        if (!journal_column_blob(late->old, 1, digest, sizeof(digest)))
            continue;
        journal_bind_int(late->forget, 1, key_of(digest));
        journal_bind_int(late->forget, 2, from);
        st = journal_db_run(jdb, late->forget, err);
    }
    sqlite3_reset(late->old);
    if (!st && from != start)
        st = journal_set_meta(jdb, late->set_meta, "ledger_from", from, err);
    return st;
}

/* -------------------------------------------------------------- records -- */

static enum hv_status
enter_records(const struct journal_db *jdb, struct journal_late *late,
              const struct journal_late_item *seen, size_t len,
              struct hv_error *err)
{
    enum hv_status st = HV_OK;

    for (size_t i = 0; !st && i < len; i++) {
        journal_bulk_blob(&late->records, seen[i].digest, JOURNAL_DIGEST_LEN);
        journal_bulk_int(&late->records, seen[i].id);
        st = journal_bulk_row(jdb, &late->records, err);
    }
    if (!st)
        st = journal_bulk_write(jdb, &late->records, err);
    return st;
}

/* -------------------------------------------------------------- writing -- */

/* How many are left of a list, @max at most. */
static size_t
rest_of(const struct journal_late_list *list, size_t max)
{
    size_t rest = list->len - list->at;

    return rest < max ? rest : max;
}

enum hv_status
journal_late_write(const struct journal_db *jdb, struct journal_late *late,
                   size_t max, struct hv_error *err)
{
    struct journal_late_list *digests = &late->writing[LATE_DIGESTS];
    struct journal_late_list *records = &late->writing[LATE_RECORDS];
    enum hv_status st = HV_OK;
    size_t len;

    if (!is_writing(late))
        begin(late);
    for (size_t i = 0; !st && i < max; i += AT_ONCE) {
        len = rest_of(digests, max - i < AT_ONCE ? max - i : AT_ONCE);
        st = enter(jdb, late, digests->items + digests->at, len, err);
        digests->at += len;
        if (len < AT_ONCE)
            break;
    }
    len = rest_of(records, max);
    if (!st)
        st = enter_records(jdb, late, records->items + records->at, len, err);
    records->at += len;
    if (!st)
        st = forget(jdb, late, late->last_ms, max, err);
    if (!st && digests->at == digests->len && records->at == records->len)
        st = journal_set_meta(jdb, late->set_meta, "ledger_upto", late->next,
                              err);
    return st;
}

void
journal_late_settled(struct journal_late *late)
{
    for (int i = 0; i < LATE_LISTS; i++) {
        if (late->writing[i].at < late->writing[i].len)
            return;
    }
    late->upto = late->next;
    for (int i = 0; i < LATE_LISTS; i++)
        late->writing[i].len = late->writing[i].at = 0;
}
