/*
 * things.h - the things in the records, their versions, and the operations of
 * each record in order. All changes of things pass through here; what others
 * are to hear of them is in change.h.
 */
#ifndef SANDBOX_THINGS_H
#define SANDBOX_THINGS_H

#include "hvconsole/ids.h"
#include "sandbox/apps.h"

#define SB_MAX_THINGS     200000 /* deleted ones included: 68 afterwards */
#define SB_MAX_THING_DATA (256 * 1024) /* bytes of data of one thing */
#define SB_MAX_OPS        65536 /* of one record; the older half gives way */

#define SB_FLAG_PERSONAL 1u

/* Who did it; names are looked up when it is told. */
struct sb_by {
    struct hv_guid app;
    struct hv_guid person;
    enum sb_avenue avenue;
};

/* Never leaves its place in the platform's array; deleted ones stay. */
struct sb_thing {
    struct hv_guid id;
    struct hv_guid stamp; /* new on every change */
    struct hv_guid type;
    size_t record; /* index */
    bool is_deleted;
    unsigned flags;
    int64_t eff_ms;
    int64_t created_ms;
    int64_t updated_ms;
    struct sb_by created_by;
    struct sb_by updated_by;
    char *data;      /* owned: the element of the type, as XML; NULL when
                        deleted */
    char *common;    /* owned: the <common> element; NULL = none */
    char *tags;      /* owned; NULL = none */
    char *client_id; /* owned: client-thing-id of common; NULL = none */
};

enum sb_op_kind {
    SB_OP_CREATE,
    SB_OP_UPDATE,
    SB_OP_DELETE,
};

/* One line of GetRecordOperations. */
struct sb_op {
    int64_t sequence;
    enum sb_op_kind kind;
    struct hv_guid thing;
    struct hv_guid stamp;
    struct hv_guid type;
    int64_t eff_ms; /* not told of deletes */
};

/* What a new or changed thing is made of; texts are copied. */
struct sb_thing_text {
    const char *data;      /* NULL: made up, plausible for the type */
    const char *common;    /* NULL = none */
    const char *tags;      /* NULL = none */
    const char *client_id; /* NULL = none */
    const int64_t *eff_ms; /* NULL: now */
    unsigned flags;
};

struct sb_thing *sb_thing_find(const struct sb_platform *platform,
                               const struct hv_guid *id);

/* Each of the three: new version stamp, audit, operation of the record, date
 * of the record, touches; raises no event. */

/** sb_thing_create() - index of the new thing; it must fit (SB_MAX_THINGS). */
size_t sb_thing_create(struct sb_platform *platform, size_t record,
                       const struct hv_guid *type,
                       const struct sb_thing_text *text, const struct sb_by *by,
                       int64_t now_ms);
/** sb_thing_update() - replaces what it is made of; the type may become
 *  another version of the same one. */
void sb_thing_update(struct sb_platform *platform, size_t thing,
                     const struct hv_guid *type,
                     const struct sb_thing_text *text, const struct sb_by *by,
                     int64_t now_ms);
void sb_thing_delete(struct sb_platform *platform, size_t thing,
                     const struct sb_by *by, int64_t now_ms);

/** sb_thing_restore() / sb_op_restore() - kept ones as they were, in order.
 *  The first takes what @thing owns. */
void sb_thing_restore(struct sb_platform *platform, struct sb_thing *thing);
void sb_op_restore(struct sb_platform *platform, size_t record,
                   const struct sb_op *op);

/** sb_things_release() - with the indexes and operations of the records. */
void sb_things_release(struct sb_platform *platform);

/** sb_same_type() - versions of one type stand for each other. */
bool sb_same_type(const struct hv_guid *a, const struct hv_guid *b);
/** sb_type_family() - a small number, the same for versions of one type; -1 =
 *  no known type. */
int sb_type_family(const struct hv_guid *type);

/* What a type forbids; bits of sb_type_rules(). */
enum sb_type_rule {
    SB_TYPE_IMMUTABLE = 1, /* its things are never updated */
    SB_TYPE_SINGLETON = 2, /* a record has one */
    SB_TYPE_ABSTRACT = 4,  /* there are no things of it */
};
unsigned sb_type_rules(const struct hv_guid *type);
/** sb_type_rank() - which version of its family: an update may not go back to
 *  a lower one. */
int sb_type_rank(const struct hv_guid *type);

/** sb_data_make() - plausible data-xml content of a type: its element, in no
 *  namespace, as fits the person that @record is about. @random: moves on. */
void sb_data_make(const struct hv_guid *type, const struct hv_guid *record,
                  int64_t when_ms, uint64_t *random, struct hv_buf *out);

#endif
