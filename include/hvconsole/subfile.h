/*
 * subfile.h - subscriptions as a text file that people edit and keep under
 * version control, and what it takes to make the platform so. Pure. No keys.
 *
 * The file:
 *   [subscription ID]        of one that exists
 *   [subscription]           one that may have to be made
 *   url = https://host/path
 *   types = Weight, Height   each such line is a filter of its own
 * `#` starts a comment line. Types are given by name or id.
 */
#ifndef HVCONSOLE_SUBFILE_H
#define HVCONSOLE_SUBFILE_H

#include "hvconsole/sub.h"

#define HV_MAX_SUBFILE (1024 * 1024)

/** hv_subfile_write() - append one subscription. */
void hv_subfile_write(const struct hv_sub *sub, struct hv_buf *out);
/** hv_subfile_parse() - HV_ERR_FORMAT names file, line and what is wrong.
 *  Whether the platform would take them is hv_sub_check()'s matter. */
HV_MUST_CHECK enum hv_status hv_subfile_parse(struct hv_bytes text,
                                              const char *path,
                                              struct hv_sub_list *out,
                                              struct hv_error *err);

enum hv_sub_act {
    HV_SUB_SAME,
    HV_SUB_CREATE, /* wanted, and not there */
    HV_SUB_UPDATE, /* there, with another URL or other filters */
    HV_SUB_EXTRA,  /* there, and not in the file */
};
const char *hv_sub_act_word(enum hv_sub_act act); /* "create" ... */

struct hv_sub_step {
    enum hv_sub_act act;
    const struct hv_sub *want; /* borrowed; NULL of EXTRA */
    const struct hv_sub *have; /* borrowed; NULL of CREATE */
};
/**
 * hv_sub_plan() - what makes @have into @want, in the order of the file, then
 * what is extra. One without an id, or whose id is not there, is the same as an
 * equal one that no other line of the file names: so a file can be applied
 * twice, and what was deleted can be made again.
 * @out: a new array, free() it; NULL when both are empty. Gives its length.
 */
size_t hv_sub_plan(const struct hv_sub_list *want,
                   const struct hv_sub_list *have, struct hv_sub_step **out);

#endif
