/*
 * bad_disk.c - see bad_disk.h. The files are real ones of SQLite's own layer;
 * only what goes in and out is counted.
 */
#include "bad_disk.h"

#include <criterion/criterion.h>
#include <sqlite3.h>

#include <string.h>

struct bad_file {
    sqlite3_file base;
    sqlite3_file *real; /* behind this one */
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    int pass[BAD_CALLS]; /* < 0 = all */
    int code;
    int failed;
    int counted[BAD_CALLS];
} disk = { .pass = { -1, -1, -1 } };

static sqlite3_file *
real_of(sqlite3_file *file)
{
    return ((struct bad_file *)file)->real;
}

static bool
is_refused(enum bad_call call)
{
    disk.counted[call]++;
    if (disk.pass[call] < 0)
        return false;
    if (disk.pass[call] > 0) {
        disk.pass[call]--;
        return false;
    }
    disk.failed++;
    return true;
}

static int
bad_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int
bad_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
    if (is_refused(BAD_READ))
        return disk.code;
    return real_of(file)->pMethods->xRead(real_of(file), to, len, at);
}

static int
bad_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
    if (!is_refused(BAD_WRITE))
        return real_of(file)->pMethods->xWrite(real_of(file), from, len, at);
    /* A write that fails may have written some of it. */
    (void)real_of(file)->pMethods->xWrite(real_of(file), from, len / 2, at);
    return disk.code;
}

static int
bad_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int
bad_sync(sqlite3_file *file, int flags)
{
    if (is_refused(BAD_SYNC))
        return disk.code;
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int
bad_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int
bad_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int
bad_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int
bad_reserved(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int
bad_control(sqlite3_file *file, int op, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int
bad_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
bad_traits(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
bad_shm_map(sqlite3_file *file, int page, int size, int extend,
            void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend,
                                            out);
}

static int
bad_shm_lock(sqlite3_file *file, int at, int len, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), at, len, flags);
}

static void
bad_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
bad_shm_unmap(sqlite3_file *file, int is_delete)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), is_delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = bad_close,
    .xRead = bad_read,
    .xWrite = bad_write,
    .xTruncate = bad_truncate,
    .xSync = bad_sync,
    .xFileSize = bad_size,
    .xLock = bad_lock,
    .xUnlock = bad_unlock,
    .xCheckReservedLock = bad_reserved,
    .xFileControl = bad_control,
    .xSectorSize = bad_sector,
    .xDeviceCharacteristics = bad_traits,
    .xShmMap = bad_shm_map,
    .xShmLock = bad_shm_lock,
    .xShmBarrier = bad_shm_barrier,
    .xShmUnmap = bad_shm_unmap,
};

static int
bad_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
         int *out_flags)
{
    struct bad_file *bad = (struct bad_file *)file;
    int rc;

    (void)vfs;
    bad->real = (sqlite3_file *)(bad + 1);
    rc = disk.real->xOpen(disk.real, name, bad->real, flags, out_flags);
    /* No methods: SQLite does not close what was never open. */
    bad->base.pMethods = bad->real->pMethods ? &methods : NULL;
    return rc;
}

void
bad_disk_start(void)
{
    disk.real = sqlite3_vfs_find(NULL);
    cr_assert_not_null(disk.real);
    disk.vfs = *disk.real;
    disk.vfs.zName = "bad-disk";
    disk.vfs.szOsFile = (int)sizeof(struct bad_file) + disk.real->szOsFile;
    disk.vfs.xOpen = bad_open;
    cr_assert_eq(sqlite3_vfs_register(&disk.vfs, 1), SQLITE_OK);
}

void
bad_disk_fail(enum bad_call call, int pass, int code)
{
    bad_disk_heal();
    disk.pass[call] = pass;
    disk.code = code;
    disk.failed = 0;
}

void
bad_disk_heal(void)
{
    for (int i = 0; i < BAD_CALLS; i++)
        disk.pass[i] = -1;
}

int
bad_disk_failed(void)
{
    return disk.failed;
}

void
bad_disk_count(void)
{
    memset(disk.counted, 0, sizeof(disk.counted));
}

int
bad_disk_counted(enum bad_call call)
{
    return disk.counted[call];
}
