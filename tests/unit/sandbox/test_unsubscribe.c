/* test_unsubscribe.c - whose subscriptions a call may touch. */
#include "support.h"

#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* Others' subscriptions look as if they were not there. */
Test(subscribe, keeps_applications_apart, .init = t_start)
{
    struct t_world world;
    char id[HV_GUID_TEXT];
    char info[128];
    struct t_request get = { .method = "GetEventSubscriptions",
                             .version = 1,
                             .info = "<info/>" };
    struct t_request drop = { .method = "UnsubscribeToEvent",
                              .version = 1,
                              .info = info };
    struct t_request change = { .method = "UpdateEventSubscription",
                                .version = 1 };
    struct t_sub sub = { .id = id };
    char *changed;
    char *text = NULL;

    t_world_init(&world);
    t_subscribe(&world, &(struct t_sub){ 0 }, id);
    snprintf(info, sizeof(info),
             "<info><subscription-id>%s</subscription-id>"
             "</info>",
             id);
    world.p.subs[0].app.b[0] ^= 1;
    cr_expect_eq(t_call(&world, &get, &text), 0);
    cr_expect_null(strstr(text, "<id>"));
    cr_expect_eq(t_call(&world, &drop, NULL), HV_CODE_SUB_NOT_FOUND);
    changed = t_subscription(&sub);
    change.info = changed;
    cr_expect_eq(t_call(&world, &change, NULL), HV_CODE_SUB_NOT_FOUND);
    world.p.subs[0].app.b[0] ^= 1;
    cr_expect_eq(t_call(&world, &drop, NULL), 0);
    cr_expect_eq(t_call(&world, &drop, NULL), HV_CODE_SUB_NOT_FOUND);
    drop.info = "<info/>";
    cr_expect_eq(t_call(&world, &drop, NULL), HV_CODE_INVALID_XML);
    drop.info = "<info><subscription-id>x</subscription-id></info>";
    cr_expect_eq(t_call(&world, &drop, NULL), HV_CODE_INVALID_XML);
    free(changed);
    free(text);
    t_world_release(&world);
}

Test(subscribe, ignores_record_and_person, .init = t_start)
{
    struct t_world world;
    struct t_request r = {
        .method = "GetEventSubscriptions",
        .version = 1,
        .info = "<info/>",
        .header = "<record-id>00000000-0000-4000-8000-000000000001</record-id>",
        .user_token = "ASAAAunknown",
    };

    t_world_init(&world);
    cr_expect_eq(t_call(&world, &r, NULL), 0);
    t_world_release(&world);
}
