/*
 * test_schemas.c - every kind of answer and notification that the sandbox
 * gives, checked against the published schemas by their own validate.py.
 * Built only when the option schemas_dir names that folder.
 */
#include "rows.h"

#include "hvconsole/file.h"
#include "sandbox/change.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_FILES 512

static char dir[] = "/tmp/hv-schemas.XXXXXX";
static char *paths[MAX_FILES];
static size_t path_count;

static void
save(const char *name, const char *text)
{
    char path[256];

    cr_assert_lt(path_count, MAX_FILES);
    snprintf(path, sizeof(path), "%s/%s.xml", dir, name);
    cr_assert_eq(hv_file_create(path, 0600, hv_bytes_str(text), NULL), HV_OK);
    paths[path_count++] = hv_strdup(path);
}

static void
answer(struct t_world *world, const char *name, struct t_request request,
       int code)
{
    char *text = NULL;

    request.version = request.version ? request.version : 1;
    cr_expect_eq(t_call(world, &request, &text), code, "%s: %s", name, text);
    save(name, text);
    free(text);
}

static void
session_answers(struct t_world *world)
{
    static uint8_t bytes[65536];
    struct t_file file;
    struct sb_app *app;
    struct hv_guid id;
    char *cert = t_read("app_cert.pem");

    t_file_load(&file, "cast.txt");
    cr_assert_eq(hv_guid_parse(t_get(&file.head, "app_id"), &id), HV_OK);
    cr_assert_eq(sb_app_add(&world->p, &id, cert, NULL, 0, &app, NULL), HV_OK);
    for (size_t i = 0; i < file.count; i++) {
        size_t len =
            t_decode(&file.cases[i], "request_b64", bytes, sizeof(bytes));
        char *text = NULL;

        t_call_bytes(world, (struct hv_bytes){ bytes, len }, &text);
        save(t_get(&file.cases[i], "case"), text);
        free(text);
    }
    t_file_release(&file);
    free(cert);
}

static void
method_answers(struct t_world *world)
{
    static const char *const types[] = { T_BP, T_GLUCOSE, T_WEIGHT };
    char person[HV_GUID_TEXT];
    char id[HV_GUID_TEXT];
    char *info;

    hv_guid_format(&world->p.persons[1].id, person);
    answer(world, "subs-none",
           (struct t_request){ .method = "GetEventSubscriptions",
                               .info = "<info/>" },
           0);
    for (size_t i = 0; i < HV_LEN(types); i++) {
        struct t_sub sub = { .url = "https://a.example/n?a=1&amp;b='&quot;'",
                             .types = { T_BP, types[i] } };

        info = t_subscription(&sub);
        t_subscribe(world, &sub, id);
        answer(world, types[i],
               (struct t_request){ .method = "SubscribeToEvent", .info = info },
               0);
        free(info);
    }
    answer(world, "subs-some",
           (struct t_request){ .method = "GetEventSubscriptions",
                               .info = "<info/>" },
           0);
    info = t_subscription(&(struct t_sub){ .id = id });
    answer(
        world, "update",
        (struct t_request){ .method = "UpdateEventSubscription", .info = info },
        0);
    answer(world, "error-134",
           (struct t_request){ .method = "SubscribeToEvent", .info = info },
           134);
    free(info);
    answer(world, "error-5",
           (struct t_request){ .method = "A&lt;B", .info = "<info/>" }, 5);
    answer(world, "person",
           (struct t_request){
               .method = "GetPersonInfo", .info = "<info/>", .person = person },
           0);
    answer(world, "people",
           (struct t_request){ .method = "GetAuthorizedPeople",
                               .info = "<info><parameters/></info>" },
           0);
}

static void
notifications(struct t_world *world)
{
    struct sb_changed out[60];
    struct sb_order order = { .type = &world->p.subs[0].types[0].id,
                              .record = 1,
                              .count = 60,
                              .now_ms = T_NOW_MS };
    struct sb_batch *batch;
    size_t queued;
    char name[32];

    cr_assert_eq(sb_change(&world->p, &order, out, &queued, NULL), HV_OK);
    for (int i = 0; i < 2; i++) {
        batch = sb_queue_next(&world->p, T_NOW_MS + 1000);
        cr_assert_not_null(batch);
        snprintf(name, sizeof(name), "notification-%d", i);
        save(name, hv_buf_str(&batch->body));
    }
}

/* Every good row: what was asked, and what came back; of the bad ones the
 * answers alone. */
static void
row_documents(void)
{
    const struct t_row *row;
    char name[64];

    for (size_t i = 0; (row = t_row_at(i)); i++) {
        char *request = NULL;
        char *answer = NULL;

        cr_expect_eq(t_row_run(row, &request, &answer), row->code, "%s",
                     row->name);
        snprintf(name, sizeof(name), "row-%zu-answer", i);
        save(name, answer);
        snprintf(name, sizeof(name), "row-%zu-request", i);
        if (row->code == 0)
            save(name, request);
        free(request);
        free(answer);
    }
}

static int
validate(void)
{
    char *argv[MAX_FILES + 3] = { "python3", HV_SCHEMAS "/validate.py" };
    int status = -1;
    pid_t pid;

    memcpy(argv + 2, paths, path_count * sizeof(*paths));
    pid = fork();
    if (pid == 0) {
        execvp(argv[0], argv);
        _exit(127);
    }
    cr_assert(pid > 0);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(schemas, fit_all_answers, .init = t_start)
{
    struct t_world world;

    cr_assert_not_null(mkdtemp(dir));
    t_world_init(&world);
    session_answers(&world);
    method_answers(&world);
    notifications(&world);
    row_documents();
    printf("%zu documents\n", path_count);
    fflush(stdout); /* before the child writes */
    cr_expect_eq(validate(), 0, "see above; the files were in %s", dir);
    for (size_t i = 0; i < path_count; i++) {
        unlink(paths[i]);
        free(paths[i]);
    }
    rmdir(dir);
    t_world_release(&world);
}
