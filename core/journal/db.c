/*
 * db.c - opens the journal's file the one right way, for the writer and for
 * readers, and turns what SQLite says into our errors. Called by everything
 * in core/journal; knows the schema only through schema.h.
 */
#include "core/journal/db.h"
#include "core/journal/gather.h"
#include "core/journal/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BUSY_MS 5000
#define NAP_US  100

/* Counting every allocation takes a lock for each. Too late, once SQLite is in
 * use, and then it does no harm. */
static void
set_up_sqlite(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void
journal_db_init(struct journal_db *jdb, const char *path)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    /* SQLite would read a name that begins with "file:" as a URI. */
    bool is_plain = path[0] == '/' || path[0] == '.';
    size_t size = strlen(path) + 3;

    pthread_once(&once, set_up_sqlite);
    *jdb = (struct journal_db){ .path = hv_calloc(size, 1) };
    snprintf(jdb->path, size, "%s%s", is_plain ? "" : "./", path);
}

void
journal_db_release(struct journal_db *jdb)
{
    journal_db_close(jdb);
    free(jdb->path);
    *jdb = (struct journal_db){ 0 };
}

void
journal_db_close(struct journal_db *jdb)
{
    sqlite3_close_v2(jdb->db);
    jdb->db = NULL;
}

bool
journal_db_is_ours(const struct journal_db *jdb)
{
    struct stat named;

    return jdb->db && stat(jdb->path, &named) == 0 &&
           named.st_dev == jdb->dev && named.st_ino == jdb->ino;
}

enum hv_status
journal_db_fail(const struct journal_db *jdb, struct hv_error *err)
{
    int code = sqlite3_errcode(jdb->db) & 0xff;
    int sys = sqlite3_system_errno(jdb->db);

    if (code == SQLITE_NOTADB) {
        hv_fail(err, HV_ERR_DAMAGED,
                "%s is not a journal: it is a file of "
                "another kind",
                jdb->path);
        hv_hint(err, "move it away, or use another --store");
        return HV_ERR_DAMAGED;
    }
    if (code == SQLITE_CORRUPT) {
        hv_fail(err, HV_ERR_DAMAGED, "%s is damaged: %s", jdb->path,
                sqlite3_errmsg(jdb->db));
        hv_hint(err,
                "keep the file for later and begin a new one: move "
                "journal.db, journal.db-wal and journal.db-shm away together");
        return HV_ERR_DAMAGED;
    }
    hv_fail(err, HV_ERR_IO, "the journal %s: %s%s%s", jdb->path,
            sqlite3_errmsg(jdb->db), sys ? ": " : "", sys ? strerror(sys) : "");
    if (code == SQLITE_FULL)
        hv_hint(err, "free some space on that disk");
    else if (code == SQLITE_CANTOPEN || code == SQLITE_READONLY)
        hv_hint(err, "look at owner and permissions of the file and its "
                     "directory");
    if (err && err->sys_errno == 0)
        err->sys_errno = sys;
    return HV_ERR_IO;
}

enum hv_status
journal_db_exec(const struct journal_db *jdb, const char *sql,
                struct hv_error *err)
{
    if (sqlite3_exec(jdb->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return journal_db_fail(jdb, err);
    return HV_OK;
}

enum hv_status
journal_db_prepare(const struct journal_db *jdb, const char *sql,
                   sqlite3_stmt **out, struct hv_error *err)
{
    if (sqlite3_prepare_v3(jdb->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out,
                           NULL) != SQLITE_OK)
        return journal_db_fail(jdb, err);
    return HV_OK;
}

enum hv_status
journal_db_step(const struct journal_db *jdb, sqlite3_stmt *stmt, bool *has_row,
                struct hv_error *err)
{
    int rc = sqlite3_step(stmt);
    enum hv_status st = HV_OK;

    *has_row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW)
        return HV_OK;
    if (rc != SQLITE_DONE)
        st = journal_db_fail(jdb, err);
    sqlite3_reset(stmt);
    return st;
}

enum hv_status
journal_db_run(const struct journal_db *jdb, sqlite3_stmt *stmt,
               struct hv_error *err)
{
    bool has_row;
    enum hv_status st = journal_db_step(jdb, stmt, &has_row, err);

    if (!st && has_row)
        sqlite3_reset(stmt);
    return st;
}

enum hv_status
journal_db_int(const struct journal_db *jdb, const char *sql, int64_t *out,
               struct hv_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    enum hv_status st = journal_db_prepare(jdb, sql, &stmt, err);

    if (!st)
        st = journal_db_step(jdb, stmt, &has_row, err);
    if (!st)
        *out = has_row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    return st;
}

/* SQLite's own waits a whole millisecond and more, while nobody holds the lock
 * for long: an answer may be waiting for this. */
static int
nap(void *arg, int naps)
{
    struct timespec pause = { .tv_nsec = NAP_US * 1000L };

    (void)arg;
    if (naps >= BUSY_MS * 1000 / NAP_US)
        return 0;
    nanosleep(&pause, NULL);
    return 1;
}

static enum hv_status
connect_to(struct journal_db *jdb, int flags, const char *layer,
           struct hv_error *err)
{
    enum hv_status st = HV_OK;
    struct stat named;

    if (sqlite3_open_v2(jdb->path, &jdb->db, flags | SQLITE_OPEN_NOMUTEX,
                        layer) != SQLITE_OK) {
        st = jdb->db ? journal_db_fail(jdb, err)
                     : hv_fail(err, HV_ERR_IO, "cannot open %s: no memory",
                               jdb->path);
    } else if (stat(jdb->path, &named) != 0) {
        st = hv_fail_errno(err, HV_ERR_IO, "cannot open %s", jdb->path);
    } else {
        jdb->dev = named.st_dev;
        jdb->ino = named.st_ino;
        sqlite3_extended_result_codes(jdb->db, 1);
        sqlite3_busy_handler(jdb->db, nap, NULL);
        /* The file may have been made by anybody: no code out of it. */
        sqlite3_db_config(jdb->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(jdb->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    }
    if (st)
        journal_db_close(jdb);
    return st;
}

/* Judged through a connection that cannot write: a file that is not ours stays
 * as it is. A plain open() and close() of it would be wrong here, as POSIX
 * drops the locks SQLite holds on that file elsewhere in this process. */
static enum hv_status
judge_file(struct journal_db *jdb, struct hv_error *err)
{
    struct stat named;
    bool is_new = false;
    enum hv_status st;

    if (stat(jdb->path, &named) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return HV_ERR_NOT_FOUND;
        return hv_fail_errno(err, HV_ERR_IO, "cannot open %s", jdb->path);
    }
    if (!S_ISREG(named.st_mode))
        return hv_fail(err, HV_ERR_DAMAGED,
                       "%s is not a journal: it is not a regular file",
                       jdb->path);
    st = connect_to(jdb, SQLITE_OPEN_READONLY, NULL, err);
    if (st)
        return st;
    st = journal_schema_check(jdb, &is_new, err);
    if (!st && is_new)
        st = HV_ERR_NOT_FOUND;
    if (st)
        journal_db_close(jdb);
    return st;
}

enum hv_status
journal_db_open_reader(struct journal_db *jdb, struct hv_error *err)
{
    enum hv_status st = judge_file(jdb, err);

    if (st)
        return st;
    st = journal_schema_current(jdb, err);
    if (!st)
        st = journal_db_exec(jdb,
                             "PRAGMA temp_store=MEMORY;"
                             "PRAGMA cache_size=-4096",
                             err);
    if (st)
        journal_db_close(jdb);
    return st;
}

enum hv_status
journal_db_open_beside(struct journal_db *jdb, struct hv_error *err)
{
    enum hv_status st = journal_db_open_reader(jdb, err);

    journal_db_close(jdb);
    if (st == HV_ERR_NOT_FOUND)
        return hv_fail(err, HV_ERR_NOT_FOUND, "there is no journal at %s yet",
                       jdb->path);
    if (st)
        return st;
    st = connect_to(jdb, SQLITE_OPEN_READWRITE, NULL, err);
    if (!st)
        st = journal_db_exec(jdb,
                             "PRAGMA synchronous=NORMAL;"
                             "PRAGMA wal_autocheckpoint=0;"
                             "PRAGMA cache_size=-2048;"
                             "PRAGMA temp_store=MEMORY",
                             err);
    if (st)
        journal_db_close(jdb);
    return st;
}

static enum hv_status
make_file(const char *path, struct hv_error *err)
{
    /* The mode is less the umask: 0640 lets the operators' group read. */
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

    if (fd < 0 && errno != EEXIST)
        return hv_fail_errno(err, HV_ERR_IO, "cannot make %s", path);
    if (fd >= 0)
        close(fd);
    return HV_OK;
}

/* synchronous=FULL is what makes a 200 a receipt: every commit is synced. */
static enum hv_status
set_up_writer(const struct journal_db *jdb, struct hv_error *err)
{
    int keep_wal = 1;
    int64_t level = 0;
    sqlite3_stmt *stmt = NULL;
    bool has_row = false;
    bool is_wal = false;
    enum hv_status st;

    st = journal_db_prepare(jdb, "PRAGMA journal_mode=WAL", &stmt, err);
    if (!st)
        st = journal_db_step(jdb, stmt, &has_row, err);
    if (has_row)
        is_wal = strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    sqlite3_finalize(stmt);
    if (!st && !is_wal)
        st = hv_fail(err, HV_ERR_IO,
                     "%s cannot be kept in WAL mode: the file "
                     "system has no shared memory",
                     jdb->path);
    if (!st)
        st = journal_db_exec(jdb,
                             "PRAGMA synchronous=FULL;"
                             "PRAGMA wal_autocheckpoint=4000;"
                             "PRAGMA journal_size_limit=33554432;"
                             "PRAGMA cache_size=-4096;"
                             "PRAGMA temp_store=MEMORY",
                             err);
    if (!st)
        st = journal_db_int(jdb, "PRAGMA synchronous", &level, err);
    if (!st && level != 2)
        st = hv_fail(err, HV_ERR_IO,
                     "%s: SQLite does not take "
                     "synchronous=FULL",
                     jdb->path);
    /* -wal and -shm stay when the writer ends, so that a reader who may not
     * write in the directory can still open the file. */
    sqlite3_file_control(jdb->db, NULL, SQLITE_FCNTL_PERSIST_WAL, &keep_wal);
    return st;
}

enum hv_status
journal_db_open_writer(struct journal_db *jdb, struct hv_error *err)
{
    enum hv_status st = judge_file(jdb, err);

    journal_db_close(jdb);
    if (st && st != HV_ERR_NOT_FOUND)
        return st;
    if (st == HV_ERR_NOT_FOUND) {
        st = make_file(jdb->path, err);
        if (st)
            return st;
    }
    st = connect_to(jdb, SQLITE_OPEN_READWRITE, journal_gather_name(), err);
    if (st)
        return st;
    st = journal_db_exec(jdb, "PRAGMA page_size=4096", err);
    if (!st)
        st = journal_schema_bring(jdb, err);
    if (!st)
        st = set_up_writer(jdb, err);
    if (st)
        journal_db_close(jdb);
    return st;
}

void
journal_bind_int(sqlite3_stmt *stmt, int at, int64_t value)
{
    if (sqlite3_bind_int64(stmt, at, value) != SQLITE_OK)
        abort();
}

void
journal_bind_blob(sqlite3_stmt *stmt, int at, const void *data, size_t len)
{
    /* A NULL pointer would bind NULL: an empty blob is something else. */
    if (sqlite3_bind_blob64(stmt, at, data ? data : "", len, SQLITE_STATIC) !=
        SQLITE_OK)
        abort();
}

void
journal_bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    if (sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC) != SQLITE_OK)
        abort();
}

struct hv_bytes
journal_column_bytes(sqlite3_stmt *stmt, int at)
{
    const void *data = sqlite3_column_blob(stmt, at);

    return (struct hv_bytes){ data, (size_t)sqlite3_column_bytes(stmt, at) };
}

bool
journal_column_blob(sqlite3_stmt *stmt, int at, void *out, size_t len)
{
    struct hv_bytes bytes = journal_column_bytes(stmt, at);

    if (sqlite3_column_type(stmt, at) != SQLITE_BLOB || bytes.len != len)
        return false;
    memcpy(out, bytes.data, len);
    return true;
}
