/*
 * gather.c - see gather.h. Called by db.c; everything else is SQLite calling.
 *
 * Only writes to the write-ahead log are held back, and only until its next
 * sync: with synchronous=FULL every commit syncs it before any other connection
 * is told of the new pages, so nobody can ask for what is still here. A write
 * that fails then fails the sync, and with it the commit. The database file is
 * not gathered: SQLite may publish pages there without a sync.
 */
#include "core/journal/gather.h"

#include "hvconsole/bytes.h"

#include <sqlite3.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* SQLite's own layer takes less than 128 KiB at a time. */
#define GATHER_MAX ((size_t)120 * 1024)

struct gather_file {
    sqlite3_file base;
    sqlite3_file *real; /* behind this one */
    bool is_log;
    uint8_t *data; /* owned; what waits */
    size_t len;
    sqlite3_int64 at; /* where it goes */
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    bool is_there;
} layer;

static struct gather_file *
gather_of(sqlite3_file *file)
{
    return (struct gather_file *)file;
}

static sqlite3_file *
real_of(sqlite3_file *file)
{
    return gather_of(file)->real;
}

/* What waits is written, or forgotten: after a failure SQLite writes all of the
 * commit again. */
static int
flush(sqlite3_file *file)
{
    struct gather_file *gather = gather_of(file);
    size_t len = gather->len;

    gather->len = 0;
    if (len == 0)
        return SQLITE_OK;
    return gather->real->pMethods->xWrite(gather->real, gather->data, (int)len,
                                          gather->at);
}

static int
gather_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
    struct gather_file *gather = gather_of(file);
    int rc = SQLITE_OK;

    if (!gather->is_log || (size_t)len > GATHER_MAX)
        rc = flush(file);
    if (!rc && (!gather->is_log || (size_t)len > GATHER_MAX))
        return gather->real->pMethods->xWrite(gather->real, from, len, at);
    if (!rc && (gather->at + (sqlite3_int64)gather->len != at ||
                gather->len + (size_t)len > GATHER_MAX))
        rc = flush(file);
    if (rc)
        return rc;
    if (!gather->data)
        gather->data = hv_calloc(GATHER_MAX, 1);
    if (gather->len == 0)
        gather->at = at;
    memcpy(gather->data + gather->len, from, (size_t)len);
    gather->len += (size_t)len;
    return SQLITE_OK;
}

static int
gather_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
    int rc = flush(file);

    return rc ? rc : real_of(file)->pMethods->xRead(real_of(file), to, len, at);
}

static int
gather_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int rc = flush(file);

    return rc ? rc : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int
gather_sync(sqlite3_file *file, int flags)
{
    int rc = flush(file);

    return rc ? rc : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int
gather_size(sqlite3_file *file, sqlite3_int64 *size)
{
    int rc = flush(file);

    return rc ? rc : real_of(file)->pMethods->xFileSize(real_of(file), size);
}

/* What a rolled back commit left behind is no loss. */
static int
gather_close(sqlite3_file *file)
{
    int rc = flush(file);
    int closed = real_of(file)->pMethods->xClose(real_of(file));

    free(gather_of(file)->data);
    gather_of(file)->data = NULL;
    return rc ? rc : closed;
}

/* The rest only passes through. */

static int
gather_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int
gather_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int
gather_reserved(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int
gather_control(sqlite3_file *file, int op, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int
gather_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
gather_traits(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
gather_shm_map(sqlite3_file *file, int page, int size, int extend,
               void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend,
                                            out);
}

static int
gather_shm_lock(sqlite3_file *file, int at, int len, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), at, len, flags);
}

static void
gather_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
gather_shm_unmap(sqlite3_file *file, int is_delete)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), is_delete);
}

/* Version 2: no memory map of the file, which we never ask for. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = gather_close,
    .xRead = gather_read,
    .xWrite = gather_write,
    .xTruncate = gather_truncate,
    .xSync = gather_sync,
    .xFileSize = gather_size,
    .xLock = gather_lock,
    .xUnlock = gather_unlock,
    .xCheckReservedLock = gather_reserved,
    .xFileControl = gather_control,
    .xSectorSize = gather_sector,
    .xDeviceCharacteristics = gather_traits,
    .xShmMap = gather_shm_map,
    .xShmLock = gather_shm_lock,
    .xShmBarrier = gather_shm_barrier,
    .xShmUnmap = gather_shm_unmap,
};

static int
gather_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file,
            int flags, int *out_flags)
{
    struct gather_file *gather = gather_of(file);
    int rc;

    (void)vfs;
    *gather = (struct gather_file){ .real = (sqlite3_file *)(gather + 1),
                                    .is_log = flags & SQLITE_OPEN_WAL };
    rc = layer.real->xOpen(layer.real, name, gather->real, flags, out_flags);
    /* No methods: SQLite does not close what was never open. */
    gather->base.pMethods = gather->real->pMethods ? &methods : NULL;
    return rc;
}

static void
set_up(void)
{
    layer.real = sqlite3_vfs_find(NULL);
    if (!layer.real)
        return;
    layer.vfs = *layer.real;
    layer.vfs.pNext = NULL;
    layer.vfs.zName = "hv-gather";
    layer.vfs.szOsFile = (int)sizeof(struct gather_file) + layer.real->szOsFile;
    layer.vfs.xOpen = gather_open;
    layer.is_there = sqlite3_vfs_register(&layer.vfs, 0) == SQLITE_OK;
}

const char *
journal_gather_name(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, set_up);
    return layer.is_there ? layer.vfs.zName : NULL;
}
