/*
 * publish.c - what a listener says about itself: run/listener for everybody who
 * may read it, and the control socket. Called by listener.c and request.c.
 */
#include "core/listener/state.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
add_health(const struct hv_listener *listener, struct hv_facts *out)
{
    if (listener->is_stopping)
        hv_facts_add(out, "health", "degraded: stopping");
    else if (listener->journal_why[0])
        hv_facts_addf(out, "health", "degraded: journal: %s",
                      listener->journal_why);
    else if (listener->keys.why[0])
        hv_facts_addf(out, "health", "degraded: keystore: %s",
                      listener->keys.why);
    else
        hv_facts_add(out, "health", "ok");
}

void
listener_facts(const struct hv_listener *listener, struct hv_facts *out)
{
    const struct hv_keystore_info *info = hv_keystore_info(listener->keys.ks);
    char store_id[HV_GUID_TEXT];

    hv_guid_format(&info->store_id, store_id);
    hv_facts_add(out, "listening", listener->url);
    hv_facts_addf(out, "pid", "%ld", (long)getpid());
    hv_facts_addf(out, "generation", "%llu",
                  (unsigned long long)info->generation);
    hv_facts_add(out, "store_id", store_id);
    add_health(listener, out);
    hv_facts_addf(out, "started_ms", "%lld", (long long)listener->started_ms);
    for (int i = 0; i < HV_VERDICT_COUNT; i++) {
        char key[48];

        snprintf(key, sizeof(key), "count-%s",
                 hv_verdict_row((enum hv_verdict)i)->word);
        hv_facts_addf(out, key, "%lld", (long long)listener->counts[i]);
    }
    hv_facts_addf(out, "unlisted", "%lld", (long long)listener->unlisted);
    hv_facts_addf(out, "unavailable", "%lld", (long long)listener->unavailable);
    hv_facts_addf(out, "misdirected", "%lld", (long long)listener->misdirected);
}

void
listener_publish(struct hv_listener *listener)
{
    struct hv_facts facts = { 0 };

    listener->is_stale = false;
    listener_facts(listener, &facts);
    /* Tried again at the next change or tick. */
    if (hv_run_publish(listener->run, &facts, NULL))
        listener->is_stale = true;
    hv_facts_release(&facts);
}

static void
reply_status(struct hv_listener *listener, struct hv_control *control)
{
    struct hv_facts facts = { 0 };

    listener_facts(listener, &facts);
    hv_facts_addf(&facts, "connections", "%zu",
                  hv_http_connections(listener->http));
    hv_facts_addf(&facts, "waiting", "%zu",
                  listener_queue_len(listener->queue));
    hv_control_reply(control, &facts, NULL);
    hv_facts_release(&facts);
}

static void
reply_reload(struct hv_listener *listener, struct hv_control *control)
{
    struct hv_error err = { 0 };

    listener_keys_refresh(&listener->keys);
    if (hv_listener_reload(listener, &err))
        hv_control_reply(control, NULL, &err);
    else
        reply_status(listener, control);
}

/* The answer comes when it has stopped and its lock is free again. */
static void
reply_stop(struct hv_listener *listener, struct hv_control *control)
{
    listener_wait_stop(listener, NULL, NULL, control);
}

static const struct {
    const char *verb;
    void (*fn)(struct hv_listener *listener, struct hv_control *control);
} verbs[] = {
    { "status", reply_status },
    { "reload", reply_reload },
    { "stop", reply_stop },
};

void
listener_control(void *arg, struct hv_control *control,
                 const struct hv_facts *request)
{
    struct hv_error err = { 0 };
    char verb[32];

    if (!hv_facts_get(request, "verb", 0, verb, sizeof(verb)))
        verb[0] = '\0';
    for (size_t i = 0; i < HV_LEN(verbs); i++) {
        if (strcmp(verbs[i].verb, verb) == 0) {
            verbs[i].fn(arg, control);
            return;
        }
    }
    hv_fail(&err, HV_ERR_USAGE, "a listener does not know \"%s\"", verb);
    hv_control_reply(control, NULL, &err);
}
