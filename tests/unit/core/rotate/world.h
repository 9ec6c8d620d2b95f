/*
 * world.h - a platform in shared memory, a keystore and a listener's facts:
 * the world a rotation happens in. It fails, answers late or ends the process
 * where a test wants, and checks by itself what must never be seen: a key
 * announced before it is on disk, a version id used for two keys.
 */
#ifndef TESTS_ROTATE_WORLD_H
#define TESTS_ROTATE_WORLD_H

#include "hvconsole/rotate.h"
#include "hvconsole/run.h"

#define WORLD_SUBS    32
#define WORLD_NAMES   128
#define WORLD_NO_DATE INT64_MIN /* the platform does not tell its time */

enum world_call {
    CALL_GET,
    CALL_SUBSCRIBE,
    CALL_UPDATE,
    CALL_UNSUBSCRIBE,
    CALL_COUNT
};

enum world_mode {
    MODE_FINE,
    MODE_LOST_BEFORE, /* network: the platform never saw it */
    MODE_LOST_AFTER,  /* network: it did, the answer is lost */
    MODE_LATE,        /* as LOST_AFTER, but applied `late` reads later */
    MODE_REFUSED,     /* platform code `code`: nothing applied */
    MODE_CANCELLED,   /* by the person, after it was applied */
};

struct world_sub {
    struct hv_guid id; /* zero = free place */
    char url[128];
    struct hv_guid type;
    char version[HV_MAX_KEY_VERSION + 1];
    uint8_t key[HV_HMAC_KEY_LEN];
};

struct world_shared { /* survives the end of a child */
    struct world_sub subs[WORLD_SUBS];
    struct world_sub late; /* waits to be applied */
    int late_reads;        /* after so many reads; 0 = nothing waits */
    struct {               /* every version id ever registered */
        char version[HV_MAX_KEY_VERSION + 1];
        uint8_t key[HV_HMAC_KEY_LEN];
    } names[WORLD_NAMES];
    int names_len;
    int violations; /* of the laws above */
    char violation[160];
    int calls[CALL_COUNT];
};

struct world {
    char dir[64];
    char store[96];
    char path[96]; /* of the keystore */
    struct hv_profile profile;
    struct hv_platform_ops ops;
    struct hv_rotate_ctx ctx;
    struct hv_run *listener;
    bool listener_follows; /* loads a new generation while one waits */
    struct world_shared *shared;

    enum world_mode mode[CALL_COUNT];
    int fail_times[CALL_COUNT]; /* how often; -1 = always */
    int skip_gets;              /* so many reads are fine first */
    int code;
    int late;
    bool hides_keys;                     /* the platform echoes no key bytes */
    void (*on_get)(struct world *world); /* once, during the next read */
    int stop_at;                         /* reads until on_stop */
    void (*on_stop)(struct world *world);
    void (*on_wait)(struct world *world); /* each time something waits */
    int64_t waited_ms;
    int64_t skew_ms; /* our clock is so far ahead of the platform's */
    int die_at;      /* end the process at this point; 0 = never */
    int points;      /* passed so far */
    enum hv_rotate_step steps[32];
    size_t steps_len;
};

void world_start(struct world *world);
void world_end(struct world *world);
/** world_reset() - as it was at the start, without the cost of a keystore. */
void world_reset(struct world *world);
/** world_reopen() - a fresh handle on the keystore file, as another process
 *  would have it. */
void world_reopen(struct world *world);
void world_listen(struct world *world);
void world_deaf(struct world *world);
/** world_fail() - the next @times calls of that kind. */
void world_fail(struct world *world, enum world_call call, enum world_mode mode,
                int times);

/** world_sub() - a subscription on both sides, created the ordinary way. */
struct hv_guid world_sub(struct world *world);
void world_wanted(struct hv_sub *sub);
struct world_sub *world_find(struct world *world, const struct hv_guid *id);
int world_used(const struct world *world);
/** world_list() - as a command reads it; release it. */
void world_list(struct world *world, struct hv_sub_list *list);

const struct hv_keyring *world_ring(const struct world *world);
const struct hv_key_sub *world_record(const struct world *world,
                                      const struct hv_guid *sub);
const struct hv_key *world_key(const struct world *world,
                               const struct hv_guid *sub, const char *version);
size_t world_keys(const struct world *world, const struct hv_guid *sub);
/** world_expect_agree() - platform and keystore name the same key, nothing is
 *  open, no law was broken. */
void world_expect_agree(struct world *world, const struct hv_guid *sub,
                        const char *when);
/** world_expect_lawful() */
void world_expect_lawful(const struct world *world, const char *when);
/** world_age() - all times of a subscription and its keys @ms into the past. */
void world_age(struct world *world, const struct hv_guid *sub, int64_t ms);

#endif
