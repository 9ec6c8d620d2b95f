/*
 * way.c - where verified notifications may go. Called through handon.h before
 * anything starts. What leaves this machine leaves it over TLS, and no secret
 * stands on a command line.
 */
#include "core/handon/handon_in.h"

#include "core/sub/url.h"

bool
hv_handon_is_wanted(const struct hv_handon_way *way)
{
    return way->forward || way->exec || way->sink;
}

static enum hv_status
check_forward(const char *forward, struct hv_error *err)
{
    struct hv_url url;
    struct hv_error why = { 0 };

    if (hv_url_parse(forward, &url, &why))
        return hv_fail(err, HV_ERR_USAGE, "--forward: %s", why.why);
    if (url.has_user || url.has_fragment)
        return hv_fail(err, HV_ERR_USAGE,
                       "--forward: a URL with a user or a fragment is refused");
    if (hv_url_has_scheme(&url, "https") ||
        (hv_url_has_scheme(&url, "http") && hv_url_is_loopback(&url)))
        return HV_OK;
    hv_fail(err, HV_ERR_USAGE,
            "--forward: notifications leave this machine over https only");
    hv_hint(err, "https://HOST/..., or http://127.0.0.1:PORT/...");
    return HV_ERR_USAGE;
}

enum hv_status
hv_handon_check(const struct hv_handon_way *way, struct hv_error *err)
{
    if ((way->forward != NULL) + (way->exec != NULL) + (way->sink != NULL) > 1)
        return hv_fail(err, HV_ERR_USAGE,
                       "--forward, --exec and --sink exclude each other");
    if (way->sink_creds && !way->sink)
        return hv_fail(err, HV_ERR_USAGE, "--sink-creds belongs to --sink");
    if (way->exec && !way->exec[0])
        return hv_fail(err, HV_ERR_USAGE, "--exec wants a command");
    if (way->forward)
        return check_forward(way->forward, err);
    return way->sink ? handon_check_sink(way, err) : HV_OK;
}
