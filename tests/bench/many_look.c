/*
 * many_look.c - how long the console's and the commands' questions to a large
 * journal take: the first time with the file out of the page cache, and again.
 * A page is what the console fetches: a hundred rows with their events opened.
 */
#include "many.h"

#include "hvconsole/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE    100
#define COLD_US 50000 /* wanted: a frame after the first look */
#define WARM_US 16000 /* .. and after the others */
#define DAY_MS  (INT64_C(24) * 3600 * 1000)

struct look {
    const struct many *many;
    struct hv_journal_view *view;
    struct hv_log_info info;
    struct hv_log_row rows[PAGE];
    uint64_t state;
    int64_t last; /* rows of the last answer */
    int slow;     /* questions that took too long */
};

/* What varies from round to round, so that each looks at other pages. */
static int64_t
any_id(struct look *look)
{
    look->state = look->state * UINT64_C(6364136223846793005) + 1;
    return look->info.oldest_id +
           (int64_t)((look->state >> 20) %
                     (uint64_t)(look->info.newest_id - look->info.oldest_id));
}

static void
page(struct look *look, const struct hv_log_filter *filter, int64_t before,
     int64_t after)
{
    struct hv_error err = { 0 };
    size_t len = 0;

    if (hv_journal_page(look->view, filter, before, after, true, look->rows,
                        PAGE, &len, &err))
        many_die("page", &err);
    for (size_t i = 0; i < len; i++)
        hv_log_row_release(&look->rows[i]);
    look->last = (int64_t)len;
}

/* ------------------------------------------------------------- questions -- */

struct ask {
    const char *name;
    uint32_t verdicts;
    int sub; /* number + 1, 0 = any */
    const char *version;
    int64_t since_ms, until_ms; /* before the newest row, 0 = open */
    bool has_record;
    enum { FROM_END, FROM_ANY_BACK, FROM_ANY_ON } from;
};
#define BIT(verdict) (UINT32_C(1) << (verdict))
#define TROUBLE      (~BIT(HV_VERDICT_VERIFIED))

static const struct ask asks[] = {
    { .name = "newest" },
    { .name = "page back", .from = FROM_ANY_BACK },
    { .name = "page on", .from = FROM_ANY_ON },
    { .name = "sub", .sub = 1 },
    { .name = "sub, page back", .sub = 1, .from = FROM_ANY_BACK },
    { .name = "rare sub", .sub = MANY_SUBS },
    { .name = "rare sub, page back", .sub = MANY_SUBS, .from = FROM_ANY_BACK },
    { .name = "problems", .verdicts = TROUBLE },
    { .name = "problems, page on", .verdicts = TROUBLE, .from = FROM_ANY_ON },
    { .name = "bad-hmac", .verdicts = BIT(HV_VERDICT_BAD_HMAC) },
    { .name = "rare verdict", .verdicts = BIT(HV_VERDICT_MISMATCH) },
    { .name = "rare verdict, page back",
      .verdicts = BIT(HV_VERDICT_MISMATCH),
      .from = FROM_ANY_BACK },
    { .name = "verified", .verdicts = BIT(HV_VERDICT_VERIFIED) },
    { .name = "sub and verified",
      .sub = 1,
      .verdicts = BIT(HV_VERDICT_VERIFIED) },
    { .name = "sub and rare verdict",
      .sub = 1,
      .verdicts = BIT(HV_VERDICT_MISMATCH) },
    { .name = "small sub and rare verdict",
      .sub = 8,
      .verdicts = BIT(HV_VERDICT_MISMATCH) },
    { .name = "rare sub and bad-hmac",
      .sub = MANY_SUBS,
      .verdicts = BIT(HV_VERDICT_BAD_HMAC) },
    { .name = "version", .version = "v2026-0-4" },
    { .name = "old version", .version = "v2026-0-1" },
    { .name = "old version, page back",
      .version = "v2026-0-1",
      .from = FROM_ANY_BACK },
    { .name = "rare version", .version = MANY_RARE_VERSION },
    { .name = "unheard version", .version = "v-of-nobody" },
    { .name = "sub and old version", .sub = 1, .version = "v2026-0-1" },
    { .name = "old version of a small sub", .version = "v2026-9-2" },
    { .name = "an hour, a month ago",
      .since_ms = 30 * DAY_MS,
      .until_ms = 30 * DAY_MS - DAY_MS / 24 },
    { .name = "problems until a month ago",
      .verdicts = TROUBLE,
      .until_ms = 30 * DAY_MS },
    { .name = "sub until a month ago", .sub = 1, .until_ms = 30 * DAY_MS },
    { .name = "rare verdict of a day",
      .verdicts = BIT(HV_VERDICT_MISMATCH),
      .since_ms = DAY_MS },
    { .name = "rare version of a small sub",
      .sub = 5,
      .version = MANY_RARE_VERSION },
    { .name = "record", .has_record = true },
    { .name = "record, page back", .has_record = true, .from = FROM_ANY_BACK },
    { .name = "record and problems", .has_record = true, .verdicts = TROUBLE },
};

static void
ask_page(struct look *look, const struct ask *ask)
{
    struct hv_log_filter filter = { .verdicts = ask->verdicts,
                                    .has_sub = ask->sub > 0,
                                    .has_record = ask->has_record };
    int64_t id = ask->from == FROM_END ? 0 : any_id(look);

    if (ask->sub)
        filter.sub = many_sub(look->many, (unsigned)ask->sub - 1);
    if (ask->version)
        hv_copy(filter.version, sizeof(filter.version), ask->version);
    if (ask->since_ms)
        filter.since_ms = look->info.newest_ms - ask->since_ms;
    if (ask->until_ms)
        filter.until_ms = look->info.newest_ms - ask->until_ms;
    if (ask->has_record)
        filter.record = many_record((unsigned)any_id(look) % MANY_RECORDS);
    page(look, &filter, ask->from == FROM_ANY_BACK ? id : 0,
         ask->from == FROM_ANY_ON ? id : 0);
}

static void
ask_body(struct look *look)
{
    struct hv_buf body = { 0 };

    look->last =
        hv_journal_body(look->view, any_id(look), &body, NULL) == HV_OK;
    hv_buf_release(&body);
}

static void
ask_counts(struct look *look, int64_t since_ms)
{
    struct hv_log_count *counts = NULL;
    size_t len = 0;

    if (hv_journal_counts(look->view, since_ms, &counts, &len, NULL))
        many_die("counts", NULL);
    look->last = (int64_t)len;
    free(counts);
}

static void
ask_counts_day(struct look *look)
{
    ask_counts(look, look->info.newest_ms - DAY_MS);
}

static void
ask_counts_ever(struct look *look)
{
    ask_counts(look, 0);
}

static void
ask_buckets(struct look *look)
{
    struct hv_log_bucket buckets[60];

    if (hv_journal_buckets(look->view, look->info.newest_ms, DAY_MS / 24 / 60,
                           buckets, HV_LEN(buckets), NULL))
        many_die("buckets", NULL);
}

static void
ask_use(struct look *look)
{
    struct hv_use_bucket buckets[60];
    struct hv_guid sub = many_sub(look->many, 0);

    if (hv_journal_use_buckets(look->view, &sub, "v2026-0-4",
                               look->info.newest_ms, DAY_MS, buckets,
                               HV_LEN(buckets), NULL))
        many_die("uses", NULL);
}

static void
ask_retries(struct look *look)
{
    struct hv_log_retry *retries = NULL;
    size_t len = 0;

    if (hv_journal_retries(look->view, 0, &retries, &len, NULL))
        many_die("retries", NULL);
    look->last = (int64_t)len;
    free(retries);
}

static void
ask_record_use(struct look *look)
{
    struct hv_guid record = many_record((unsigned)any_id(look) % MANY_RECORDS);
    struct hv_record_use use = { 0 };

    if (hv_journal_record_use(look->view, &record, 0, &use, NULL))
        many_die("record use", NULL);
    look->last = use.count;
}

static void
ask_changed(struct look *look)
{
    look->last = hv_journal_changed(look->view);
}

static const struct {
    const char *name;
    void (*fn)(struct look *look);
} others[] = {
    { "body", ask_body },
    { "has it changed", ask_changed },
    { "counts of a day", ask_counts_day },
    { "counts ever", ask_counts_ever },
    { "an hour by the minute", ask_buckets },
    { "uses of a version, 60 days", ask_use },
    { "repeats", ask_retries },
    { "what came about a record", ask_record_use },
};

/* ------------------------------------------------------------- measuring -- */

static void
reopen(struct look *look, bool is_cold)
{
    static const char *const ends[] = { "", "-wal" };
    struct hv_error err = { 0 };

    hv_journal_view_close(look->view);
    for (size_t i = 0; is_cold && i < HV_LEN(ends); i++) {
        char path[4096];
        int fd;

        snprintf(path, sizeof(path), "%s%s", look->many->path, ends[i]);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0)
            posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
        if (fd >= 0)
            close(fd);
    }
    if (hv_journal_view_open(look->many->path, look->many->ring, &look->view,
                             &err))
        many_die("view", &err);
}

static int
compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static int64_t
time_one(struct look *look, const struct ask *ask,
         void (*fn)(struct look *look))
{
    int64_t start = hv_clock_mono_us();

    if (ask)
        ask_page(look, ask);
    else
        fn(look);
    return hv_clock_mono_us() - start;
}

static void
measure(struct look *look, const char *name, const struct ask *ask,
        void (*fn)(struct look *look))
{
    size_t len = (size_t)look->many->rounds;
    int64_t *warm;
    int64_t cold;
    bool is_fast;

    if (look->many->only && !strstr(name, look->many->only))
        return;
    warm = hv_calloc(len, sizeof(*warm));
    reopen(look, true);
    cold = time_one(look, ask, fn);
    for (size_t i = 0; i < len; i++) {
        uint64_t state = look->state;

        (void)time_one(look, ask, fn);
        look->state = state; /* the very same question */
        warm[i] = time_one(look, ask, fn);
    }
    qsort(warm, len, sizeof(*warm), compare);
    is_fast = cold <= COLD_US && warm[len * 99 / 100] <= WARM_US;
    look->slow += !is_fast;
    printf("{\"bench\":\"look\",\"question\":\"%s\",\"rows\":%lld,"
           "\"cold_ms\":%.2f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"holds\":%s}\n",
           name, (long long)look->last, (double)cold / 1e3,
           (double)warm[len / 2] / 1e3, (double)warm[len * 99 / 100] / 1e3,
           is_fast ? "true" : "false");
    fflush(stdout);
    free(warm);
}

int
many_look(const struct many *many)
{
    struct look *look = hv_calloc(1, sizeof(*look));
    struct hv_error err = { 0 };
    int slow;

    look->many = many;
    look->state = 1;
    reopen(look, false);
    if (hv_journal_info(look->view, &look->info, &err))
        many_die("info", &err);
    for (size_t i = 0; i < HV_LEN(asks); i++)
        measure(look, asks[i].name, &asks[i], NULL);
    for (size_t i = 0; i < HV_LEN(others); i++)
        measure(look, others[i].name, NULL, others[i].fn);
    slow = look->slow;
    hv_journal_view_close(look->view);
    free(look);
    return slow ? 3 : 0;
}
