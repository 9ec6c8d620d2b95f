/*
 * status.c - notes reasons and maps statuses to exit codes and words.
 * Pure. Called everywhere.
 */
#include "hvconsole/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int exit_code;
    const char *word;
} statuses[HV_STATUS_COUNT] = {
    [HV_OK] = { 0, "ok" },
    [HV_ERR_FAILED] = { 1, "failed" },
    [HV_ERR_IO] = { 1, "io" },
    [HV_ERR_CRYPTO] = { 1, "crypto" },
    [HV_ERR_LIMIT] = { 1, "too-large" },
    [HV_ERR_FORMAT] = { 2, "format" },
    [HV_ERR_USAGE] = { 2, "usage" },
    [HV_ERR_FINDINGS] = { 3, "findings" },
    [HV_ERR_LOCKED] = { 4, "locked" },
    [HV_ERR_NOT_FOUND] = { 5, "not-found" },
    [HV_ERR_RULE] = { 6, "rule" },
    [HV_ERR_TOKEN] = { 7, "token-expired" },
    [HV_ERR_INCOMPLETE] = { 8, "incomplete" },
    [HV_ERR_VERIFY] = { 9, "verification" },
    [HV_ERR_PLATFORM] = { 10, "platform" },
    [HV_ERR_NET] = { 11, "network" },
    [HV_ERR_REFUSED] = { 12, "refused" },
    [HV_ERR_DAMAGED] = { 13, "damaged" },
    [HV_ERR_CANCELLED] = { 1, "cancelled" },
};

static enum hv_status
note(struct hv_error *err, enum hv_status status, int saved_errno,
     const char *fmt, va_list args)
{
    if (!err || err->status)
        return status;
    err->status = status;
    err->sys_errno = saved_errno;
    vsnprintf(err->why, sizeof(err->why), fmt, args);
    if (saved_errno) {
        size_t used = strlen(err->why);

        snprintf(err->why + used, sizeof(err->why) - used, ": %s",
                 strerror(saved_errno));
    }
    return status;
}

enum hv_status
hv_fail(struct hv_error *err, enum hv_status status, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    note(err, status, 0, fmt, args);
    va_end(args);
    return status;
}

enum hv_status
hv_fail_errno(struct hv_error *err, enum hv_status status, const char *fmt, ...)
{
    int saved_errno = errno;
    va_list args;

    va_start(args, fmt);
    note(err, status, saved_errno, fmt, args);
    va_end(args);
    return status;
}

void
hv_hint(struct hv_error *err, const char *fmt, ...)
{
    va_list args;

    if (!err || !err->status || err->hint[0])
        return;
    va_start(args, fmt);
    vsnprintf(err->hint, sizeof(err->hint), fmt, args);
    va_end(args);
}

int
hv_status_exit(enum hv_status status)
{
    return (unsigned)status < HV_STATUS_COUNT ? statuses[status].exit_code : 1;
}

const char *
hv_status_word(enum hv_status status)
{
    return (unsigned)status < HV_STATUS_COUNT ? statuses[status].word
                                              : "failed";
}
