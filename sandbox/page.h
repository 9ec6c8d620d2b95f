/*
 * page.h - writes HTML pages. Markup is ours and stands in format strings;
 * every argument is foreign text and goes through one door that cleans and
 * escapes it. Used by the Shell's pages; knows neither HTTP nor the platform.
 */
#ifndef SANDBOX_PAGE_H
#define SANDBOX_PAGE_H

#include "hvconsole/secret.h"

/* Zeroed is an empty page. */
struct sb_page {
    struct hv_buf html;             /* no secrets */
    const struct hv_secret *hidden; /* borrowed; stands at @hidden_at */
    size_t hidden_at;
    bool has_script; /* it sends its form by itself */
};

/** sb_page_open() - everything to the heading. @env: "ppe" or "prod". */
void sb_page_open(struct sb_page *page, const char *title, const char *env);
/** sb_page_put() - markup with %s for text and %zu for numbers, and no other
 *  directive. Text is escaped for elements and for quoted attributes. */
void sb_page_put(struct sb_page *page, const char *markup, ...) HV_PRINTF(2, 3);
/** sb_page_put_secret() - base64 or the like that needs no escaping, once a
 *  page; kept out of the buffer: sb_page_join() puts it in. */
void sb_page_put_secret(struct sb_page *page, const struct hv_secret *secret);
/** sb_page_submit_alone() - a script that sends the page's only form. */
void sb_page_submit_alone(struct sb_page *page);
/** sb_page_close() - everything after the content. */
void sb_page_close(struct sb_page *page);
/** sb_page_join() - of a closed page with a secret: the whole of it in locked
 *  memory. HV_ERR_LIMIT: it does not fit there. */
HV_MUST_CHECK enum hv_status sb_page_join(const struct sb_page *page,
                                          struct hv_secret *out,
                                          struct hv_error *err);
void sb_page_release(struct sb_page *page);

/** sb_page_policy() - the value of Content-Security-Policy for that page:
 *  our style and our one script by their hashes, nothing else. */
void sb_page_policy(const struct sb_page *page, char *out, size_t size);

#endif
