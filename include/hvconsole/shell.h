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
    bool is_outside; /* stood beside targetqs */
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
 * for names and values, once more for the whole; parameters as ordered.
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

/** hv_shell_lints() - every rule about URLs; ends with a NULL id. */
const struct hv_lint *hv_shell_lints(void);

#endif
