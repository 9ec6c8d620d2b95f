/*
 * test_limits.c - how much one call may ask for, write, or be.
 */
#include "rows.h"

#include "hvconsole/limits.h"
#include "sandbox/things_read.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* @start, @count times @middle, @end, called on the first record. */
static int
call_many(const char *method, int version, const char *start,
          const char *middle, size_t count, const char *end)
{
    struct t_world world;
    struct hv_buf info = { 0 };
    char *header, *person;
    struct t_request r = { .method = method, .version = version };
    int code;

    t_world_init(&world);
    hv_buf_add_str(&info, start);
    for (size_t i = 0; i < count; i++)
        hv_buf_add_str(&info, middle);
    hv_buf_add_str(&info, end);
    r.info = hv_buf_str(&info);
    r.header = header = t_row_expand(&world, "<record-id>{R0}</record-id>");
    r.person = person = t_row_expand(&world, "{P0}");
    code = t_call(&world, &r, NULL);
    hv_buf_release(&info);
    free(header);
    free(person);
    t_world_release(&world);
    return code;
}

#define ID "<id>00000000-0000-4000-8000-000000000001</id>"
#define ASK(count)                                                             \
    call_many("GetThings", 3, "<info><group>", ID, count,                      \
              "<format><section>core</section></format></group></info>")
#define WEIGHT                                                                 \
    "<thing><type-id>" T_WEIGHT "</type-id><data-xml><weight><when><date><y>"  \
    "2015</y><m>1</m><d>1</d></date></when><value><kg>7</kg></value></weight>" \
    "</data-xml></thing>"
#define PUT(count) call_many("PutThings", 2, "<info>", WEIGHT, count, "</info>")
#define KEY                                                                    \
    "<thing-id version-stamp=\"00000000-0000-4000-8000-000000000001\">"        \
    "00000000-0000-4000-8000-000000000001</thing-id>"

Test(limits, of_things_in_one_call, .init = t_start)
{
    cr_expect_eq(ASK(SB_MAX_ASKED), 0);
    cr_expect_eq(ASK(SB_MAX_ASKED + 1), 124);
    cr_expect_eq(PUT(1000), 0);
    cr_expect_eq(PUT(1001), 124);
    cr_expect_eq(call_many("RemoveThings", 1, "<info>", KEY, 1000, "</info>"),
                 13);
    cr_expect_eq(call_many("RemoveThings", 1, "<info>", KEY, 1001, "</info>"),
                 124);
}

/* 39 before anything in it is looked at. */
Test(limits, of_a_request, .init = t_start)
{
    struct t_world world;
    struct hv_buf body = { 0 };
    struct t_request r = { .method = "GetEventSubscriptions",
                           .version = 1,
                           .info = "<info/>" };

    t_world_init(&world);
    t_write(&world, &r, &body);
    while (body.len < HV_MAX_REQUEST)
        hv_buf_add_char(&body, '\n');
    cr_expect_eq(t_call_bytes(&world, hv_buf_bytes(&body), NULL), 0);
    hv_buf_add_char(&body, '\n');
    cr_expect_eq(t_call_bytes(&world, hv_buf_bytes(&body), NULL), 39);
    hv_buf_release(&body);
    t_world_release(&world);
}
