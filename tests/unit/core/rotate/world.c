/*
 * world.c - see world.h.
 */
#include "world.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A place where the process may end. */
static void
point(struct world *world)
{
    if (++world->points == world->die_at)
        _exit(9);
}

static void
violate(struct world *world, const char *what, const char *version)
{
    world->shared->violations++;
    snprintf(world->shared->violation, sizeof(world->shared->violation),
             "%s: %s", what, version);
}

/* The file, read anew, must know a key before the platform hears of it. */
static void
check_on_disk(struct world *world, const struct hv_sub *sub)
{
    struct hv_keystore *fresh = NULL;
    bool is_there = false;

    if (hv_keystore_clone(world->ctx.ks, &fresh, NULL)) {
        violate(world, "the keystore cannot be read", sub->version.id);
        return;
    }
    for (size_t i = 0; i < hv_keystore_ring(fresh)->keys_len; i++) {
        const struct hv_key *key = &hv_keystore_ring(fresh)->keys[i];

        is_there |= key->state != HV_KEY_RETIRED &&
                    hv_key_version_equal(&key->version, &sub->version) &&
                    hv_secret_equal(&key->key, &sub->key);
    }
    if (!is_there)
        violate(world, "announced before it was saved", sub->version.id);
    hv_keystore_close(fresh);
}

/* One version id, one key, for ever. */
static void
check_name(struct world *world, const struct hv_sub *sub)
{
    struct world_shared *shared = world->shared;

    for (int i = 0; i < shared->names_len; i++) {
        if (strcmp(shared->names[i].version, sub->version.id) != 0)
            continue;
        if (memcmp(shared->names[i].key, sub->key.data, HV_HMAC_KEY_LEN) != 0)
            violate(world, "version id used twice", sub->version.id);
        return;
    }
    cr_assert_lt(shared->names_len, WORLD_NAMES);
    strcpy(shared->names[shared->names_len].version, sub->version.id);
    memcpy(shared->names[shared->names_len++].key, sub->key.data,
           HV_HMAC_KEY_LEN);
}

static void
fill(struct world_sub *place, const struct hv_sub *sub)
{
    hv_copy(place->url, sizeof(place->url), sub->url);
    place->type = sub->filters[0].types[0];
    strcpy(place->version, sub->version.id);
    memcpy(place->key, sub->key.data, HV_HMAC_KEY_LEN);
}

struct world_sub *
world_find(struct world *world, const struct hv_guid *id)
{
    for (size_t i = 0; i < WORLD_SUBS; i++) {
        if (hv_guid_equal(&world->shared->subs[i].id, id))
            return &world->shared->subs[i];
    }
    return NULL;
}

int
world_used(const struct world *world)
{
    int used = 0;

    for (size_t i = 0; i < WORLD_SUBS; i++)
        used += !hv_guid_is_zero(&world->shared->subs[i].id);
    return used;
}

/* What this call does; one of its failures is used up. */
static enum world_mode
mode_of(struct world *world, enum world_call call)
{
    world->shared->calls[call]++;
    if (call == CALL_GET && world->skip_gets > 0) {
        world->skip_gets--;
        return MODE_FINE;
    }
    if (world->fail_times[call] == 0)
        return MODE_FINE;
    if (world->fail_times[call] > 0)
        world->fail_times[call]--;
    return world->mode[call];
}

static enum hv_status
answer(struct world *world, enum world_mode mode, struct hv_error *err)
{
    enum hv_status st = HV_ERR_PLATFORM;

    switch (mode) {
    case MODE_FINE:
        return HV_OK;
    case MODE_CANCELLED:
        return hv_fail(err, HV_ERR_CANCELLED, "cancelled");
    case MODE_REFUSED:
        if (world->code == HV_CODE_SUB_NOT_FOUND)
            st = HV_ERR_NOT_FOUND;
        if (world->code == HV_CODE_SUB_LIMIT ||
            world->code == HV_CODE_SUB_INVALID)
            st = HV_ERR_RULE;
        hv_fail(err, st, "the platform answers %d", world->code);
        err->platform_code = world->code;
        return st;
    default:
        return hv_fail(err, HV_ERR_NET, "no answer");
    }
}

static bool
is_applied(enum world_mode mode)
{
    return mode == MODE_FINE || mode == MODE_LOST_AFTER ||
           mode == MODE_CANCELLED;
}

static void
list_one(struct world *world, const struct world_sub *place, struct hv_sub *out)
{
    out->id = place->id;
    hv_copy(out->url, sizeof(out->url), place->url);
    hv_sub_add_type(out, 0, &place->type);
    strcpy(out->version.id, place->version);
    if (!world->hides_keys)
        cr_assert_eq(
            hv_secret_copy(&out->key, place->key, HV_HMAC_KEY_LEN, NULL),
            HV_OK);
}

void
world_list(struct world *world, struct hv_sub_list *list)
{
    *list = (struct hv_sub_list){
        .items = hv_calloc(WORLD_SUBS, sizeof(*list->items)),
    };
    for (size_t i = 0; i < WORLD_SUBS; i++) {
        if (!hv_guid_is_zero(&world->shared->subs[i].id))
            list_one(world, &world->shared->subs[i], &list->items[list->len++]);
    }
}

static void
apply_late(struct world *world)
{
    struct world_shared *shared = world->shared;
    struct world_sub *place = world_find(world, &shared->late.id);

    if (shared->late_reads == 0 || --shared->late_reads > 0)
        return;
    if (!place)
        place = world_find(world, &(struct hv_guid){ 0 });
    *place = shared->late;
}

static enum hv_status
get_subs(void *arg, struct hv_sub_list *out, struct hv_error *err)
{
    struct world *world = arg;
    enum world_mode mode = mode_of(world, CALL_GET);

    point(world);
    apply_late(world);
    if (mode == MODE_FINE)
        world_list(world, out);
    if (world->stop_at > 0 && --world->stop_at == 0)
        world->on_stop(world);
    if (world->on_get) {
        void (*hook)(struct world *) = world->on_get;

        world->on_get = NULL;
        hook(world);
    }
    point(world);
    return answer(world, mode, err);
}

static enum hv_status
subscribe(void *arg, const struct hv_sub *sub, struct hv_guid *id,
          struct hv_error *err)
{
    struct world *world = arg;
    enum world_mode mode = mode_of(world, CALL_SUBSCRIBE);
    struct world_sub made = { .id = hv_guid_random() };

    point(world);
    check_on_disk(world, sub);
    if (!hv_guid_is_zero(&sub->id))
        violate(world, "an id was sent", sub->version.id);
    if (mode == MODE_FINE && world_used(world) >= HV_MAX_SUBS) {
        mode = MODE_REFUSED;
        world->code = HV_CODE_SUB_LIMIT;
    }
    fill(&made, sub);
    if (is_applied(mode) || mode == MODE_LATE)
        check_name(world, sub);
    if (is_applied(mode))
        *world_find(world, &(struct hv_guid){ 0 }) = made;
    if (mode == MODE_LATE) {
        world->shared->late = made;
        world->shared->late_reads = world->late;
    }
    point(world);
    if (mode == MODE_FINE)
        *id = made.id;
    return answer(world, mode, err);
}

static enum hv_status
update(void *arg, const struct hv_sub *sub, struct hv_error *err)
{
    struct world *world = arg;
    enum world_mode mode = mode_of(world, CALL_UPDATE);
    struct world_sub *place = world_find(world, &sub->id);

    point(world);
    check_on_disk(world, sub);
    if (mode == MODE_FINE && !place) {
        mode = MODE_REFUSED;
        world->code = HV_CODE_SUB_NOT_FOUND;
    }
    if (is_applied(mode) || mode == MODE_LATE)
        check_name(world, sub);
    if (is_applied(mode))
        fill(place, sub);
    if (mode == MODE_LATE) {
        world->shared->late.id = sub->id;
        fill(&world->shared->late, sub);
        world->shared->late_reads = world->late;
    }
    point(world);
    return answer(world, mode, err);
}

static enum hv_status
unsubscribe(void *arg, const struct hv_guid *id, struct hv_error *err)
{
    struct world *world = arg;
    enum world_mode mode = mode_of(world, CALL_UNSUBSCRIBE);
    struct world_sub *place = world_find(world, id);

    point(world);
    if (mode == MODE_FINE && !place) {
        mode = MODE_REFUSED;
        world->code = HV_CODE_SUB_NOT_FOUND;
    }
    if (is_applied(mode))
        *place = (struct world_sub){ 0 };
    point(world);
    return answer(world, mode, err);
}

static void
publish(struct world *world)
{
    struct hv_keystore_info info;
    struct hv_facts facts = { 0 };
    char store_id[HV_GUID_TEXT];

    cr_assert_eq(hv_keystore_inspect(world->path, &info, NULL), HV_OK);
    hv_guid_format(&info.store_id, store_id);
    hv_facts_addf(&facts, "generation", "%llu",
                  (unsigned long long)info.generation);
    hv_facts_add(&facts, "store_id", store_id);
    hv_facts_add(&facts, "health", "degraded: keystore: unreadable");
    cr_assert_eq(hv_run_publish(world->listener, &facts, NULL), HV_OK);
    hv_facts_release(&facts);
}

static void
wait_never(void *arg, int ms)
{
    struct world *world = arg;

    world->waited_ms += ms;
    if (world->on_wait)
        world->on_wait(world);
    if (world->listener && world->listener_follows)
        publish(world);
}

static int64_t
date_ms(void *arg)
{
    const struct world *world = arg;

    return world->skew_ms == WORLD_NO_DATE ? 0
                                           : hv_clock_now_ms() - world->skew_ms;
}

static void
progress(void *arg, enum hv_rotate_step step)
{
    struct world *world = arg;

    cr_assert_lt(world->steps_len, HV_LEN(world->steps));
    world->steps[world->steps_len++] = step;
    point(world);
}

void
world_start(struct world *world)
{
    struct hv_secret passphrase = { 0 };
    struct hv_keystore *ks = NULL;
    struct hv_error err = { 0 };
    bool is_locked;

    *world = (struct world){ .dir = "/tmp/hv-rotate-XXXXXX",
                             .listener_follows = true };
    cr_assert_eq(hv_secret_start(&is_locked, NULL), HV_OK);
    cr_assert(mkdtemp(world->dir));
    snprintf(world->path, sizeof(world->path), "%s/ks.hvks", world->dir);
    snprintf(world->store, sizeof(world->store), "%s/store", world->dir);
    world->shared = mmap(NULL, sizeof(*world->shared), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(world->shared, MAP_FAILED);
    cr_assert_eq(hv_secret_copy(&passphrase, "correct horse battery", 21, NULL),
                 HV_OK);
    cr_assert_eq(
        hv_keystore_create(world->path, &passphrase, "test", 17, &ks, &err),
        HV_OK, "%s", err.why);
    hv_secret_release(&passphrase);
    world->profile = (struct hv_profile){ .name = "test",
                                          .app_id = hv_guid_random(),
                                          .limit = HV_MAX_SUBS };
    world->ops = (struct hv_platform_ops){
        .get_subs = get_subs,
        .subscribe = subscribe,
        .update = update,
        .unsubscribe = unsubscribe,
        .wait = wait_never,
        .date_ms = date_ms,
        .arg = world,
    };
    world->ctx = (struct hv_rotate_ctx){ .ks = ks,
                                         .profile = &world->profile,
                                         .store = world->store,
                                         .progress = progress,
                                         .progress_arg = world,
                                         .ops = &world->ops };
}

static void
remove_tree(const char *dir)
{
    DIR *open_dir = opendir(dir);
    struct dirent *entry;
    char path[512];

    while (open_dir && (entry = readdir(open_dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
        if (unlink(path) != 0)
            remove_tree(path);
    }
    if (open_dir)
        closedir(open_dir);
    rmdir(dir);
}

void
world_end(struct world *world)
{
    world_deaf(world);
    hv_keystore_close(world->ctx.ks);
    munmap(world->shared, sizeof(*world->shared));
    remove_tree(world->dir);
}

static enum hv_status
edit_empty(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    (void)arg;
    (void)err;
    while (ring->subs_len > 0) {
        struct hv_guid sub = ring->subs[0].sub;

        hv_keyring_remove_sub(ring, &sub);
    }
    return HV_OK;
}

void
world_reset(struct world *world)
{
    world_deaf(world);
    world_reopen(world);
    cr_assert_eq(hv_keystore_edit(world->ctx.ks, edit_empty, NULL, NULL),
                 HV_OK);
    memset(world->shared, 0, sizeof(*world->shared));
    memset(world->fail_times, 0, sizeof(world->fail_times));
    world->ctx.without_listener = false;
    world->listener_follows = true;
    world->hides_keys = false;
    world->skip_gets = 0;
    world->waited_ms = 0;
    world->skew_ms = 0;
}

void
world_reopen(struct world *world)
{
    struct hv_keystore *fresh = NULL;
    struct hv_error err = { 0 };

    cr_assert_eq(hv_keystore_clone(world->ctx.ks, &fresh, &err), HV_OK, "%s",
                 err.why);
    hv_keystore_close(world->ctx.ks);
    world->ctx.ks = fresh;
    world->steps_len = 0;
}

void
world_listen(struct world *world)
{
    struct hv_error err = { 0 };

    cr_assert_eq(hv_run_start(world->store, "listener", &world->listener, &err),
                 HV_OK, "%s", err.why);
    publish(world);
}

void
world_deaf(struct world *world)
{
    if (world->listener)
        hv_run_end(world->listener);
    world->listener = NULL;
}

void
world_fail(struct world *world, enum world_call call, enum world_mode mode,
           int times)
{
    world->mode[call] = mode;
    world->fail_times[call] = times;
}

void
world_wanted(struct hv_sub *sub)
{
    *sub = (struct hv_sub){ 0 };
    hv_copy(sub->url, sizeof(sub->url), "https://app.example.org/hv/notify");
    hv_sub_add_type(sub, 0, &hv_thing_type_at(0)->id);
}

struct hv_guid
world_sub(struct world *world)
{
    struct hv_sub sub;
    struct hv_guid id;
    struct hv_error err = { 0 };

    world_wanted(&sub);
    cr_assert_eq(hv_sub_create(&world->ctx, &sub, &err), HV_OK, "%s", err.why);
    id = sub.id;
    hv_sub_release(&sub);
    memset(world->shared->calls, 0, sizeof(world->shared->calls));
    return id;
}

const struct hv_keyring *
world_ring(const struct world *world)
{
    return hv_keystore_ring(world->ctx.ks);
}

const struct hv_key_sub *
world_record(const struct world *world, const struct hv_guid *sub)
{
    return hv_keyring_sub(world_ring(world), sub);
}

const struct hv_key *
world_key(const struct world *world, const struct hv_guid *sub,
          const char *version)
{
    struct hv_key_version id = { 0 };

    hv_copy(id.id, sizeof(id.id), version);
    return hv_keyring_find(world_ring(world), sub, &id);
}

size_t
world_keys(const struct world *world, const struct hv_guid *sub)
{
    size_t count = 0;

    for (size_t i = 0; i < world_ring(world)->keys_len; i++)
        count += hv_guid_equal(&world_ring(world)->keys[i].sub, sub);
    return count;
}

void
world_expect_lawful(const struct world *world, const char *when)
{
    cr_expect_eq(world->shared->violations, 0, "%s: %s", when,
                 world->shared->violation);
}

void
world_expect_agree(struct world *world, const struct hv_guid *sub,
                   const char *when)
{
    const struct world_sub *place = world_find(world, sub);
    const struct hv_key *current;
    size_t active = 0;

    world_reopen(world);
    current = hv_keyring_current(world_ring(world), sub);
    cr_assert(place && current, "%s", when);
    for (size_t i = 0; i < world_ring(world)->keys_len; i++) {
        const struct hv_key *key = &world_ring(world)->keys[i];

        if (!hv_guid_equal(&key->sub, sub))
            continue;
        active += key->state == HV_KEY_ACTIVE;
        cr_expect_neq(key->state, HV_KEY_PENDING, "%s", when);
    }
    cr_expect_eq(active, 1, "%s: %zu active keys", when, active);
    cr_expect_str_eq(current->version.id, place->version, "%s", when);
    cr_expect_eq(memcmp(current->key.data, place->key, HV_HMAC_KEY_LEN), 0,
                 "%s", when);
    cr_expect_eq(world_record(world, sub)->intent, HV_INTENT_NONE, "%s", when);
    cr_expect_eq(world_record(world, sub)->status, HV_SUB_LIVE, "%s", when);
    world_expect_lawful(world, when);
}

struct ageing {
    struct hv_guid sub;
    int64_t ms;
};

static void
shift(int64_t *time, int64_t ms)
{
    if (*time != 0)
        *time -= ms;
}

static enum hv_status
edit_age(struct hv_keyring *ring, void *arg, struct hv_error *err)
{
    const struct ageing *ageing = arg;
    struct hv_key_sub *record = hv_keyring_sub(ring, &ageing->sub);

    (void)err;
    shift(&record->created_ms, ageing->ms);
    shift(&record->confirmed_ms, ageing->ms);
    shift(&record->intent_ms, ageing->ms);
    for (size_t i = 0; i < ring->keys_len; i++) {
        struct hv_key *key = &ring->keys[i];

        if (!hv_guid_equal(&key->sub, &ageing->sub))
            continue;
        shift(&key->created_ms, ageing->ms);
        shift(&key->submitted_ms, ageing->ms);
        shift(&key->activated_ms, ageing->ms);
        shift(&key->superseded_ms, ageing->ms);
        shift(&key->retire_not_before_ms, ageing->ms);
    }
    return HV_OK;
}

void
world_age(struct world *world, const struct hv_guid *sub, int64_t ms)
{
    struct ageing ageing = { *sub, ms };

    cr_assert_eq(hv_keystore_edit(world->ctx.ks, edit_age, &ageing, NULL),
                 HV_OK);
}
