/*
 * urls.h - the Shell URLs view from inside: the fields of a redirect, what it
 * would be now, what is said about a URL that was pasted. Shared by urls*.c,
 * shell.c and the screen.
 */
#ifndef TUI_APP_URLS_H
#define TUI_APP_URLS_H

#include "tui/app/state.h"

/* ------------------------------------------------------------ the fields -- */

enum hv_url_kind {
    HV_URL_PAGE,   /* the target */
    HV_URL_VALUE,  /* a parameter as text */
    HV_URL_CHOICE, /* ... one of a few */
    HV_URL_MORE,   /* name=value of any other */
    HV_URL_SHELL,  /* the address */
};
struct hv_url_field {
    enum hv_url_kind kind;
    char name[64];
    const struct hv_shell_param *param; /* NULL = unknown to the page */
    const char *value;                  /* borrowed; "" = none */
    bool is_outside;
    char why_not[120]; /* it cannot be written; "" = it can */
};
size_t hv_url_fields(const struct hv_app *app);
/** hv_url_field() - the ith; false beyond the last. */
bool hv_url_field(const struct hv_app *app, size_t i, struct hv_url_field *out);
/** hv_url_field_now() - the one under the cursor of the compose tab. */
bool hv_url_field_now(const struct hv_app *app, struct hv_url_field *out);
/** hv_url_choice() - what a choice offers; NULL after the last. */
const char *hv_url_choice(const struct hv_url_field *field, size_t i);
/** hv_url_chosen() - the index of its value; SIZE_MAX: none of them. */
size_t hv_url_chosen(const struct hv_url_field *field);
/** hv_url_put() - a value into the form. */
void hv_url_put(struct hv_app *app, const struct hv_url_field *field,
                const char *value);
/** hv_url_turn() - the next or the previous choice of the field under the
 *  cursor; false: it has none. */
bool hv_url_turn(struct hv_app *app, int by);
/** hv_url_turn_record() - the next record that view 5 has read; false: none. */
bool hv_url_turn_record(struct hv_app *app, const struct hv_url_field *field,
                        int by);
/** hv_url_record_name() - whose record that is, as view 5 has it; NULL. */
const char *hv_url_record_name(const struct hv_app *app, const char *value);

/* --------------------------------------------------------- what comes of it -- */

struct hv_url_preview {
    struct hv_buf text;      /* the URL; empty = error says why */
    struct hv_shell_url url; /* the same, taken apart, with its findings */
    struct hv_error error;
};
/** hv_url_preview() - of the form; release it. */
void hv_url_preview(const struct hv_app *app, struct hv_url_preview *out);
void hv_url_preview_release(struct hv_url_preview *preview);
/** hv_url_line() - append "shell url ..." that composes the same. */
void hv_url_line(const struct hv_app *app, struct hv_buf *out);
/** hv_url_text() - append the URL that the tab shows; false with @why: there is
 *  none. */
bool hv_url_text(const struct hv_app *app, struct hv_buf *out,
                 struct hv_error *why);

const struct hv_profile *hv_url_profile(const struct hv_app *app);
bool hv_url_is_production(const struct hv_app *app);
/** hv_url_has_token() - a user token stands in it, or in a "name=value". */
bool hv_url_has_token(const char *text);

/* -------------------------------------------------------------- writing -- */

/** hv_urls_settle() - a form to begin with, for the profile that is current. */
void hv_urls_settle(struct hv_app *app);
void hv_urls_forget(struct hv_app *app);
enum hv_shell_tab hv_urls_tab(const struct hv_app *app);
/** hv_urls_go() - to a tab; each keeps its place. */
void hv_urls_go(struct hv_app *app, enum hv_shell_tab tab);
/** hv_urls_moved() - [ or ] changed the tab. */
void hv_urls_moved(struct hv_app *app);
/** hv_urls_open() - Enter: write the field, choose, fill the form. */
void hv_urls_open(struct hv_app *app);
/** hv_urls_edit() - the line that is being written. */
struct hv_edit *hv_urls_edit(struct hv_app *app);
void hv_urls_press(struct hv_app *app, const struct hv_press *press);
/** hv_urls_edited() - the line was written elsewhere: look at it anew. */
void hv_urls_edited(struct hv_app *app);
/** hv_urls_paste() - a paste while nothing is written; false: not here. */
bool hv_urls_paste(struct hv_app *app, const struct hv_press *press);
/** hv_urls_step() - Tab: to the next field (1), or the one before. */
void hv_urls_step(struct hv_app *app, int by);
/** hv_urls_done() - the value stands. */
void hv_urls_done(struct hv_app *app);
/** hv_urls_leave() - Esc: as it was before. */
void hv_urls_leave(struct hv_app *app);
/** hv_urls_decode() - take @text apart in its tab; one with a user token is
 *  wiped and refused. */
void hv_urls_decode(struct hv_app *app, const char *text);
/** hv_urls_fill() - the form from what was taken apart, or a template. */
void hv_urls_fill(struct hv_app *app);

/* ------------------------------------------------------------ templates -- */

const struct hv_template *hv_url_template(const struct hv_app *app);
void hv_templates_take(struct hv_app *app, struct hv_msg *msg);
/** hv_template_confirm() - asks before one is removed. */
bool hv_template_confirm(struct hv_app *app, const char *text);

#endif
