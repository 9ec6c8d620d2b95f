/*
 * crew.c - the second thread of large batches: it makes rows while the writer
 * inserts those made before. Called by journal.c on the journal thread. Between
 * begin and end the thread uses what journal_make() uses, at all other times
 * nothing.
 */
#include "core/journal/writer.h"

#include "hvconsole/thread.h"

#include <pthread.h>
#include <stdlib.h>

#define BLOCK 16 /* rows from hand to hand */
#define SLOTS ((size_t)4 * BLOCK)

struct slot {
    struct journal_made made;
    enum hv_status st;
    struct hv_error err;
};

struct journal_crew {
    struct hv_journal *journal; /* borrowed */
    pthread_t thread;
    struct slot *slots; /* owned; row i is in slot i % SLOTS */
    size_t taken;       /* the writer's: rows it has had */
    size_t seen;        /* the writer's: so many were made when it looked */

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    const struct hv_arrival *arrivals;
    size_t len;
    int64_t id; /* of the next row */
    size_t made;
    size_t freed; /* slots of rows before this one may be used again */
    bool is_busy; /* the thread is making rows */
    bool is_ending;
};

/* The next block of rows; called and returns with the lock held. */
static void
make_block(struct journal_crew *crew)
{
    size_t from = crew->made;
    size_t to = from + BLOCK < crew->len ? from + BLOCK : crew->len;

    crew->is_busy = true;
    pthread_mutex_unlock(&crew->lock);
    for (size_t i = from; i < to; i++) {
        struct slot *slot = &crew->slots[i % SLOTS];

        slot->st = journal_make(crew->journal, &crew->arrivals[i], crew->id,
                                &slot->made, &slot->err);
        if (!slot->made.is_counted)
            crew->id++;
    }
    pthread_mutex_lock(&crew->lock);
    crew->is_busy = false;
    crew->made = to;
    pthread_cond_broadcast(&crew->changed);
}

static void *
run(void *arg)
{
    struct journal_crew *crew = arg;

    pthread_mutex_lock(&crew->lock);
    while (!crew->is_ending) {
        if (crew->made < crew->len && crew->made + BLOCK <= crew->freed + SLOTS)
            make_block(crew);
        else
            pthread_cond_wait(&crew->changed, &crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

void
journal_crew_begin(struct journal_crew *crew, const struct hv_arrival *arrivals,
                   size_t len, int64_t id)
{
    pthread_mutex_lock(&crew->lock);
    crew->arrivals = arrivals;
    crew->len = len;
    crew->id = id;
    crew->made = crew->freed = 0;
    crew->taken = crew->seen = 0;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

const struct journal_made *
journal_crew_take(struct journal_crew *crew, struct hv_error *err)
{
    struct slot *slot;

    if (crew->taken == crew->seen || crew->taken % BLOCK == 0) {
        pthread_mutex_lock(&crew->lock);
        crew->freed = crew->taken;
        pthread_cond_broadcast(&crew->changed);
        while (crew->made == crew->taken)
            pthread_cond_wait(&crew->changed, &crew->lock);
        crew->seen = crew->made;
        pthread_mutex_unlock(&crew->lock);
    }
    slot = &crew->slots[crew->taken++ % SLOTS];
    if (!slot->st)
        return &slot->made;
    if (err)
        *err = slot->err;
    return NULL;
}

void
journal_crew_end(struct journal_crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    crew->len = 0;
    while (crew->is_busy)
        pthread_cond_wait(&crew->changed, &crew->lock);
    crew->made = 0;
    pthread_mutex_unlock(&crew->lock);
}

static void
free_crew(struct journal_crew *crew)
{
    for (size_t i = 0; i < SLOTS; i++)
        journal_made_release(&crew->slots[i].made);
    pthread_cond_destroy(&crew->changed);
    pthread_mutex_destroy(&crew->lock);
    free(crew->slots);
    free(crew);
}

struct journal_crew *
journal_crew_start(struct hv_journal *journal)
{
    struct journal_crew *crew = hv_calloc(1, sizeof(*crew));

    crew->journal = journal;
    crew->slots = hv_calloc(SLOTS, sizeof(*crew->slots));
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->changed, NULL);
    if (hv_thread_start(&crew->thread, run, crew))
        return crew;
    free_crew(crew);
    return NULL;
}

void
journal_crew_stop(struct journal_crew *crew)
{
    if (!crew)
        return;
    pthread_mutex_lock(&crew->lock);
    crew->is_ending = true;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    pthread_join(crew->thread, NULL);
    free_crew(crew);
}
