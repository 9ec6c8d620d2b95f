/*
 * lint.h - what the linters of profiles and of subscriptions share: who could
 * be reached under a URL. Inside core/sub only.
 */
#ifndef CORE_SUB_LINT_H
#define CORE_SUB_LINT_H

#include "core/sub/url.h"

/** hv_url_why_not_public() - why a platform on the internet cannot send
 *  anything there, as far as the text of the URL tells: a phrase; NULL when
 *  nothing speaks against it. Names are not resolved. */
const char *hv_url_why_not_public(const struct hv_url *url);
/** hv_url_has_hidden_structure() - escaped slashes, dots or backslashes in the
 *  path: nothing counts as lying under such a root. */
bool hv_url_has_hidden_structure(const struct hv_url *url);

#endif
