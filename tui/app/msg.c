/*
 * msg.c - messages and effects as things that are owned. Called by update()
 * and by the runner.
 */
#include "tui/app/msg.h"

#include <stdlib.h>

static void
log_release(struct hv_msg_log *log)
{
    for (size_t i = 0; i < log->len; i++)
        hv_log_row_release(&log->rows[i]);
    free(log->rows);
}

void
hv_msg_release(struct hv_msg *msg)
{
    free(msg->text);
    switch (msg->kind) {
    case HV_MSG_STATUS:
        free(msg->u.status);
        break;
    case HV_MSG_SUBS:
        hv_sub_model_release(&msg->u.subs);
        break;
    case HV_MSG_KEYS:
        hv_key_model_release(&msg->u.keys);
        break;
    case HV_MSG_DRAIN:
        hv_drain_release(&msg->u.drain);
        break;
    case HV_MSG_TRAFFIC:
        hv_traffic_release(&msg->u.traffic);
        break;
    case HV_MSG_JOBS:
        hv_jobs_release(&msg->u.jobs);
        break;
    case HV_MSG_RECORDS:
        hv_records_model_release(&msg->u.records);
        break;
    case HV_MSG_RIGHTS:
        hv_access_release(&msg->u.rights);
        break;
    case HV_MSG_DIFF:
        hv_diff_model_release(&msg->u.diff);
        break;
    case HV_MSG_TEMPLATES:
        hv_templates_release(&msg->u.templates);
        break;
    case HV_MSG_MAINT:
        hv_maint_model_release(&msg->u.maint);
        break;
    case HV_MSG_DRAFT:
    case HV_MSG_EXCHANGE:
        if (msg->u.exchange)
            hv_exchange_release(msg->u.exchange);
        free(msg->u.exchange);
        break;
    case HV_MSG_SENT:
        hv_sent_release(&msg->u.sent);
        break;
    case HV_MSG_EDITED:
        free(msg->u.path);
        break;
    case HV_MSG_ROTATION:
        free(msg->u.rotation);
        break;
    case HV_MSG_LOG:
        log_release(&msg->u.log);
        break;
    case HV_MSG_LOG_BODY:
        hv_buf_release(&msg->u.body);
        break;
    case HV_MSG_FOUND:
        free(msg->u.found.ids);
        hv_kin_release(&msg->u.found.kin);
        break;
    case HV_MSG_PROMPT:
        free(msg->u.line.prompt);
        free(msg->u.line.matches);
        break;
    default:
        break;
    }
    *msg = (struct hv_msg){ 0 };
}

struct hv_effect *
hv_effects_add(struct hv_effects *effects, enum hv_effect_kind kind)
{
    struct hv_effect *effect;

    effects->items = hv_realloc_array(effects->items, effects->len + 1,
                                      sizeof(*effects->items));
    effect = &effects->items[effects->len++];
    *effect = (struct hv_effect){ .kind = kind };
    return effect;
}

void
hv_effects_release(struct hv_effects *effects)
{
    for (size_t i = 0; i < effects->len; i++) {
        free(effects->items[i].text);
        free(effects->items[i].ids);
    }
    free(effects->items);
    *effects = (struct hv_effects){ 0 };
}
