/*
 * rows_events.c - the part of the table of rows.h about subscriptions. Good
 * input first, then what the tables of the protocol call bad.
 */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define KEY                                                                      \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
    "AAAAAAAAAAAA=="
#define SHORT_KEY                                                                \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
    "AAAAAAAAAA"
#define URL   "https://app.example.org/hv/notify"
#define ID(x) "<id>" x "</id>"
#define TYPES(x)                                                               \
    "<filters><filter><type-ids>" x "</type-ids></filter></filters>"
#define TYPE(x) "<type-id>" x "</type-id>"
#define CHANGED(x)                                                             \
    "<record-item-changed-event>" x "</record-item-changed-event>"
#define ALL(id, key, version, url, event)                                      \
    "<info><subscription><common>" id "<notification-authentication-info>"     \
    "<hv-eventing-shared-key><notification-key>" key "</notification-key>"     \
    "<notification-key-version-id>" version "</notification-key-version-id>"   \
    "</hv-eventing-shared-key></notification-authentication-info>"             \
    "<notification-channel><http-notification-channel><url>" url "</url>"      \
    "</http-notification-channel></notification-channel></common>" event       \
    "</subscription></info>"
#define SUB(id) ALL(id, KEY, "v1", URL, CHANGED(TYPES(TYPE(T_BP))))
#define NOWHERE "3e730686-781f-4616-aa0d-817bba8eb140"

static void
subscribed(struct t_world *w)
{
    char id[HV_GUID_TEXT];

    t_subscribe(w, &(struct t_sub){ 0 }, id);
}

static void
full(struct t_world *w)
{
    subscribed(w);
    w->p.apps[0].limit = 1;
}

static void
production(struct t_world *w)
{
    struct sb_app *app;

    subscribed(w);
    w->p.is_prod = true;
    cr_assert_eq(sb_app_add(&w->p, &w->app, NULL,
                            "https://app.example.org/other/r.aspx", 0, &app,
                            NULL),
                 HV_OK);
}

static void
http_allowed(struct t_world *w)
{
    w->p.allow_http = true;
}

static void
deaf(struct t_world *w)
{
    subscribed(w);
    sb_app_set_switches(&w->p, &w->p.apps[0], false, true);
}

/* The subscription is another application's. */
static void
foreign(struct t_world *w)
{
    subscribed(w);
    w->p.subs[0].app = w->p.persons[0].id;
}

#define ROW(name, method, who, record, info, code, ...)                        \
    {                                                                          \
        name, method, 1, who, record, info, code, __VA_ARGS__                  \
    }
#define NEW(name, info, code, setup, has)                                      \
    ROW(name, "SubscribeToEvent", T_APP, NULL, info, code, setup, has, NULL)
#define CHANGE(name, info, code, setup, has)                                   \
    ROW(name, "UpdateEventSubscription", T_APP, NULL, info, code, setup, has,  \
        NULL)
#define END(name, info, code, setup)                                           \
    ROW(name, "UnsubscribeToEvent", T_APP, NULL, "<info>" info "</info>",      \
        code, setup, NULL, NULL)
#define FIELD(x) "<error-info>" x "</error-info>"

static const struct t_row rows[] = {
    NEW("subscribe", SUB(""), 0, NULL, "<subscription-id>"),
    NEW("subscribe to two types",
        ALL("", KEY, "V-2", URL "?x=1&amp;y=2",
            CHANGED(TYPES(TYPE(T_BP) TYPE(T_WEIGHT)))),
        0, NULL, NULL),
    NEW("subscribe to the same again", SUB(""), 0, subscribed, NULL),
    NEW("subscribe, http allowed",
        ALL("", KEY, "v1", "http://app.example.org/n",
            CHANGED(TYPES(TYPE(T_BP)))),
        0, http_allowed, NULL),
    ROW("subscribe, offline person", "SubscribeToEvent", T_OFFLINE, NULL,
        SUB(""), 0, NULL, NULL, NULL),
    ROW("subscribe, record and user token", "SubscribeToEvent", T_ONLINE,
        "{R0}", SUB(""), 0, NULL, NULL, NULL),
    NEW("subscribe with an id", SUB(ID(NOWHERE)), 134, NULL, FIELD("id")),
    NEW("subscribe, key of 63 bytes",
        ALL("", SHORT_KEY, "v1", URL, CHANGED(TYPES(TYPE(T_BP)))), 134, NULL,
        FIELD("notification-key")),
    NEW("subscribe, key not base64",
        ALL("", "*", "v1", URL, CHANGED(TYPES(TYPE(T_BP)))), 134, NULL,
        FIELD("notification-key")),
    NEW("subscribe, http",
        ALL("", KEY, "v1", "http://app.example.org/n",
            CHANGED(TYPES(TYPE(T_BP)))),
        134, NULL, FIELD("url")),
    NEW("subscribe, user info",
        ALL("", KEY, "v1", "https://me@app.example.org/n",
            CHANGED(TYPES(TYPE(T_BP)))),
        134, NULL, FIELD("url")),
    NEW("subscribe, fragment",
        ALL("", KEY, "v1", URL "#x", CHANGED(TYPES(TYPE(T_BP)))), 134, NULL,
        FIELD("url")),
    NEW("subscribe, outside the action URL", SUB(""), 134, production,
        FIELD("url")),
    NEW("subscribe, type unknown",
        ALL("", KEY, "v1", URL, CHANGED(TYPES(TYPE(NOWHERE)))), 134, NULL,
        FIELD("type-id")),
    NEW("subscribe, too many", SUB(""), 133, full, NULL),
    NEW("subscribe, version of letters it may not have",
        ALL("", KEY, "v_1", URL, CHANGED(TYPES(TYPE(T_BP)))), 3, NULL, NULL),
    NEW("subscribe, no filter", ALL("", KEY, "v1", URL, CHANGED("<filters/>")),
        3, NULL, NULL),
    NEW("subscribe, no type", ALL("", KEY, "v1", URL, CHANGED(TYPES(""))), 3,
        NULL, NULL),
    NEW("subscribe, no event", ALL("", KEY, "v1", URL, ""), 3, NULL, NULL),
    NEW("subscribe, another event",
        ALL("", KEY, "v1", URL, "<record-added-event/>"), 3, NULL, NULL),
    NEW("subscribe, nothing", "<info/>", 3, NULL, NULL),
    NEW("subscribe, not switched on", SUB(""), 11, deaf, NULL),

    ROW("subscriptions, one", "GetEventSubscriptions", T_APP, NULL, "<info/>",
        0, subscribed, "<common><id>{U0}</id>", NULL),
    ROW("subscriptions, another's", "GetEventSubscriptions", T_APP, NULL,
        "<info/>", 0, foreign, "<subscriptions></subscriptions>", NULL),
    ROW("subscriptions, with words", "GetEventSubscriptions", T_APP, NULL,
        "<info><x/></info>", 3, NULL, NULL, NULL),

    CHANGE("update", SUB(ID("{U0}")), 0, subscribed, "<code>0</code>"),
    CHANGE("update at the limit", SUB(ID("{U0}")), 0, full, NULL),
    CHANGE("update without id", SUB(""), 134, subscribed, FIELD("id")),
    CHANGE("update, unknown", SUB(ID(NOWHERE)), 132, subscribed, NULL),
    CHANGE("update, another's", SUB(ID("{U0}")), 132, foreign, NULL),
    CHANGE("update, short key",
           ALL(ID("{U0}"), SHORT_KEY, "v1", URL, CHANGED(TYPES(TYPE(T_BP)))),
           134, subscribed, FIELD("notification-key")),
    CHANGE("update, outside the action URL", SUB(ID("{U0}")), 134, production,
           FIELD("url")),
    CHANGE("update, id no guid", SUB(ID("1")), 3, subscribed, NULL),
    CHANGE("update, nothing", "<info/>", 3, subscribed, NULL),
    CHANGE("update, not switched on", SUB(ID("{U0}")), 11, deaf, NULL),

    END("unsubscribe", "<subscription-id>{U0}</subscription-id>", 0,
        subscribed),
    END("unsubscribe, unknown",
        "<subscription-id>" NOWHERE "</subscription-id>", 132, subscribed),
    END("unsubscribe, another's", "<subscription-id>{U0}</subscription-id>",
        132, foreign),
    END("unsubscribe, no guid", "<subscription-id>1</subscription-id>", 3,
        subscribed),
    END("unsubscribe, nothing", "", 3, subscribed),
};

const struct t_row *
t_event_row_at(size_t index)
{
    return index < HV_LEN(rows) ? &rows[index] : NULL;
}
