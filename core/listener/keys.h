/*
 * keys.h - the keystore as the listener uses it: always the newest file that
 * can be read, the last good one otherwise. Private to core/listener.
 */
#ifndef CORE_LISTENER_KEYS_H
#define CORE_LISTENER_KEYS_H

#include "hvconsole/keystore.h"
#include "hvconsole/loop.h"

struct listener_keys {
    struct hv_keystore *ks; /* owned */
    int inotify_fd;         /* of its directory; -1 = none */
    struct hv_watch *watch;
    char name[256];               /* of the file in its directory */
    int64_t reloaded_ms;          /* last forced reload, monotonic */
    char why[256];                /* degraded: why; "" = fine */
    void (*on_change)(void *arg); /* other keys, or another health */
    void *arg;
};

/** listener_keys_start() - takes over @ks. Watching may fail: refreshing
 *  before every verification does not need it. */
void listener_keys_start(struct listener_keys *keys, struct hv_loop *loop,
                         struct hv_keystore *ks, hv_loop_fn on_change,
                         void *arg);
void listener_keys_end(struct listener_keys *keys);
/** listener_keys_refresh() - look at the file, read it if it changed. */
void listener_keys_refresh(struct listener_keys *keys);
/** listener_keys_reload() - read it even if it seems unchanged, at most once
 *  in a while; true when there are other keys now. */
bool listener_keys_reload(struct listener_keys *keys);

#endif
