/*
 * hosts.c - the installations that are known by name: presets of profiles, and
 * whose host a URL has. Data. Fact: endpoints
 */
#include "core/shell/shell_in.h"

#include "core/sub/url.h"

#include <string.h>
#include <strings.h>

static const struct hv_instance instances[] = {
    { "us", "HealthVault US, production", HV_ENV_PROD,
      "https://platform.healthvault.com/platform/wildcat.ashx",
      "https://account.healthvault.com/" },
    { "us-ppe", "HealthVault US, test", HV_ENV_PPE,
      "https://platform.healthvault-ppe.com/platform/wildcat.ashx",
      "https://account.healthvault-ppe.com/" },
    { "eu", "HealthVault EU, production", HV_ENV_PROD,
      "https://platform.healthvault.co.uk/platform/wildcat.ashx",
      "https://account.healthvault.co.uk/" },
    { "eu-ppe", "HealthVault EU, test", HV_ENV_PPE,
      "https://platform.healthvault-ppe.co.uk/platform/wildcat.ashx",
      "https://account.healthvault-ppe.co.uk/" },
    { "chbase-ppe", "CHBase, test", HV_ENV_PPE,
      "https://platform.ppe.chbase.com/platform/wildcat.ashx",
      "https://shell.ppe.chbase.com/" },
};

const struct hv_instance *
hv_instance_at(size_t index)
{
    return index < HV_LEN(instances) ? &instances[index] : NULL;
}

const struct hv_instance *
hv_instance_find(const char *name)
{
    for (size_t i = 0; i < HV_LEN(instances); i++) {
        if (!strcasecmp(instances[i].name, name))
            return &instances[i];
    }
    return NULL;
}

static bool
has_host(const char *text, struct hv_bytes host)
{
    struct hv_url url;

    return hv_url_parse(text, &url, NULL) == HV_OK &&
           url.host.len == host.len &&
           !strncasecmp((const char *)url.host.data, (const char *)host.data,
                        host.len);
}

const struct hv_instance *
hv_instance_of_host(struct hv_bytes host, bool *is_shell)
{
    *is_shell = false;
    if (!host.len)
        return NULL;
    for (size_t i = 0; i < HV_LEN(instances); i++) {
        *is_shell = has_host(instances[i].shell, host);
        if (*is_shell || has_host(instances[i].platform, host))
            return &instances[i];
    }
    return NULL;
}
