/*
 * operations.c - what changed since: GetUpdatedRecordsForApplication and
 * GetRecordOperations. Called through the methods table. Changes nothing.
 * Fact: record-operations
 */
#include "hvconsole/clock.h"
#include "hvconsole/names.h"
#include "sandbox/methods.h"

#include <stdlib.h>
#include <string.h>

#define MAX_OPERATIONS 5000 /* in one answer; the rest with the next call */

/* --------------------------------------------------- updated records -- */

static int
read_since(struct sb_call *call, int64_t *out)
{
    struct sb_walk walk = sb_walk_start(call->request->info);
    xmlNode *node = sb_walk_take(&walk, "update-date");

    *out = INT64_MIN;
    if ((node && !sb_time(node, out)) || !sb_walk_is_done(&walk))
        return sb_schema(call->answer, "info is not one update-date at most");
    return HV_CODE_OK;
}

static bool
is_listed(const struct sb_call *call, const struct sb_auth *auth,
          int64_t since_ms)
{
    const struct sb_platform *p = call->platform;

    return auth->app == sb_app_index(p, call->app) &&
           sb_auth_is_open(auth, call->now_ms) &&
           p->records[auth->record].updated_ms >= since_ms;
}

/* Each record once, however many people let the application in. */
int
sb_get_updated_records_1(struct sb_call *call)
{
    const struct sb_platform *p = call->platform;
    bool *is_told;
    int64_t since_ms;
    int code = read_since(call, &since_ms);

    if (code)
        return code;
    is_told = hv_calloc(p->record_count + 1, sizeof(*is_told));
    for (size_t i = 0; i < p->auth_count; i++) {
        const struct sb_auth *auth = &p->auths[i];
        const struct sb_record *record = &p->records[auth->record];
        char id[HV_GUID_TEXT];
        char when[HV_TIME_TEXT];

        if (!is_listed(call, auth, since_ms) || is_told[auth->record])
            continue;
        is_told[auth->record] = true;
        hv_guid_format(&record->id, id);
        hv_time_format(record->updated_ms, when);
        hv_buf_addf(&call->answer->info,
                    "<record-id update-date=\"%s\">%s</record-id>", when, id);
    }
    free(is_told);
    return HV_CODE_OK;
}

int
sb_get_updated_records_2(struct sb_call *call)
{
    const struct sb_platform *p = call->platform;
    struct sb_answer *answer = call->answer;
    int64_t since_ms;
    int code = read_since(call, &since_ms);

    if (code)
        return code;
    sb_add(answer, "<updated-records>");
    for (size_t i = 0; i < p->auth_count; i++) {
        const struct sb_auth *auth = &p->auths[i];
        const struct sb_record *record = &p->records[auth->record];

        if (!is_listed(call, auth, since_ms))
            continue;
        sb_add(answer, "<updated-record>");
        sb_add_guid(answer, "record-id", &record->id);
        sb_add_time(answer, "update-date", record->updated_ms);
        sb_add_guid(answer, "person-id", &p->persons[auth->person].id);
        sb_add_number(answer, "latest-operation-sequence-number",
                      record->sequence);
        sb_add(answer, "</updated-record>");
    }
    sb_add(answer, "</updated-records>");
    return HV_CODE_OK;
}

/* --------------------------------------------------------- operations -- */

static void
add_operation(struct sb_answer *answer, const struct sb_op *op)
{
    static const char *const words[] = { "Create", "Update", "Delete" };

    sb_add(answer, "<record-operation>");
    sb_add_element(answer, "operation", words[op->kind]);
    sb_add_number(answer, "sequence-number", op->sequence);
    sb_add_key(answer, &op->thing, &op->stamp);
    sb_add_guid(answer, "type-id", &op->type);
    if (op->kind != SB_OP_DELETE)
        sb_add_time(answer, "eff-date", op->eff_ms);
    sb_add(answer, "</record-operation>");
}

/* A long, with a sign if need be. */
static bool
read_long(xmlNode *node, int64_t *out)
{
    char text[32];
    char *end;

    if (!sb_text(node, text, sizeof(text)) || text[0] == '\0')
        return false;
    *out = strtoll(text, &end, 10);
    return *end == '\0';
}

/* Where the first operation behind @after stands. */
static size_t
first_behind(const struct sb_record *record, int64_t after)
{
    size_t low = 0;
    size_t high = record->op_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (record->ops[mid].sequence <= after)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

int
sb_get_record_operations(struct sb_call *call)
{
    const struct sb_record *record = call->record;
    struct sb_walk walk = sb_walk_start(call->request->info);
    xmlNode *node = sb_walk_take(&walk, "record-operation-sequence-number");
    size_t told = 0;
    int64_t after;

    if (!node || !read_long(node, &after) || !sb_walk_is_done(&walk))
        return sb_schema(call->answer, "info is not one "
                                       "record-operation-sequence-number");
    sb_add_number(call->answer, "latest-record-operation-sequence-number",
                  record->sequence);
    for (size_t i = first_behind(record, after);
         i < record->op_count && told < MAX_OPERATIONS; i++) {
        const struct sb_op *op = &record->ops[i];

        if (!(sb_call_rights(call, &op->type, &op->eff_ms) & SB_MAY_READ))
            continue;
        if (told++ == 0)
            sb_add(call->answer, "<operations>");
        add_operation(call->answer, op);
    }
    if (told > 0)
        sb_add(call->answer, "</operations>");
    return HV_CODE_OK;
}
