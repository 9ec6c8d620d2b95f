/*
 * jobs.c - rotations and the audit log, read for the console. Called by
 * worker.c. Touches no state of the console; writes nothing.
 */
#include "tui/app/jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
hv_jobs_release(struct hv_jobs_model *model)
{
    free(model->jobs);
    free(model->audit.rows);
    *model = (struct hv_jobs_model){ 0 };
}

/* "44f1..9d2 v20261121-1 pending -> active, 24 more" */
static void
say_objects(const struct hv_audit_line *line, char *out, size_t size)
{
    size_t used = 0;

    out[0] = 0;
    for (size_t i = 0; i < line->objects_len && used < size; i++) {
        const struct hv_audit_object *object = &line->objects[i];
        struct hv_guid id;
        char name[HV_GUID_TEXT];

        hv_copy(name, sizeof(name), object->id);
        if (!hv_guid_parse(object->id, &id))
            hv_guid_short(&id, name);
        used += (size_t)snprintf(out + used, size - used, "%s%s%s%s%s%s",
                                 used ? ", " : "", name,
                                 object->version[0] ? " " : "", object->version,
                                 object->change[0] ? " " : "", object->change);
    }
    if (line->objects_total > line->objects_len && used < size)
        snprintf(out + used, size - used, ", %llu more",
                 (unsigned long long)(line->objects_total - line->objects_len));
}

static bool
on_line(void *arg, const struct hv_audit_line *line)
{
    struct hv_audit_tail *tail = arg;
    struct hv_audit_row *row;

    if (tail->len == HV_AUDIT_TAIL) {
        memmove(tail->rows, tail->rows + 1,
                (HV_AUDIT_TAIL - 1) * sizeof(*tail->rows));
        tail->len--;
    }
    row = &tail->rows[tail->len++];
    *row = (struct hv_audit_row){ .seq = line->head.seq,
                                  .time_ms = line->time_ms };
    hv_copy(row->phase, sizeof(row->phase), line->phase);
    hv_copy(row->verb, sizeof(row->verb), line->verb);
    hv_copy(row->outcome, sizeof(row->outcome), line->outcome);
    hv_copy(row->user, sizeof(row->user), line->user);
    hv_copy(row->note, sizeof(row->note), line->note);
    say_objects(line, row->what, sizeof(row->what));
    return true;
}

static enum hv_status
read_audit(struct hv_session *session, struct hv_audit_tail *out,
           struct hv_error *err)
{
    const char *store = session->globals.store;
    enum hv_status st =
        hv_audit_verify(store, HV_AUDIT_PROGRAM, &out->report, &out->broken);

    if (st == HV_ERR_NOT_FOUND) {
        out->broken = (struct hv_error){ 0 };
        return HV_OK; /* nothing was ever changed */
    }
    out->rows = hv_calloc(HV_AUDIT_TAIL, sizeof(*out->rows));
    out->has_log = true;
    return hv_audit_each(store, HV_AUDIT_PROGRAM, on_line, out, err);
}

enum hv_status
hv_jobs_read(struct hv_session *session, struct hv_jobs_model *out,
             struct hv_error *err)
{
    struct hv_jobs_model model = { 0 };
    enum hv_status st = hv_model_jobs(session, &model.jobs, &model.len, err);

    if (!st)
        st = read_audit(session, &model.audit, err);
    if (st)
        hv_jobs_release(&model);
    else
        *out = model;
    return st;
}
