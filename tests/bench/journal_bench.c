/*
 * journal_bench.c - how many rows a second the journal takes with all its
 * indexes, beside a raw file that is appended to and synced: K messages in
 * flight through the listener's own queue, the next one put in as soon as one
 * comes back, in turns and in the same run. Prints a JSON line per measurement
 * and per ratio. Run by hand or by the bench; no test.
 *
 * usage: journal_bench [--dir DIR] [--seconds S] [--rounds N] [--body BYTES]
 *                      [--records N] [--preload ROWS] [--k K[,K...]] [--no-raw]
 */
#include "mix.h"
#include "raw.h"
#include "core/listener/queue.h"
#include "hvconsole/clock.h"

#include <openssl/evp.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_K      4096
#define MAX_ROUNDS 64

struct bench {
    char dir[512];
    char path[560];
    int64_t seconds_ms;
    int rounds;
    size_t body;
    unsigned records;
    int64_t preload;
    size_t ks[8];
    size_t ks_len;
    bool no_raw;
    struct hv_journal_key key;
    struct hv_journal *journal;
    struct hv_loop *loop;
    struct listener_queue *queue;
    struct listener_port *port;
    uint8_t *bodies; /* MAX_K of them in a row: whose item is under way */
    uint64_t number;
    int64_t end_us; /* no new ones after it */
    size_t flying;
    size_t done; /* before that */
};

static void
die(const char *what, const struct hv_error *err)
{
    fprintf(stderr, "journal_bench: %s: %s\n", what,
            err ? err->why : strerror(errno));
    exit(1);
}

static struct hv_guid
guid_of(uint64_t a, uint64_t b)
{
    struct hv_guid id;
    uint64_t words[2] = { mix(a + 1), mix(b ^ (a << 32)) };

    memcpy(id.b, words, sizeof(id.b));
    return id;
}

/* What the judge would have said. Its parts are the queue's to free. */
static void
judge(struct bench *bench, uint64_t number, struct hv_judgement *judgement)
{
    struct hv_event *event = hv_calloc(1, sizeof(*event));

    *judgement = (struct hv_judgement){
        .verdict = HV_VERDICT_VERIFIED,
        .has_auth = true,
        .auth.sub = guid_of(number % 5, 7),
        .why_len = 5,
    };
    hv_copy(judgement->auth.version.id, sizeof(judgement->auth.version.id),
            "v20261121-1");
    for (size_t i = 0; i < judgement->why_len; i++)
        judgement->why[i] = (struct hv_why_step){ .step = "mac", .ok = true };
    hv_copy(judgement->why[3].note, sizeof(judgement->why[3].note),
            "fits the raw bytes");
    *event = (struct hv_event){
        .sub = judgement->auth.sub,
        .person = guid_of(number % bench->records, 1),
        .record = guid_of(number * 2654435761U % bench->records, 2),
        .things = hv_calloc(1, sizeof(*event->things)),
        .things_len = 1,
    };
    event->things[0] = guid_of(number, 3);
    judgement->events.items = event;
    judgement->events.len = 1;
}

/* The next message on its way: like the last, with other ids. */
static void
submit(struct bench *bench, uint8_t *body, int64_t now_us)
{
    uint64_t number = bench->number++;
    struct listener_item *item = hv_calloc(1, sizeof(*item));

    judge(bench, number, &item->judgement);
    memcpy(body, &number, sizeof(number));
    item->started_us = now_us;
    item->arrival = (struct hv_arrival){
        .received_ms = hv_clock_now_ms(),
        .judgement = &item->judgement,
        .body = { body, bench->body },
        .answer = 200,
        .peer = "192.0.2.7",
    };
    if (!listener_port_add(bench->port, item))
        die("the queue is full", &(struct hv_error){ 0 });
    bench->flying++;
}

/* ------------------------------------------------------------ measuring -- */

struct measure {
    double rate;   /* rows a second */
    double p50_ms; /* from going in to coming back */
    double p99_ms;
    double cpu_us; /* of all threads, a row: what holds on a busy machine too */
};

static int64_t samples[1 << 22];

static int
compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* One came back: the next goes in. */
static void
on_back(void *arg, struct listener_item *item, enum hv_status st,
        const struct hv_error *err)
{
    struct bench *bench = arg;
    int64_t now_us = hv_clock_mono_us();

    if (st)
        die("append", err);
    bench->flying--;
    if (now_us < bench->end_us && bench->done < HV_LEN(samples)) {
        samples[bench->done++] = now_us - item->started_us;
        submit(bench, (uint8_t *)(uintptr_t)item->arrival.body.data, now_us);
    } else if (bench->flying == 0) {
        hv_loop_stop(bench->loop);
    }
}

static int64_t
cpu_us(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

static struct measure
run(struct bench *bench, size_t k, int64_t us)
{
    int64_t start_us = hv_clock_mono_us();
    int64_t cpu = cpu_us();

    bench->end_us = start_us + us;
    bench->done = 0;
    for (size_t i = 0; i < k; i++)
        submit(bench, bench->bodies + i * bench->body, start_us);
    hv_loop_run(bench->loop);
    cpu = cpu_us() - cpu;
    qsort(samples, bench->done, sizeof(samples[0]), compare);
    return (struct measure){
        .rate = (double)bench->done * 1e6 / (double)us,
        .p50_ms = (double)samples[bench->done / 2] / 1e3,
        .p99_ms = (double)samples[bench->done * 99 / 100] / 1e3,
        .cpu_us = (double)cpu / (double)(bench->done + k),
    };
}

static struct measure
run_raw(struct bench *bench, size_t k)
{
    char path[600];
    struct measure m;

    snprintf(path, sizeof(path), "%s/raw", bench->dir);
    raw_begin(path);
    m = run(bench, k, bench->seconds_ms * 1000);
    raw_end();
    return m;
}

static double
median(double *values, int len)
{
    for (int i = 1; i < len; i++) {
        for (int j = i; j > 0 && values[j] < values[j - 1]; j--) {
            double swap = values[j];

            values[j] = values[j - 1];
            values[j - 1] = swap;
        }
    }
    return len ? values[len / 2] : 0;
}

static void
tell(const char *part, size_t k, int round, const struct measure *m)
{
    printf("{\"bench\":\"journal\",\"part\":\"%s\",\"k\":%zu,\"round\":%d,"
           "\"rows_s\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"cpu_us\":%.2f}\n",
           part, k, round, m->rate, m->p50_ms, m->p99_ms, m->cpu_us);
    fflush(stdout);
}

static void
measure_k(struct bench *bench, size_t k)
{
    double raw[MAX_ROUNDS];
    double ours[MAX_ROUNDS];
    double ratio[MAX_ROUNDS];

    for (int i = 0; i < bench->rounds; i++) {
        struct measure m;

        if (!bench->no_raw) {
            m = run_raw(bench, k);
            tell("raw", k, i, &m);
            raw[i] = m.rate;
        }
        m = run(bench, k, bench->seconds_ms * 1000);
        tell("journal", k, i, &m);
        ours[i] = m.rate;
        ratio[i] = bench->no_raw ? 0 : raw[i] / m.rate;
    }
    if (bench->no_raw)
        return;
    printf("{\"bench\":\"journal\",\"k\":%zu,\"raw\":%.0f,\"journal\":%.0f,"
           "\"ratio\":%.2f,\"goal\":3.5,\"holds\":%s}\n",
           k, median(raw, bench->rounds), median(ours, bench->rounds),
           median(ratio, bench->rounds),
           median(ratio, bench->rounds) <= 3.5 ? "true" : "false");
}

/* --------------------------------------------------------------- set-up -- */

static void
open_journal(struct bench *bench)
{
    EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    size_t len = 32;
    struct hv_error err = { 0 };
    bool is_locked = false;

    if (hv_secret_start(&is_locked, &err) ||
        hv_secret_random(&bench->key.index_key, 32, &err) ||
        hv_secret_random(&bench->key.outbox_key, 32, &err) || !pair ||
        EVP_PKEY_get_raw_public_key(pair, bench->key.public_key, &len) != 1)
        die("keys", &err);
    EVP_PKEY_free(pair);
    snprintf(bench->path, sizeof(bench->path), "%s/journal.db", bench->dir);
    if (hv_journal_open(bench->path, &bench->key, &bench->journal, &err))
        die("open", &err);
    if (hv_loop_new(&bench->loop, &err) ||
        listener_queue_start(bench->journal, &bench->queue, &err) ||
        listener_port_new(bench->queue, bench->loop, on_back, bench,
                          &bench->port, &err))
        die("queue", &err);
    while (bench->number < (uint64_t)bench->preload)
        run(bench, 1024, 100000);
}

static void
remove_files(const struct bench *bench)
{
    static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
    char path[600];

    for (size_t i = 0; i < HV_LEN(ends); i++) {
        snprintf(path, sizeof(path), "%s%s", bench->path, ends[i]);
        unlink(path);
    }
    rmdir(bench->dir);
}

static void
read_ks(struct bench *bench, char *text)
{
    char *save = NULL;

    for (char *word = strtok_r(text, ",", &save);
         word && bench->ks_len < HV_LEN(bench->ks);
         word = strtok_r(NULL, ",", &save)) {
        long k = strtol(word, NULL, 10);

        if (k < 1 || k > MAX_K)
            die("--k wants 1 to 4096", &(struct hv_error){ 0 });
        bench->ks[bench->ks_len++] = (size_t)k;
    }
}

static void
read_args(struct bench *bench, int argc, char **argv)
{
    char ks[] = "64,1024";

    for (int i = 1; i < argc; i++) {
        char *value = i + 1 < argc ? argv[i + 1] : NULL;

        if (strcmp(argv[i], "--no-raw") == 0) {
            bench->no_raw = true;
            continue;
        }
        i++;
        if (!value)
            die(argv[i - 1], &(struct hv_error){ .why = "wants a value" });
        else if (strcmp(argv[i - 1], "--dir") == 0)
            snprintf(bench->dir, sizeof(bench->dir), "%s", value);
        else if (strcmp(argv[i - 1], "--seconds") == 0)
            bench->seconds_ms = (int64_t)(strtod(value, NULL) * 1000);
        else if (strcmp(argv[i - 1], "--rounds") == 0)
            bench->rounds = atoi(value);
        else if (strcmp(argv[i - 1], "--body") == 0)
            bench->body = (size_t)strtoul(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--records") == 0)
            bench->records = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--preload") == 0)
            bench->preload = strtoll(value, NULL, 10);
        else if (strcmp(argv[i - 1], "--k") == 0)
            read_ks(bench, value);
        else
            die(argv[i - 1], &(struct hv_error){ .why = "unknown" });
    }
    if (bench->ks_len == 0)
        read_ks(bench, ks);
    if (bench->rounds < 1 || bench->rounds > MAX_ROUNDS || bench->body < 16 ||
        bench->records == 0)
        die("arguments", &(struct hv_error){ .why = "out of range" });
}

int
main(int argc, char **argv)
{
    static struct bench bench = {
        .seconds_ms = 2000, .rounds = 5, .body = 1024, .records = 100000
    };

    read_args(&bench, argc, argv);
    if (bench.dir[0] == '\0')
        hv_copy(bench.dir, sizeof(bench.dir), "/tmp/hv-journal-bench-XXXXXX");
    if (strstr(bench.dir, "XXXXXX") ? !mkdtemp(bench.dir)
                                    : mkdir(bench.dir, 0700) && errno != EEXIST)
        die(bench.dir, NULL);
    bench.bodies = hv_calloc(MAX_K, bench.body);
    open_journal(&bench);
    for (size_t i = 0; i < bench.ks_len; i++)
        measure_k(&bench, bench.ks[i]);
    listener_queue_end(bench.queue);
    listener_port_free(bench.port);
    hv_loop_free(bench.loop);
    hv_journal_close(bench.journal);
    hv_secret_release(&bench.key.index_key);
    hv_secret_release(&bench.key.outbox_key);
    free(bench.bodies);
    remove_files(&bench);
    return 0;
}
