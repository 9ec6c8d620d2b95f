/*
 * rotation.c - a rotation under way as one line on standard error, drawn over
 * and over. Called through struct hv_asker. Plain characters and a carriage
 * return only: any terminal will do.
 */
#include "tui/cli/rotation.h"

#include "hvconsole/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void HV_PRINTF(3, 4) add(char *out, size_t size, const char *fmt, ...)
{
    size_t len = strlen(out);
    va_list args;

    va_start(args, fmt);
    vsnprintf(out + len, size - len, fmt, args);
    va_end(args);
}

/* What is under way: a step, the pace, the canary. */
static void
add_now(const struct hv_rotation *job, int64_t now_ms, char *out, size_t size)
{
    char id[HV_GUID_SHORT], left[HV_AGE_TEXT];

    if (job->waits_for_canary) {
        add(out, size, "; waits for a message under a new key");
    } else if (job->next_ms) {
        hv_age_format(job->next_ms - now_ms + 999, left);
        add(out, size, "; goes on in %s", left);
    } else {
        for (size_t i = 0; i < job->len; i++) {
            if (job->items[i].state != HV_ITEM_RUNNING)
                continue;
            hv_guid_short(&job->items[i].sub, id);
            add(out, size, "; %s %s", id,
                job->items[i].step ? hv_rotate_step_word(job->items[i].step)
                                   : "begins");
        }
    }
}

void
rotation_line(const struct hv_rotation *job, int64_t now_ms, char *out,
              size_t size)
{
    static const char marks[HV_ITEM_STATES] = {
        [HV_ITEM_WAITING] = '.', [HV_ITEM_RUNNING] = '>',
        [HV_ITEM_STOPPED] = '!', [HV_ITEM_DONE] = '#',
        [HV_ITEM_GONE] = 'x',    [HV_ITEM_DROPPED] = '-',
    };
    struct hv_rotation_counts counts = hv_rotation_count(job);

    out[0] = '\0';
    add(out, size, "[");
    for (size_t i = 0; i < job->len; i++)
        add(out, size, "%c", marks[job->items[i].state]);
    add(out, size, "] %zu of %zu", counts.done, counts.total);
    if (counts.stopped)
        add(out, size, ", %zu stopped", counts.stopped);
    if (counts.gone)
        add(out, size, ", %zu gone", counts.gone);
    add_now(job, now_ms, out, size);
}

void
rotation_show(void *arg, const struct hv_rotation *job)
{
    struct winsize window = { 0 };
    char line[160] = "";
    int width;

    (void)arg;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) || !window.ws_col)
        window.ws_col = 80;
    /* The last column stays free: some terminals would begin a new line. */
    width = window.ws_col - 1;
    if (width >= (int)sizeof(line))
        width = (int)sizeof(line) - 1;
    if (job->state == HV_ROTATION_RUNNING)
        rotation_line(job, hv_clock_now_ms(), line, sizeof(line));
    fprintf(stderr, "\r%-*.*s%s", width, width, line, line[0] ? "" : "\r");
    fflush(stderr);
}
