/*
 * listener.h - receives notifications over TLS: strict door, verification over
 * the raw body, journal, and only then 200. Opens the keystore for verifying,
 * never writes it. Fact: notify-http, verification, retries
 */
#ifndef HVCONSOLE_LISTENER_H
#define HVCONSOLE_LISTENER_H

#include "hvconsole/handon.h"
#include "hvconsole/keystore.h"
#include "hvconsole/loop.h"

struct hv_listener;

struct hv_listener_config {
    const char *addr;        /* "127.0.0.1:8443", "[::1]:0"; port 0 = free;
                                sockets passed by systemd come before it */
    const char *path_prefix; /* "" or "/" = any path; "/hv" = below it */
    const char *store;       /* store directory: journal.db, run/ */
    const char *cert_file;   /* PEM chain; NULL with is_self_signed/is_plain */
    const char *key_file;
    bool is_self_signed;     /* made at start, for localhost and the address */
    bool is_plain;           /* no TLS: loopback only, else HV_ERR_REFUSED */
    bool bad_hmac_200;       /* answer 200 to a bad HMAC, with the fuse */
    size_t max_body;         /* 0 = HV_MAX_NOTIFY_BODY */
    size_t max_connections;  /* 0 = 1024; several workers share them evenly */
    size_t max_per_address;  /* 0 = 64, for each worker; loopback exempt */
    bool count_loopback;     /* ... or not */
    int workers;             /* loops that serve, 0 = 1, at most 16 */
    int probe_ms;            /* between looks through the own socket; 0 = 30 s,
                                < 0 = never */
    struct hv_handon_way handon; /* where each verified notification goes */
    bool is_fenced;          /* confine this process to the files it needs, as
                                far as the kernel can; not undone */
};

/**
 * hv_listener_start() - serve on @loop; the journal has a thread of its own,
 * and so have further workers and handing on. READY, STOPPING and the watchdog
 * are told to systemd where it is.
 * @ks: opened with verify scope (or narrowed); owned from here on, even on
 *      failure. Reloaded when the file changes, before the next verification.
 * HV_ERR_RULE: another listener runs on this store, or the address is taken.
 * HV_ERR_USAGE: address or certificate wrong. HV_ERR_REFUSED: plain elsewhere
 * than on loopback, or a keystore without journal key.
 */
HV_MUST_CHECK enum hv_status
hv_listener_start(struct hv_loop *loop, const struct hv_listener_config *config,
                  struct hv_keystore *ks, struct hv_listener **out,
                  struct hv_error *err);
/** hv_listener_url() - "https://127.0.0.1:8443", for people and --ready-fd. */
const char *hv_listener_url(const struct hv_listener *listener);
/** hv_listener_fence() - how access to files is confined, for people. */
const char *hv_listener_fence(const struct hv_listener *listener);
/** hv_listener_stop() - finish what is accepted, 503 to the rest; @fn when
 *  the last answer is out and the journal closed. Control verb `stop` does
 *  the same and then stops the loop. */
void hv_listener_stop(struct hv_listener *listener, hv_loop_fn fn, void *arg);
/** hv_listener_reload() - read the certificate files again (SIGHUP). */
HV_MUST_CHECK enum hv_status hv_listener_reload(struct hv_listener *listener,
                                                struct hv_error *err);
void hv_listener_free(struct hv_listener *listener);

/*
 * Published facts (run/listener): listening, pid, generation (loaded by all
 * workers), store_id, health (ok | degraded: why), started_ms; count-WORD for
 * every verdict word, unlisted (refused over the rate of listed ones),
 * unavailable (503), misdirected (404, 405, 415); workers, fence (how files are
 * confined), probe (ok | failed: why | none) and probe_ms, cert_until_ms (0 = no
 * TLS). When handing on: handon (forward | exec | sink), handon-waiting,
 * handon-failing, handon-oldest_ms, handon-done, handon-error. Generation and
 * health are written at once, the rest within two seconds.
 *
 * run/metrics.prom tells the same and more in the text format of Prometheus,
 * rewritten whole every ten seconds at the latest; it goes with the listener.
 *
 * Control verbs: `status` (the facts, and connections and waiting), `reload`
 * (keystore and certificate, then as status), `stop` (the answer comes when it
 * has stopped and another may start).
 *
 * GET /healthz, from this machine alone: 200 when health is ok, else 503 and
 * the reason; elsewhere it does not exist.
 */

#endif
