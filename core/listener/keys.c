/*
 * keys.c - following the keystore file. Called before every verification, and
 * by inotify so that a rotation sees at once that its key is loaded. A bad file
 * never takes good keys away. Never writes.
 */
#include "core/listener/keys.h"

#include "hvconsole/clock.h"
#include "hvconsole/file.h"

#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define RELOAD_PAUSE_MS 5000 /* an unknown version costs a stranger nothing */

static void
set_health(struct listener_keys *keys, const char *why)
{
    if (strcmp(keys->why, why) == 0)
        return;
    hv_copy(keys->why, sizeof(keys->why), why);
    keys->on_change(keys->arg);
}

void
listener_keys_refresh(struct listener_keys *keys)
{
    struct hv_error err = { 0 };
    bool changed = false;

    if (hv_keystore_refresh(keys->ks, &changed, &err)) {
        char why[sizeof(keys->why)];

        hv_copy(why, sizeof(why), err.why);
        set_health(keys, why);
        return;
    }
    set_health(keys, "");
    if (changed)
        keys->on_change(keys->arg);
}

bool
listener_keys_reload(struct listener_keys *keys)
{
    int64_t now_ms = hv_clock_mono_ms();
    struct hv_keystore *fresh = NULL;
    uint64_t old = hv_keystore_info(keys->ks)->generation;

    if (keys->reloaded_ms && now_ms < keys->reloaded_ms + RELOAD_PAUSE_MS)
        return false;
    keys->reloaded_ms = now_ms;
    if (hv_keystore_clone(keys->ks, &fresh, NULL))
        return false; /* what is wrong with it, refresh has said */
    if (hv_keystore_info(fresh)->generation <= old) {
        hv_keystore_close(fresh);
        return false;
    }
    hv_keystore_close(keys->ks);
    keys->ks = fresh;
    keys->on_change(keys->arg);
    return true;
}

/* A save renames a new file over the old: a watch on the file itself would end
 * with the first one. */
static void
on_inotify(void *arg, int fd, int what)
{
    struct listener_keys *keys = arg;
    _Alignas(struct inotify_event) char room[4096];
    bool is_ours = false;
    ssize_t got;

    (void)what;
    while ((got = read(fd, room, sizeof(room))) > 0) {
        for (char *at = room; at < room + got;) {
            const struct inotify_event *event = (const void *)at;

            if ((event->mask & IN_Q_OVERFLOW) ||
                (event->len && strcmp(event->name, keys->name) == 0))
                is_ours = true;
            at += sizeof(*event) + event->len;
        }
    }
    if (is_ours)
        listener_keys_refresh(keys);
}

void
listener_keys_start(struct listener_keys *keys, struct hv_loop *loop,
                    struct hv_keystore *ks, hv_loop_fn on_change, void *arg)
{
    const char *path = hv_keystore_path(ks);
    const char *slash = strrchr(path, '/');
    char dir[PATH_MAX];

    keys->ks = ks;
    keys->on_change = on_change;
    keys->arg = arg;
    hv_path_dir(path, dir, sizeof(dir));
    hv_copy(keys->name, sizeof(keys->name), slash ? slash + 1 : path);
    keys->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (keys->inotify_fd < 0)
        return;
    if (inotify_add_watch(keys->inotify_fd, dir,
                          IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE |
                              IN_MOVED_FROM) >= 0)
        keys->watch =
            hv_loop_fd(loop, keys->inotify_fd, HV_WATCH_READ, on_inotify, keys);
}

void
listener_keys_end(struct listener_keys *keys)
{
    hv_watch_free(keys->watch);
    keys->watch = NULL;
    if (keys->inotify_fd >= 0)
        close(keys->inotify_fd);
    keys->inotify_fd = -1;
    hv_keystore_close(keys->ks);
    keys->ks = NULL;
}
