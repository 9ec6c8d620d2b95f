/*
 * cmd_key_doctor.c - `key doctor`: what is wrong with the keys, from the
 * keystore and, where it can be asked, from the platform. Called through the
 * table.
 */
#include "tui/command/cmds.h"
#include "tui/command/nouns/key.h"

#include "hvconsole/clock.h"

#include <stdlib.h>

const struct hv_column key_finding_columns[] = {
    { "trouble", "TROUBLE", HV_COL_NAME },
    { "severity", "SEVERITY", HV_COL_PAINT },
    { "sub", "SUBSCRIPTION", 0 },
    { "version", "VERSION", 0 },
    { "age_s", "AGE", HV_COL_WIDE | HV_COL_RIGHT },
    { "other_sub", "OTHER SUBSCRIPTION", HV_COL_WIDE },
    { "other_version", "OTHER VERSION", HV_COL_WIDE },
    { "advice", "WHAT TO DO", 0 },
    { 0 },
};

static void
finding_tell(struct hv_node *item, const struct hv_key_finding *finding)
{
    hv_node_text(item, "trouble", hv_key_trouble_word(finding->trouble));
    hv_node_text(item, "severity", finding->is_error ? "error" : "warning");
    hv_node_id(item, "sub", &finding->sub);
    hv_node_text(item, "version",
                 finding->version.id[0] ? finding->version.id : NULL);
    hv_node_int(item, "age_s", finding->age_ms / 1000);
    hv_node_id(item, "other_sub", &finding->other_sub);
    hv_node_text(item, "other_version",
                 finding->other_version.id[0] ? finding->other_version.id
                                              : NULL);
    hv_node_text(item, "advice", hv_key_trouble_advice(finding->trouble));
}

static void
trouble_tell(struct hv_node *item, const struct hv_sub_trouble *trouble)
{
    hv_node_text(item, "trouble", trouble->word);
    hv_node_text(item, "severity", trouble->is_critical ? "error" : "warning");
    hv_node_id(item, "sub", &trouble->sub);
    hv_node_text(item, "version", trouble->version.id);
    hv_node_null(item, "age_s");
    hv_node_null(item, "other_sub");
    hv_node_null(item, "other_version");
    hv_node_text(item, "advice", trouble->advice);
}

/* What the platform signs with. That it cannot be asked is said, and is no
 * finding: the keys here are judged all the same. */
static size_t
tell_platform(struct hv_cmd *cmd)
{
    struct hv_sub_trouble *troubles = NULL;
    struct hv_rotate_ctx ctx;
    struct hv_error why = { 0 };
    size_t len = 0;
    enum hv_status st = hv_session_rotate_ctx(cmd->session, &ctx, &why);

    if (!st)
        st = hv_sub_troubles(&ctx, &troubles, &len, &why);
    if (st)
        hv_session_warn(cmd->session, "the platform was not asked: %s",
                        why.why);
    for (size_t i = 0; !st && i < len; i++)
        trouble_tell(hv_out_item(cmd->out), &troubles[i]);
    free(troubles);
    return st ? 0 : len;
}

enum hv_status
cmd_key_doctor(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_key_finding *findings = NULL;
    struct hv_keystore *ks;
    size_t len = 0, more;
    enum hv_status st = hv_session_keystore(cmd->session, &ks, err);

    if (st)
        return st;
    len = hv_keyring_doctor(hv_keystore_ring(ks), NULL, hv_clock_now_ms(),
                            &findings);
    for (size_t i = 0; i < len; i++)
        finding_tell(hv_out_item(cmd->out), &findings[i]);
    free(findings);
    more = tell_platform(cmd);
    return len + more ? HV_ERR_FINDINGS : HV_OK;
}
