/*
 * find.h - a text looked for through the whole log, and the messages that
 * belong to the one that is looked at: what the state keeps of both, and what
 * the thread that reads tells about them.
 */
#ifndef TUI_APP_FIND_H
#define TUI_APP_FIND_H

#include "hvconsole/journal.h"

#define HV_MAX_FIND 512   /* of the text */
#define HV_FIND_MAX 65536 /* ids kept: there the search stops */
#define HV_KIN_MAX  64    /* messages with the same bytes that are shown */
#define HV_KIN_NEAR 4     /* of the same record: so many before, and after */

enum hv_find_kind { HV_FIND_TEXT, HV_FIND_KIN, HV_FIND_KINDS };

struct hv_find {
    char text[HV_MAX_FIND]; /* "" = nothing was looked for */
    struct hv_log_filter filter;
    uint64_t op;  /* of the search that runs; 0 = none does */
    int64_t *ids; /* owned, rising: the rows that hold it */
    size_t len;
    struct hv_log_scan scan; /* how far it is, from the newest row down */
    int64_t newest;          /* younger rows were not looked at yet */
    int64_t started_mono_ms, took_ms;
    bool is_listed;  /* the list shows what was found, and nothing else */
    bool is_later;   /* it is the younger rows that are looked at */
    bool is_missed;  /* rows came while it ran */
    bool is_stopped; /* by a person: older rows were not looked at */
    bool is_full;
    struct hv_error error;
};

struct hv_kin {
    int64_t id;              /* of the message they belong to; 0 = none */
    uint64_t op;             /* they are looked for */
    struct hv_log_row *same; /* owned, oldest first: the same bytes */
    size_t same_len;
    struct hv_log_row *near; /* owned, oldest first: of the same record */
    size_t near_len;
    bool is_of_record; /* else of the same subscription */
    bool is_cut;       /* there are more than are kept */
    struct hv_error error;
};

struct hv_msg_found { /* HV_MSG_FOUND */
    enum hv_find_kind which;
    int64_t *ids; /* owned, falling */
    size_t len;
    struct hv_log_scan scan;
    bool is_end;
    bool is_full;
    struct hv_kin kin; /* its rows, of HV_FIND_KIN */
};

void hv_kin_release(struct hv_kin *kin);

struct hv_app;
struct hv_msg;
struct hv_effect;

/** hv_find_start() - look for @text among the rows of the log's filter; what is
 *  found becomes the list. */
void hv_find_start(struct hv_app *app, const char *text);
/** hv_find_stop() - true when one ran that a person asked for. */
bool hv_find_stop(struct hv_app *app);
/** hv_find_unlist() - the list shows all rows again; n and N still know. */
void hv_find_unlist(struct hv_app *app);
/** hv_find_forget() - all of it: the keystore was locked. */
void hv_find_forget(struct hv_app *app);
void hv_find_message(struct hv_app *app, struct hv_msg *msg);
/** hv_find_changed() - the journal grew: look at the younger rows. */
void hv_find_changed(struct hv_app *app);
/** hv_find_page() - which of the found rows an effect is to read. */
void hv_find_page(const struct hv_app *app, struct hv_effect *effect);
/** hv_find_next() - the next one found after @id (or before); 0 = none. */
int64_t hv_find_next(const struct hv_find *find, int64_t id, bool is_back);
/** hv_find_share() - how much of the log was looked at, in percent. */
int hv_find_share(const struct hv_find *find);
/** hv_kin_look() - what belongs to the message under the cursor, once. */
void hv_kin_look(struct hv_app *app);

#endif
