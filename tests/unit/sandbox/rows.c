/*
 * rows.c - runs the rows of rows_table.c.
 */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void
add_guid(struct hv_buf *out, const struct hv_guid *id)
{
    char text[HV_GUID_TEXT];

    hv_guid_format(id, text);
    hv_buf_add_str(out, text);
}

/* One placeholder, without its braces. */
static void
fill(const struct t_world *world, const char *hole, struct hv_buf *out)
{
    size_t index = (size_t)atoi(hole + 1);

    switch (hole[0]) {
    case 'P':
        cr_assert_lt(index, world->p.person_count);
        add_guid(out, &world->p.persons[index].id);
        break;
    case 'R':
        cr_assert_lt(index, world->p.record_count);
        add_guid(out, &world->p.records[index].id);
        break;
    case 'T':
        cr_assert_lt(index, world->p.thing_count);
        add_guid(out, &world->p.things[index].id);
        break;
    case 'S':
        cr_assert_lt(index, world->p.thing_count);
        add_guid(out, &world->p.things[index].stamp);
        break;
    case 'U':
        cr_assert_lt(index, world->p.sub_count);
        add_guid(out, &world->p.subs[index].id);
        break;
    case 'A':
        add_guid(out, &world->app);
        break;
    default:
        cr_assert(false, "no such placeholder: %s", hole);
    }
}

char *
t_row_expand(const struct t_world *world, const char *text)
{
    struct hv_buf out = { 0 };

    while (*text) {
        size_t plain = strcspn(text, "{");

        hv_buf_add(&out, text, plain);
        text += plain;
        if (*text) {
            fill(world, text + 1, &out);
            text += strcspn(text, "}") + 1;
        }
    }
    hv_buf_add_str(&out, "");
    return out.data ? (char *)out.data : hv_strdup("");
}

static char *
header_of(const struct t_world *world, const struct t_row *row)
{
    char text[64];

    if (!row->record)
        return NULL;
    snprintf(text, sizeof(text), "<record-id>%s</record-id>", row->record);
    return t_row_expand(world, text);
}

typedef void (*spoil_fn)(struct t_world *world, struct t_request *request);

static void
look_at(const struct t_world *world, const struct t_row *row,
        const char *answer)
{
    char *text = row->has ? t_row_expand(world, row->has) : NULL;

    cr_expect(!text || strstr(answer, text), "%s: %s is not in %s", row->name,
              text, answer);
    free(text);
    text = row->has_not ? t_row_expand(world, row->has_not) : NULL;
    cr_expect(!text || !strstr(answer, text), "%s: %s is in %s", row->name,
              text, answer);
    free(text);
}

static int
run(const struct t_row *row, spoil_fn spoil, char **request, char **answer)
{
    struct t_world world;
    struct hv_buf body = { 0 };
    char token[SB_USER_TOKEN_SIZE];
    struct t_request r = { .method = row->method, .version = row->version };
    char *info, *header, *person, *app;
    int code;

    t_world_init(&world);
    cr_assert(sb_user_token_issue(&world.p, &world.app, 0, 0, false, 0,
                                  T_NOW_MS, token));
    if (row->setup)
        row->setup(&world);
    r.info = info = t_row_expand(&world, row->info);
    r.header = header = header_of(&world, row);
    person = t_row_expand(&world, "{P0}");
    app = t_row_expand(&world, "{A}");
    r.person = row->who == T_OFFLINE ? person : NULL;
    r.app_id = row->who == T_ANON ? app : NULL;
    r.user_token = row->who == T_ONLINE ? token : NULL;
    if (spoil)
        spoil(&world, &r);
    t_write(&world, &r, &body);
    code = t_call_bytes(&world, hv_buf_bytes(&body), answer);
    *request = (char *)body.data;
    if (!spoil && code == row->code)
        look_at(&world, row, *answer);
    free(info);
    free(header);
    free(person);
    free(app);
    t_world_release(&world);
    return code;
}

int
t_row_run(const struct t_row *row, char **request, char **answer)
{
    return run(row, NULL, request, answer);
}

int
t_row_spoilt(const struct t_row *row, spoil_fn spoil)
{
    char *request = NULL;
    char *answer = NULL;
    int code = run(row, spoil, &request, &answer);

    cr_expect(code == 0 || (strstr(answer, "</code><error><message>") &&
                            !strstr(answer, "<wc:info")),
              "%s: %s", row->name, answer);
    free(request);
    free(answer);
    return code;
}
