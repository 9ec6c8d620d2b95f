/*
 * run.h - how processes of one store directory find each other: a lock that
 * dies with the process, a small text file of facts, and a control socket,
 * all under STORE/run/. What a crash leaves behind means "not running".
 */
#ifndef HVCONSOLE_RUN_H
#define HVCONSOLE_RUN_H

#include "hvconsole/loop.h"

/* A message of facts: `key value` pairs, order kept. Values are any bytes but
 * NUL, at most 64 KiB each; no secrets. */
struct hv_facts {
    struct hv_buf text;      /* lines `key=percent-encoded value` */
};
void hv_facts_release(struct hv_facts *facts);
void hv_facts_add(struct hv_facts *facts, const char *key, const char *value);
void hv_facts_addf(struct hv_facts *facts, const char *key, const char *fmt,
                   ...) HV_PRINTF(3, 4);
/** hv_facts_get() - the value of the @nth (0..) pair of that key into @out;
 *  false when there is none or @size is too small. */
bool hv_facts_get(const struct hv_facts *facts, const char *key, size_t nth,
                  char *out, size_t size);
/** hv_facts_get_int() - @fallback when absent or not a number. */
int64_t hv_facts_get_int(const struct hv_facts *facts, const char *key,
                         int64_t fallback);

/* ------------------------------------------------------- the running one -- */

struct hv_run;     /* held by a process that serves */

/** hv_run_start() - become the one @name ("listener", "sandbox") of @store.
 *  HV_ERR_RULE: one is running; the sentence gives its pid. */
HV_MUST_CHECK enum hv_status hv_run_start(const char *store, const char *name,
                                          struct hv_run **out,
                                          struct hv_error *err);
/** hv_run_publish() - replace the facts that others see (run/NAME). */
HV_MUST_CHECK enum hv_status hv_run_publish(struct hv_run *run,
                                            const struct hv_facts *facts,
                                            struct hv_error *err);
/** hv_run_write() - the same for another file of run/, such as
 *  "metrics.prom". */
HV_MUST_CHECK enum hv_status hv_run_write(struct hv_run *run, const char *name,
                                          struct hv_bytes text,
                                          struct hv_error *err);
void hv_run_remove(struct hv_run *run, const char *name);
/**
 * hv_run_serve() - answer control requests on run/NAME.sock (0600) on @loop.
 * @fn gets the request; it calls hv_control_reply() now or later, once.
 */
struct hv_control;   /* one request being answered */
typedef void (*hv_control_fn)(void *arg, struct hv_control *control,
                              const struct hv_facts *request);
HV_MUST_CHECK enum hv_status hv_run_serve(struct hv_run *run,
                                          struct hv_loop *loop,
                                          hv_control_fn fn, void *arg,
                                          struct hv_error *err);
/** hv_control_reply() - @error NULL or zeroed = success. Frees @control. */
void hv_control_reply(struct hv_control *control, const struct hv_facts *facts,
                      const struct hv_error *error);
void hv_run_end(struct hv_run *run);    /* removes what it published */

/* ----------------------------------------------------------- its callers -- */

/** hv_run_find() - facts of the running @name; HV_ERR_NOT_FOUND: none runs. */
HV_MUST_CHECK enum hv_status hv_run_find(const char *store, const char *name,
                                         struct hv_facts *out,
                                         struct hv_error *err);
/** hv_run_ask() - send a request (key `verb` first) and wait for the answer.
 *  The other side's failure comes back as status and @err. HV_ERR_NOT_FOUND:
 *  none runs. HV_ERR_NET: no answer within @timeout_ms. Blocks. */
HV_MUST_CHECK enum hv_status hv_run_ask(const char *store, const char *name,
                                        const struct hv_facts *request,
                                        int timeout_ms, struct hv_facts *answer,
                                        struct hv_error *err);

#endif
