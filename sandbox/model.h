/*
 * model.h - what the sandbox platform knows: people, records, things, the
 * applications with their certificates and rules, who allowed what to whom,
 * tokens and subscriptions.
 * Filled by world.c, the Shell, control verbs and the methods; read by all of
 * the sandbox. Holds no sockets: bytes in, bytes out, the time is handed in.
 *
 * Whoever changes something here does it through the function that has it as
 * its subject, or calls sb_touch() afterwards: what keeps the state on disk
 * hears of it that way.
 */
#ifndef SANDBOX_MODEL_H
#define SANDBOX_MODEL_H

#include "sandbox/access.h"
#include "sandbox/apps.h"
#include "sandbox/clock.h"
#include "sandbox/fault.h"
#include "sandbox/log.h"
#include "sandbox/queue.h"
#include "sandbox/things.h"
#include "sandbox/tokens.h"

#define SB_OVERLAP_MS     (24 * 3600 * 1000LL)
#define SB_FUTURE_SKEW_MS (3600 * 1000LL)
#define SB_MAX_PERSONS    10000
#define SB_MAX_RECORDS    10000
#define SB_MAX_NAME       127 /* bytes of a person's or record's name */

/* Two times for everything that is asked. The platform's may be moved by
 * hand: it dates things and grants and ages tokens. The real one is for
 * msg-time and what HTTP says. */
struct sb_now {
    int64_t now_ms;
    int64_t real_ms;
};

struct sb_person {
    struct hv_guid id;
    char name[SB_MAX_NAME + 1];
    char country[4];
    char state[4];         /* "" = not told */
    int64_t authorised_ms; /* when they came to the platform */
};

enum sb_record_state {
    SB_RECORD_ACTIVE,
    SB_RECORD_READ_ONLY, /* changes answer 37 */
    SB_RECORD_SUSPENDED, /* all answers 37 */
    SB_RECORD_DELETED,
};

struct sb_record {
    struct hv_guid id;
    char name[SB_MAX_NAME + 1];
    enum sb_record_state state;
    char country[4];
    char region[4];
    int64_t created_ms;
    int64_t updated_ms;
    int64_t sequence; /* of the latest operation */
    size_t active;    /* things that are not deleted */
    /* Indexes; things.c alone writes them. */
    uint32_t *by_date; /* owned: things, newest effective date first */
    size_t thing_count;
    size_t thing_room;
    struct sb_op *ops; /* owned: ascending sequence */
    size_t op_count;
    size_t op_room;
};

struct sb_grant { /* a person may act on a record */
    size_t person;
    size_t record;
    bool is_custodian;
    int rel_type;
    char rel_name[32];
};

struct sb_key {
    struct hv_key_version version;
    struct hv_secret key; /* HV_HMAC_KEY_LEN bytes */
};

struct sb_type_ref {
    struct hv_guid id; /* as sent: any version of the type */
    size_t filter;     /* 0.. which filter it stood in */
};

struct sb_sub {
    struct hv_guid id;
    struct hv_guid app;
    struct sb_key key;
    struct sb_key old_key;     /* empty until the first update */
    int64_t replaced_ms;       /* when old_key gave way */
    char *url;                 /* owned */
    struct sb_type_ref *types; /* owned */
    size_t type_count;
    size_t filter_count;
};

/* Kinds of entries; the index is the one in the platform's array. */
enum sb_kind {
    SB_KIND_PERSON,
    SB_KIND_RECORD,
    SB_KIND_GRANT,
    SB_KIND_APP,
    SB_KIND_PENDING,
    SB_KIND_AUTH,
    SB_KIND_THING,
    SB_KIND_OP, /* index: the record; its last operation is new */
    SB_KIND_SESSION,
    SB_KIND_USER, /* token */
    SB_KIND_SUB,
    SB_KIND_KEYS, /* generation of the token keys; index 0 */
    SB_KIND_BATCH, /* index: its id; not there any more: it is settled */
    SB_KIND_FAULT, /* all of them; index 0 */
    SB_KIND_CLOCK, /* index 0 */
};

struct sb_request;

/* Those who want to hear of things; each may be NULL. */
struct sb_hooks {
    void *arg;
    /* The entry is new or has changed. */
    void (*touched)(void *arg, enum sb_kind kind, size_t index);
    /* The entry goes now; it is still there, then those behind it move up. */
    void (*gone)(void *arg, enum sb_kind kind, size_t index);
    /* Before a method that is known is judged: a code to answer with, or 0. */
    int (*fault)(void *arg, const struct sb_request *request);
};

struct sb_platform {
    bool is_prod; /* subscription URLs under the action URL */
    bool allow_http;
    bool check_signing_time;
    bool no_own_events; /* what an application writes raises none for it */
    int64_t token_life_ms;
    int64_t overlap_ms; /* how long an old key may still sign */
    int64_t skew_ms;    /* msg-time may be so far ahead; 0 = 1 h */
    int64_t started_ms; /* platform's clock; updated-date of the service */
    char url[160];      /* of the methods, as clients are to call them */
    char shell[128];    /* base of the Shell, with the slash */
    struct sb_hooks hooks;
    uint64_t random; /* state of the seeded numbers; not for secrets */
    size_t people;   /* a switch: in a new world at least so many */

    struct sb_person *persons;
    size_t person_count;
    struct sb_record *records;
    size_t record_count;
    struct sb_grant *grants;
    size_t grant_count;
    struct sb_thing *things;
    size_t thing_count;
    size_t thing_room;
    uint32_t *thing_index; /* owned by things.c: hash of ids */
    size_t thing_slots;

    struct sb_app *apps; /* [0] is the seeded one */
    size_t app_count;
    struct sb_pending pendings[SB_MAX_PENDING];
    size_t pending_count;
    struct sb_auth *auths;
    size_t auth_count;
    struct sb_session *sessions; /* oldest first */
    size_t session_count;
    struct sb_user_token *users; /* oldest first */
    size_t user_count;
    uint32_t token_generation;
    struct sb_sub *subs; /* in order of creation */
    size_t sub_count;

    struct sb_clock clock; /* what now_ms of sb_now is read from */
    struct sb_faults faults;
    struct sb_log log;
    struct sb_queue queue;
    uint64_t requests; /* method calls answered */
};

/** sb_platform_init() - a seeded world. @platform zeroed by the caller but
 *  for its switches; zero durations take their defaults. */
void sb_platform_init(struct sb_platform *platform, uint32_t seed);
/** sb_platform_bare() - the same without anything in it: for those who load a
 *  kept state into it. */
void sb_platform_bare(struct sb_platform *platform);
void sb_platform_release(struct sb_platform *platform);
/** sb_crowd_add() - @count more people with records of their own, without
 *  things; as many as there is room for. */
void sb_crowd_add(struct sb_platform *platform, size_t count, int64_t start_ms);

/** sb_room() - room for one more beside @count items, which were all added that
 *  way: it doubles, so that thousands come cheaply. */
void *sb_room(void *items, size_t count, size_t size);

void sb_touch(struct sb_platform *platform, enum sb_kind kind, size_t index);
void sb_gone(struct sb_platform *platform, enum sb_kind kind, size_t index);

/** sb_random() / sb_random_guid() - seeded, for the world; never for tokens. */
uint64_t sb_random(uint64_t *state);
struct hv_guid sb_random_guid(uint64_t *state);

const struct sb_person *sb_person_find(const struct sb_platform *platform,
                                       const struct hv_guid *id);
struct sb_record *sb_record_find(const struct sb_platform *platform,
                                 const struct hv_guid *id);
/** sb_grant_find() - NULL: the person has nothing to do with the record. */
struct sb_grant *sb_grant_find(const struct sb_platform *platform,
                               size_t person, size_t record);
/** sb_record_custodian() - index of the person. */
size_t sb_record_custodian(const struct sb_platform *platform, size_t record);

/* New people, records and ties between them; indexes come back. The caller
 * looks at SB_MAX_PERSONS and SB_MAX_RECORDS first. Long names are cut. */
size_t sb_person_add(struct sb_platform *platform, const struct hv_guid *id,
                     const char *name, const char *country, const char *state,
                     int64_t now_ms);
size_t sb_record_add(struct sb_platform *platform, const struct hv_guid *id,
                     const char *name, const char *country, const char *region,
                     int64_t now_ms);
size_t sb_grant_add(struct sb_platform *platform, size_t person, size_t record,
                    bool is_custodian, int rel_type, const char *rel_name);
void sb_record_set_state(struct sb_platform *platform, size_t record,
                         enum sb_record_state state);
void sb_record_rename(struct sb_platform *platform, size_t record,
                      const char *name, int64_t now_ms);

struct sb_sub *sb_sub_find(const struct sb_platform *platform,
                           const struct hv_guid *id);
/** sb_sub_add() - takes @sub; index. */
size_t sb_sub_add(struct sb_platform *platform, struct sb_sub *sub);
void sb_sub_release(struct sb_sub *sub);
/** sb_sub_remove() - with what is queued for it. */
void sb_sub_remove(struct sb_platform *platform, struct sb_sub *sub);
size_t sb_sub_count_of(const struct sb_platform *platform,
                       const struct hv_guid *app);

#endif
