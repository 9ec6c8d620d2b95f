/*
 * snapshot.c - a picture of all records in a file: ids and names of persons, so
 * sealed as the journal seals what it keeps. Called by commands.
 *
 *   line 1   "hvconsole records 1"
 *   line 2   time, reader id, ephemeral key, wrapped data key: hexadecimal
 *   rest     AES-256-GCM(data key, nonce 0, aad = lines 1 and 2) over lines of
 *            TAB-separated fields; texts are percent-encoded
 */
#include "core/journal/seal.h"
#include "hvconsole/access.h"
#include "hvconsole/codec.h"
#include "hvconsole/file.h"
#include "hvconsole/keystore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIND         "hvconsole records "
#define MAGIC        KIND "1\n"
#define MAX_SNAPSHOT ((size_t)512 * 1024 * 1024)

/* ---- the plain lines ---- */

static void
add_text(struct hv_buf *out, const char *text)
{
    hv_percent_encode(out, hv_bytes_str(text));
    hv_buf_add_char(out, '\t');
}

static void
add_id(struct hv_buf *out, const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    hv_buf_addf(out, "%s\t", text);
}

static void
write_row(struct hv_buf *out, const struct hv_access_row *row)
{
    add_id(out, &row->person);
    add_id(out, &row->record);
    add_text(out, row->person_name);
    add_text(out, row->name);
    add_text(out, row->action_text);
    add_text(out, row->state);
    hv_buf_addf(out, "%d\t%" PRId64 "\t%d\t%d\t%d\t%d\t", (int)row->action,
                row->expires_ms, row->is_expired, row->is_custodian,
                (int)row->reach, row->code);
    for (size_t i = 0; i < row->permissions.len; i++) {
        const struct hv_permission *p = &row->permissions.items[i];
        char type[HV_GUID_TEXT];

        hv_guid_format(&p->type, type);
        hv_buf_addf(out, "%s:%x:%x,", type, p->online, p->offline);
    }
    hv_buf_add_char(out, '\n');
}

/* Fields of one line, each ended with a zero in place. */
#define FIELDS 13
static bool
split(char *line, char *fields[FIELDS])
{
    for (size_t i = 0; i + 1 < FIELDS; i++) {
        char *tab = strchr(line, '\t');

        if (!tab)
            return false;
        *tab = '\0';
        fields[i] = line;
        line = tab + 1;
    }
    fields[FIELDS - 1] = line;
    return true;
}

static bool
read_text(const char *field, char *out, size_t size)
{
    struct hv_buf text = { 0 };
    bool ok = hv_percent_decode(&text, hv_bytes_str(field), false) == HV_OK &&
              hv_copy(out, size, hv_buf_str(&text));

    hv_buf_release(&text);
    return ok;
}

static bool
read_permissions(char *field, struct hv_permission_list *out)
{
    char *save = NULL;

    for (char *item = strtok_r(field, ",", &save); item;
         item = strtok_r(NULL, ",", &save)) {
        struct hv_permission p = { 0 };
        unsigned online, offline;
        char type[HV_GUID_TEXT];

        if (sscanf(item, "%36[0-9a-f-]:%x:%x", type, &online, &offline) != 3 ||
            hv_guid_parse(type, &p.type))
            return false;
        p.online = (uint8_t)(online & HV_RIGHT_ALL);
        p.offline = (uint8_t)(offline & HV_RIGHT_ALL);
        out->items =
            hv_realloc_array(out->items, out->len + 1, sizeof(*out->items));
        out->items[out->len++] = p;
    }
    return true;
}

static bool
read_row(char *line, struct hv_access_row *row)
{
    char *f[FIELDS];

    if (!split(line, f) || hv_guid_parse(f[0], &row->person) ||
        hv_guid_parse(f[1], &row->record) ||
        !read_text(f[2], row->person_name, sizeof(row->person_name)) ||
        !read_text(f[3], row->name, sizeof(row->name)) ||
        !read_text(f[4], row->action_text, sizeof(row->action_text)) ||
        !read_text(f[5], row->state, sizeof(row->state)))
        return false;
    row->action = (enum hv_auth_action)atoi(f[6]);
    row->expires_ms = strtoll(f[7], NULL, 10);
    row->is_expired = atoi(f[8]) != 0;
    row->is_custodian = atoi(f[9]) != 0;
    row->reach = (enum hv_reach)atoi(f[10]);
    row->code = atoi(f[11]);
    return read_permissions(f[12], &row->permissions);
}

static bool
read_lines(char *text, struct hv_access *out)
{
    char *save = NULL;
    size_t cap = 0;

    for (char *line = strtok_r(text, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        if (out->len == cap) {
            cap = cap ? 2 * cap : 64;
            out->rows = hv_realloc_array(out->rows, cap, sizeof(*out->rows));
        }
        out->rows[out->len] = (struct hv_access_row){ 0 };
        if (!read_row(line, &out->rows[out->len++]))
            return false;
    }
    return true;
}

/* ---- the seal ---- */

static void
write_head(struct hv_buf *out, const struct hv_access *access,
           const struct journal_wrapped *row)
{
    char app[HV_GUID_TEXT], reader[17], ephemeral[65];
    char wrapped[2 * JOURNAL_WRAPPED_LEN + 1];

    hv_guid_format(&access->app, app);
    hv_hex_encode(row->reader, sizeof(row->reader), reader);
    hv_hex_encode(row->ephemeral, sizeof(row->ephemeral), ephemeral);
    hv_hex_encode(row->wrapped, sizeof(row->wrapped), wrapped);
    hv_buf_addf(out, MAGIC "%s %" PRId64 " %s %s %s\n", app, access->taken_ms,
                reader, ephemeral, wrapped);
}

static bool
read_head(const char *line, struct hv_access *access,
          struct journal_wrapped *row)
{
    char app[HV_GUID_TEXT], reader[17], ephemeral[65];
    char wrapped[2 * JOURNAL_WRAPPED_LEN + 1];

    if (sscanf(line, "%36s %" SCNd64 " %16s %64s %96s", app, &access->taken_ms,
               reader, ephemeral, wrapped) != 5 ||
        hv_guid_parse(app, &access->app) ||
        hv_hex_decode(reader, row->reader, sizeof(row->reader)) ||
        hv_hex_decode(ephemeral, row->ephemeral, sizeof(row->ephemeral)) ||
        hv_hex_decode(wrapped, row->wrapped, sizeof(row->wrapped)))
        return false;
    row->created_ms = access->taken_ms;
    return true;
}

static enum hv_status
seal(const struct hv_access *access, const struct hv_journal_key *key,
     struct hv_bytes plain, struct hv_buf *out, struct hv_error *err)
{
    struct journal_wrapped row = { .created_ms = access->taken_ms };
    struct hv_secret data_key = { 0 };
    struct hv_buf sealed = { 0 };
    struct journal_gcm gcm = { 0 };
    enum hv_status st = hv_secret_random(&data_key, JOURNAL_KEY_LEN, err);

    memcpy(row.reader, key->id, sizeof(row.reader));
    if (!st)
        st = journal_wrap(&data_key, key->public_key, &row, err);
    if (!st)
        st = journal_gcm_init(&gcm, err);
    if (!st) {
        write_head(out, access, &row);
        st = journal_seal(&gcm, data_key.data, 0, hv_buf_bytes(out), plain,
                          &sealed, err);
    }
    if (!st)
        hv_buf_add_bytes(out, hv_buf_bytes(&sealed));
    journal_gcm_release(&gcm);
    hv_buf_release(&sealed);
    hv_secret_release(&data_key);
    return st;
}

enum hv_status
hv_access_save(const struct hv_access *access, const struct hv_journal_key *key,
               const char *path, struct hv_error *err)
{
    struct hv_buf plain = { 0 }, file = { 0 };
    enum hv_status st;

    for (size_t i = 0; i < access->len; i++)
        write_row(&plain, &access->rows[i]);
    st = seal(access, key, hv_buf_bytes(&plain), &file, err);
    if (!st)
        st = hv_file_create(path, 0600, hv_buf_bytes(&file), err);
    hv_buf_release(&plain);
    hv_buf_release(&file);
    return st;
}

static const struct hv_journal_reader *
find_reader(const struct hv_keyring *ring, const uint8_t id[8])
{
    for (size_t i = 0; i < ring->readers_len; i++) {
        if (memcmp(ring->readers[i].id, id, 8) == 0)
            return &ring->readers[i];
    }
    return NULL;
}

static enum hv_status
unseal(const char *path, const struct journal_wrapped *row,
       const struct hv_keyring *ring, struct hv_bytes aad,
       struct hv_bytes sealed, struct hv_buf *plain, struct hv_error *err)
{
    const struct hv_journal_reader *reader = find_reader(ring, row->reader);
    struct hv_secret data_key = { 0 };
    struct journal_gcm gcm = { 0 };
    struct hv_error why = { 0 };
    enum hv_status st;

    if (!reader)
        return hv_fail(err, HV_ERR_DAMAGED,
                       "the snapshot %s was sealed for another keystore", path);
    st = journal_unwrap(row, &reader->private_key, &data_key, &why);
    if (!st)
        st = journal_gcm_init(&gcm, &why);
    if (!st)
        st = journal_unseal(&gcm, data_key.data, 0, aad, sealed, plain, &why);
    journal_gcm_release(&gcm);
    hv_secret_release(&data_key);
    if (st == HV_ERR_DAMAGED) /* of two files, which of them: not "the row" */
        hv_fail(err, st, "the snapshot %s was altered or cut short", path);
    else if (st)
        hv_fail(err, st, "%s", why.why);
    return st;
}

static enum hv_status
refuse_file(const char *path, struct hv_bytes text, struct hv_error *err)
{
    size_t len = sizeof(KIND) - 1;

    if (text.len > len && !memcmp(text.data, KIND, len) &&
        text.data[len] >= '1' && text.data[len] <= '9' &&
        (text.len < sizeof(MAGIC) - 1 ||
         memcmp(text.data, MAGIC, sizeof(MAGIC) - 1) != 0))
        return hv_fail(err, HV_ERR_FORMAT,
                       "%s was written by another version of hvconsole", path);
    return hv_fail(err, HV_ERR_FORMAT, "%s is no snapshot of records", path);
}

enum hv_status
hv_access_load(const char *path, const struct hv_keyring *ring,
               struct hv_access *out, struct hv_error *err)
{
    struct journal_wrapped row = { 0 };
    struct hv_access access = { 0 };
    struct hv_buf file = { 0 }, plain = { 0 };
    const char *text, *end = NULL;
    size_t head = 0;
    enum hv_status st = hv_file_read(path, MAX_SNAPSHOT, &file, err);

    if (st)
        return st;
    text = hv_buf_str(&file);
    if (file.len > sizeof(MAGIC) && !strncmp(text, MAGIC, sizeof(MAGIC) - 1))
        end = strchr(text + sizeof(MAGIC) - 1, '\n');
    if (!end || !read_head(text + sizeof(MAGIC) - 1, &access, &row))
        st = refuse_file(path, hv_buf_bytes(&file), err);
    if (!st) {
        head = (size_t)(end - text) + 1;
        st = unseal(path, &row, ring, (struct hv_bytes){ file.data, head },
                    (struct hv_bytes){ file.data + head, file.len - head },
                    &plain, err);
    }
    hv_buf_add_char(&plain, '\0');
    if (!st && !read_lines((char *)plain.data, &access))
        st = hv_fail(err, HV_ERR_DAMAGED, "the snapshot %s holds odd lines",
                     path);
    hv_buf_release(&file);
    hv_buf_release(&plain);
    if (st) {
        hv_access_release(&access);
        return st;
    }
    *out = access;
    return HV_OK;
}
