/*
 * modes.c - the table of test messages: what each one is, and whether it must
 * be believed. Pure.
 */
#include "hvconsole/send.h"

#include <string.h>

static const struct hv_test_mode modes[] = {
    { "normal", HV_TEST_GENUINE, HV_TEST_PLAIN,
      "a notification under the current key" },
    { "old", HV_TEST_GENUINE, HV_TEST_OLD_KEY,
      "a notification under an accepted older key" },
    { "mixed", HV_TEST_GENUINE, HV_TEST_MIXED,
      "notifications of two subscriptions in one POST" },
    { "many", HV_TEST_GENUINE, HV_TEST_MANY, "200 notifications in one POST" },
    { "twice", HV_TEST_GENUINE, HV_TEST_TWICE, "the same message twice" },
    { "lower-case", HV_TEST_GENUINE, HV_TEST_LOWER_CASE,
      "the scheme of the header in lower case" },
    { "bom", HV_TEST_GENUINE, HV_TEST_BOM,
      "a byte order mark before the document" },
    { "bad-xml", HV_TEST_ODD, HV_TEST_BAD_XML,
      "well signed, but the XML breaks off" },
    { "bad-hmac", HV_TEST_FORGED, HV_TEST_BAD_HMAC,
      "signed with a key that nobody has" },
    { "bad-version", HV_TEST_FORGED, HV_TEST_BAD_VERSION,
      "a key version that was never registered" },
    { "malformed", HV_TEST_FORGED, HV_TEST_BAD_HEADER,
      "an Authorization header without its last part" },
    { "missing", HV_TEST_FORGED, HV_TEST_NO_HEADER,
      "no Authorization header at all" },
    { 0 },
};

const struct hv_test_mode *
hv_test_modes(void)
{
    return modes;
}

const struct hv_test_mode *
hv_test_mode_find(const char *word)
{
    for (const struct hv_test_mode *mode = modes; mode->word; mode++) {
        if (strcmp(mode->word, word) == 0)
            return mode;
    }
    return NULL;
}
