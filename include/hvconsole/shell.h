/*
 * shell.h - Shell redirect URLs: the targets and their parameters, composing
 * by one exact rule, taking apart whatever real applications wrote, and what
 * is wrong with it. Pure; no network. Fact: shell-url
 */
#ifndef HVCONSOLE_SHELL_H
#define HVCONSOLE_SHELL_H

#include "hvconsole/bytes.h"
#include "hvconsole/finding.h"
#include "hvconsole/profile.h"

/* ---------------------------------------------------------- the tables -- */

enum hv_shell_domain {
    HV_SHELL_TEXT,
    HV_SHELL_GUID,
    HV_SHELL_GUIDS,   /* comma between */
    HV_SHELL_BOOL,    /* true, false */
    HV_SHELL_URL,     /* absolute */
    HV_SHELL_LOCALE,  /* decimal locale id: 1033 */
    HV_SHELL_CULTURE, /* en-US */
    HV_SHELL_METHOD,  /* get, post */
    HV_SHELL_CODE,    /* five groups of four capitals, hyphenated */
    HV_SHELL_QUERY,   /* a query string of its own */
    HV_SHELL_TOKEN,   /* a user token: treat like a passphrase */
};
const char *hv_shell_domain_word(enum hv_shell_domain domain);

struct hv_shell_param {
    const char *name; /* "appid"; "onopt#" stands for onopt1, onopt2, ... */
    enum hv_shell_domain domain;
    bool is_required;
    const char *note; /* a phrase */
};

struct hv_shell_target {
    const char *name; /* upper case */
    const char *purpose;
    bool is_later;       /* described by later documents, not by the first list */
    bool is_offered;     /* false: known, and not to be sent */
    const char *returns; /* return targets, blank between; "" = dead end: the
                            browser does not come back */
    const char *ending;  /* of a dead end: where the person is then */
    const struct hv_shell_param *params; /* its own; ends with a NULL name */
};
const struct hv_shell_target *hv_shell_target_at(size_t index); /* NULL = end */
const struct hv_shell_target *hv_shell_target_find(const char *name);
/** hv_shell_common_params() - what every target may carry; NULL name ends. */
const struct hv_shell_param *hv_shell_common_params(void);
/** hv_shell_param_find() - own or common, case ignored; numbered names fit
 *  their row. @target may be NULL. NULL = unknown there. */
const struct hv_shell_param *
hv_shell_param_find(const struct hv_shell_target *target, const char *name);
/** hv_shell_param_is_personal() - its value says whose it is, or is good once:
 *  it is kept only when somebody asks for it. */
bool hv_shell_param_is_personal(const struct hv_shell_param *param);

struct hv_shell_return { /* what the browser brings back to the application */
    const char *name;    /* upper case; compared without case */
    const char *when;
    bool has_token;
    const char *duty; /* what the application must do */
};
const struct hv_shell_return *hv_shell_return_at(size_t index);
const struct hv_shell_return *hv_shell_return_find(const char *name);

struct hv_instance { /* a known installation. Fact: endpoints */
    const char *name; /* "us", "us-ppe" ... : presets of `profile add` */
    const char *title;
    enum hv_env env;
    const char *platform; /* method URL */
    const char *shell;    /* base, ends in / */
};
const struct hv_instance *hv_instance_at(size_t index);
const struct hv_instance *hv_instance_find(const char *name);
/** hv_instance_of_host() - whose Shell or platform that host is; @is_shell
 *  says which. NULL = none of these. */
const struct hv_instance *hv_instance_of_host(struct hv_bytes host,
                                              bool *is_shell);

/* ----------------------------------------------------------- composing -- */

struct hv_shell_pair {
    char *name;  /* owned */
    char *value; /* owned; no NUL inside */
    size_t at;   /* taken apart: where it begins in the URL */
    size_t raw_len;
    bool is_outside; /* stands beside targetqs */
};
struct hv_shell_pairs { /* in order; owned */
    struct hv_shell_pair *items;
    size_t len;
};
void hv_shell_pairs_add(struct hv_shell_pairs *pairs, const char *name,
                        const char *value);
void hv_shell_pairs_release(struct hv_shell_pairs *pairs);
/** hv_shell_pairs_get() - the last of that name, case ignored; NULL = none. */
const char *hv_shell_pairs_get(const struct hv_shell_pairs *pairs,
                               const char *name);

/**
 * hv_shell_compose() - append the URL: RFC 3986 escapes in upper case, once
 * for names and values, once more for the whole; parameters as ordered, those
 * beside targetqs after it.
 * @base:   of the Shell, with or without the last slash
 * @target: name of a target, case ignored
 * @is_production: `redirect` is refused: it hands the token to any address. A
 *          host that is known as production is so whatever this says
 * HV_ERR_NOT_FOUND: no such target, with "did you mean". HV_ERR_RULE: a
 * required parameter is missing, `redirect` in production, a target that must
 * not be sent. HV_ERR_FORMAT: the base is no http(s) URL. Anything else that is
 * odd is a matter for hv_shell_decode() of the result.
 */
HV_MUST_CHECK enum hv_status
hv_shell_compose(const char *base, const char *target,
                 const struct hv_shell_pairs *pairs, bool is_production,
                 struct hv_buf *out, struct hv_error *err);

/* -------------------------------------------------------- taking apart -- */

enum hv_shell_kind {
    HV_SHELL_OTHER,    /* neither */
    HV_SHELL_REDIRECT, /* application to Shell */
    HV_SHELL_RETURN,   /* Shell to application */
};

struct hv_shell_url {
    enum hv_shell_kind kind;
    char *base; /* owned: what stands before the query */
    char *host; /* owned, lower case; "" = none */
    char *target; /* owned: the known spelling, else as written; "" = none */
    const struct hv_shell_target *known; /* of a redirect; NULL = unknown */
    const struct hv_shell_return *known_return;
    const struct hv_instance *instance; /* whose host; NULL = unknown */
    char *inner; /* owned: targetqs, one layer off; "" = none */
    bool is_odd; /* its layers are escaped otherwise than by the exact rule */
    struct hv_shell_pairs pairs;
    struct hv_findings findings;
};

/* Whose URL it should be, for the rules about hosts. */
struct hv_shell_home {
    const struct hv_profile *profile; /* NULL = not compared with any */
    bool is_production; /* judge as production whatever the host says */
};

/**
 * hv_shell_decode() - any bytes, layer by layer, with every finding. Values are
 * as the application gave them. Never fails but for HV_ERR_LIMIT (over 64 KiB).
 * @home: may be NULL
 */
HV_MUST_CHECK enum hv_status hv_shell_decode(struct hv_bytes text,
                                             const struct hv_shell_home *home,
                                             struct hv_shell_url *out,
                                             struct hv_error *err);
void hv_shell_url_release(struct hv_shell_url *url);

/* ------------------------------------------------------------ the form -- */

/* A redirect that a person writes: the pairs in their order, none without a
 * value. What it holds goes into a URL and comes back from it unchanged. */
struct hv_shell_form {
    char *base;   /* owned; of the Shell; NULL = the profile's */
    char *target; /* owned; NULL = none yet */
    struct hv_shell_pairs pairs;
};
void hv_shell_form_release(struct hv_shell_form *form);
/** hv_shell_form_set() - a parameter's value, "" takes it away. A new one gets
 *  the place that the tables give it. */
void hv_shell_form_set(struct hv_shell_form *form, const char *name,
                       const char *value, bool is_outside);
/** hv_shell_form_base() - NULL or the profile's own Shell: the profile's. */
void hv_shell_form_base(struct hv_shell_form *form, const char *base,
                        const struct hv_profile *profile);
/** hv_shell_form_target() - another page. The application's id comes with a
 *  page that needs it, and goes with one that does not.
 *  @profile: may be NULL */
void hv_shell_form_target(struct hv_shell_form *form, const char *target,
                          const struct hv_profile *profile);
/** hv_shell_form_holds() - whether such a pair can be in a form: a name without
 *  '=' below 64 bytes, a value that is text. */
bool hv_shell_form_holds(const char *name, const char *value);
/**
 * hv_shell_form_take() - a redirect that was taken apart becomes the form.
 * @left: what cannot be put back, or was put elsewhere: sentences, one a line
 * False: it is no redirect; the form is left as it was, @left says why.
 */
bool hv_shell_form_take(struct hv_shell_form *form,
                        const struct hv_shell_url *url,
                        const struct hv_profile *profile, struct hv_buf *left);
/** hv_shell_form_compose() - as hv_shell_compose() does. HV_ERR_NOT_FOUND too
 *  when there is neither base nor profile. */
HV_MUST_CHECK enum hv_status
hv_shell_form_compose(const struct hv_shell_form *form,
                      const struct hv_profile *profile, struct hv_buf *out,
                      struct hv_error *err);

/* ----------------------------------------------------------- templates -- */

#define HV_TEMPLATE_NAME  64 /* as hv_token_name_check() */
#define HV_MAX_TEMPLATES  200
#define HV_TEMPLATE_URL   8192
struct hv_template { /* a form under a name */
    char name[HV_TEMPLATE_NAME];
    int64_t made_ms, used_ms; /* 0 = never used */
    char *url; /* owned: "redirect.aspx?..." belongs to whatever profile is
                  current; else with the Shell's address */
};
struct hv_templates { /* by name */
    struct hv_template *items; /* owned */
    size_t len;
};
void hv_templates_release(struct hv_templates *list);
/** hv_templates_read() - the file's text. HV_ERR_FORMAT names the line. */
HV_MUST_CHECK enum hv_status hv_templates_read(const char *text,
                                               struct hv_templates *out,
                                               struct hv_error *err);
/** hv_templates_load() - STORE/templates; a missing file is an empty list.
 *  HV_ERR_DAMAGED: a line of it makes no sense. */
HV_MUST_CHECK enum hv_status hv_templates_load(const char *store,
                                               struct hv_templates *out,
                                               struct hv_error *err);
/** hv_templates_edit() - lock, read, let @fn change it, write the whole file
 *  anew. What @fn returns is returned; on failure nothing is written. */
typedef enum hv_status (*hv_templates_fn)(struct hv_templates *list, void *arg,
                                          struct hv_error *err);
HV_MUST_CHECK enum hv_status hv_templates_edit(const char *store,
                                               hv_templates_fn fn, void *arg,
                                               struct hv_error *err);
struct hv_template *hv_template_find(const struct hv_templates *list,
                                     const char *name);
/** hv_template_put() - a new one, or a new URL for the name. HV_ERR_LIMIT. */
HV_MUST_CHECK enum hv_status hv_template_put(struct hv_templates *list,
                                             const char *name, const char *url,
                                             int64_t now_ms,
                                             struct hv_error *err);
void hv_template_remove(struct hv_templates *list, struct hv_template *one);
/** hv_template_write() - append the URL that a template keeps of a form: without
 *  the profile's own address and id, and without whose it is unless @with_ids. */
HV_MUST_CHECK enum hv_status hv_template_write(const struct hv_shell_form *form,
                                               const struct hv_profile *profile,
                                               bool with_ids,
                                               struct hv_buf *out,
                                               struct hv_error *err);
/** hv_template_form() - the form again, for @profile (may be NULL). @left as of
 *  hv_shell_form_take(). */
void hv_template_form(const struct hv_template *one,
                      const struct hv_profile *profile,
                      struct hv_shell_form *form, struct hv_buf *left);

/* ------------------------------------------------------------- QR code -- */

#define HV_QR_QUIET 4 /* light modules that must stand round it */
struct hv_qr {
    int size;      /* modules on a side, without the quiet ones */
    uint8_t *dark; /* owned: size * size, 1 = dark */
};
/** hv_qr_make() - @text as a QR code, byte mode, level L. HV_ERR_LIMIT: it holds
 *  2953 bytes at most. */
HV_MUST_CHECK enum hv_status hv_qr_make(const char *text, struct hv_qr *out,
                                        struct hv_error *err);
void hv_qr_release(struct hv_qr *qr);
/** hv_qr_is_dark() - at a place that may lie in the quiet zone or beyond it. */
bool hv_qr_is_dark(const struct hv_qr *qr, int row, int col);

/** hv_shell_lints() - every rule about URLs; ends with a NULL id. */
const struct hv_lint *hv_shell_lints(void);

#endif
