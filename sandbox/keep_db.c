/*
 * keep_db.c - opens a state file the one right way, refuses those that are none
 * of ours before SQLite sees them, and turns what SQLite says into our errors.
 * Called by keep.c. Knows nothing of what the rows hold.
 */
#include "sandbox/keep_db.h"

#include "hvconsole/file.h"
#include "sandbox/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x68767362 /* "hvsb" */
#define FORMAT         1

enum hv_status
keep_db_fail(const struct sb_keep *keep, struct hv_error *err)
{
    int code = sqlite3_errcode(keep->db) & 0xff;

    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
        hv_fail(err, HV_ERR_DAMAGED, "the state file %s is damaged: %s",
                keep->path, sqlite3_errmsg(keep->db));
        hv_hint(err, "move it away; a new one is made in its place");
        return HV_ERR_DAMAGED;
    }
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return hv_fail(err, HV_ERR_RULE,
                       "another sandbox has the state file %s open",
                       keep->path);
    return hv_fail(err, HV_ERR_IO, "the state file %s: %s", keep->path,
                   sqlite3_errmsg(keep->db));
}

enum hv_status
keep_db_exec(const struct sb_keep *keep, const char *sql, struct hv_error *err)
{
    if (sqlite3_exec(keep->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return keep_db_fail(keep, err);
    return HV_OK;
}

enum hv_status
keep_db_run(const struct sb_keep *keep, sqlite3_stmt *stmt,
            struct hv_error *err)
{
    int rc = sqlite3_step(stmt);
    enum hv_status st = rc == SQLITE_DONE ? HV_OK : keep_db_fail(keep, err);

    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    return st;
}

enum hv_status
keep_db_prepare(const struct sb_keep *keep, const char *sql, sqlite3_stmt **out,
                struct hv_error *err)
{
    if (sqlite3_prepare_v3(keep->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out,
                           NULL) != SQLITE_OK)
        return keep_db_fail(keep, err);
    return HV_OK;
}

/* --------------------------------------------------------------- open -- */

static uint32_t
big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Looks at the first bytes alone: SQLite might begin to repair a file that is
 * not ours. @is_new: it is empty. */
static enum hv_status
check_file(const char *path, int fd, bool *is_new, struct hv_error *err)
{
    uint8_t head[100];
    ssize_t got = pread(fd, head, sizeof(head), 0);
    struct stat info;

    if (got < 0 || fstat(fd, &info))
        return hv_fail_errno(err, HV_ERR_IO, "cannot read %s", path);
    *is_new = got == 0 && S_ISREG(info.st_mode);
    if (*is_new)
        return HV_OK;
    if (got < (ssize_t)sizeof(head) ||
        memcmp(head, "SQLite format 3", 16) != 0 ||
        big_endian(head + 68) != APPLICATION_ID) {
        hv_fail(err, HV_ERR_DAMAGED,
                "%s is not a state file of the sandbox: it is a file of "
                "another kind",
                path);
        hv_hint(err, "give --state another name; this file was not touched");
        return HV_ERR_DAMAGED;
    }
    if (big_endian(head + 60) != FORMAT) {
        hv_fail(err, HV_ERR_DAMAGED,
                "the state file %s has format %u, this program knows %d", path,
                (unsigned)big_endian(head + 60), FORMAT);
        hv_hint(err, "it belongs to another version of hvconsole; it was not "
                     "touched");
        return HV_ERR_DAMAGED;
    }
    return HV_OK;
}

/* The ids stand in the file before WAL begins, where check_file() looks. In
 * one transaction: kill -9 leaves an empty file or a whole one. */
static enum hv_status
make_tables(const struct sb_keep *keep, struct hv_error *err)
{
    char sql[512];

    snprintf(sql, sizeof(sql),
             "BEGIN; PRAGMA application_id = %d; PRAGMA user_version = %d;"
             "CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, kind "
             "INTEGER NOT NULL, key NOT NULL, data BLOB NOT NULL, UNIQUE "
             "(kind, key)); COMMIT;",
             APPLICATION_ID, FORMAT);
    return keep_db_exec(keep, sql, err);
}

/* A sandbox that was killed in its first second has left tables, but no
 * world. */
static enum hv_status
look_for_world(const struct sb_keep *keep, bool *is_new, struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum hv_status st =
        keep_db_prepare(keep, "SELECT 1 FROM entry LIMIT 1", &stmt, err);
    int rc = st ? SQLITE_ERROR : sqlite3_step(stmt);

    if (!st && rc != SQLITE_ROW && rc != SQLITE_DONE)
        st = keep_db_fail(keep, err);
    *is_new = rc == SQLITE_DONE;
    sqlite3_finalize(stmt);
    return st;
}

static enum hv_status
open_db(struct sb_keep *keep, bool *is_new, struct hv_error *err)
{
    static const char put[] =
        "INSERT INTO entry (kind, key, data) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (kind, key) DO UPDATE SET data = excluded.data";
    static const char drop[] = "DELETE FROM entry WHERE kind = ?1 AND key = ?2";
    enum hv_status st;

    if (sqlite3_open_v2(keep->path, &keep->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW,
                        NULL) != SQLITE_OK)
        return keep_db_fail(keep, err);
    /* One process alone, for as long as it runs. What a commit wrote is with
     * the kernel: kill -9 does not undo it, and nothing waits for the disk. */
    st = keep_db_exec(keep,
                      "PRAGMA locking_mode = EXCLUSIVE; "
                      "BEGIN EXCLUSIVE; COMMIT;",
                      err);
    if (!st && *is_new)
        st = make_tables(keep, err);
    if (!st)
        st = look_for_world(keep, is_new, err);
    if (!st)
        st = keep_db_exec(keep,
                          "PRAGMA journal_mode = WAL; PRAGMA synchronous = "
                          "NORMAL;",
                          err);
    if (!st)
        st = keep_db_prepare(keep, put, &keep->put, err);
    if (!st)
        st = keep_db_prepare(keep, drop, &keep->drop, err);
    return st;
}

/* SQLite would take a name that begins with "file:" for a URI. */
static char *
plain_path(const char *path)
{
    size_t size = strlen(path) + 3;
    char *out = hv_calloc(size, 1);

    snprintf(out, size, "%s%s", path[0] == '/' || path[0] == '.' ? "" : "./",
             path);
    return out;
}

enum hv_status
sb_keep_open(const char *path, struct sb_keep **out, bool *is_new,
             struct hv_error *err)
{
    struct sb_keep *keep;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    enum hv_status st;

    if (fd < 0) {
        st = hv_fail_errno(err, errno == ENOENT ? HV_ERR_NOT_FOUND : HV_ERR_IO,
                           "cannot open the state file %s", path);
        hv_hint(err, "its directory must exist and be writable");
        return st;
    }
    st = check_file(path, fd, is_new, err);
    close(fd);
    if (st)
        return st;
    keep = hv_calloc(1, sizeof(*keep));
    keep->path = plain_path(path);
    st = open_db(keep, is_new, err);
    if (st) {
        sb_keep_free(keep);
        return st;
    }
    *out = keep;
    return HV_OK;
}

void
sb_keep_free(struct sb_keep *keep)
{
    if (!keep)
        return;
    sqlite3_finalize(keep->put);
    sqlite3_finalize(keep->drop);
    sqlite3_close(keep->db);
    sb_pack_release(&keep->pack);
    free(keep->notes);
    free(keep->path);
    free(keep);
}
