/*
 * modes.c - the table of test messages: what each one is, and whether it must
 * be believed. Pure.
 */
#include "hvconsole/send.h"

#include <string.h>

static const struct hv_test_mode modes[] = {
    { "normal", HV_TEST_GENUINE, HV_TEST_PLAIN,
      "a notification under the current key",
      "it is what the platform sends every day",
      "store the message, answer 200, work afterwards" },
    { "old", HV_TEST_GENUINE, HV_TEST_OLD_KEY,
      "a notification under an accepted older key",
      "after a rotation the platform may sign with the older key for days",
      "keep the older keys: choose the key by the version that the header names" },
    { "mixed", HV_TEST_GENUINE, HV_TEST_MIXED,
      "notifications of two subscriptions in one POST",
      "the platform may batch notifications of several subscriptions to one URL",
      "look up each inner subscription-id; authenticate once, by the header" },
    { "many", HV_TEST_GENUINE, HV_TEST_MANY, "200 notifications in one POST",
      "the platform batches what happens close in time",
      "raise the limit of the body; answer before the work is done" },
    { "twice", HV_TEST_GENUINE, HV_TEST_TWICE, "the same message twice",
      "whatever was not answered 200 comes again, byte for byte",
      "do it once, answer 200 each time: repeats are normal" },
    { "lower-case", HV_TEST_GENUINE, HV_TEST_LOWER_CASE,
      "the scheme of the header in lower case",
      "names of schemes are compared without case",
      "compare the scheme without case" },
    { "bom", HV_TEST_GENUINE, HV_TEST_BOM,
      "a byte order mark before the document",
      "a byte order mark is part of the bytes that were signed",
      "sign over the bytes as they came, then let the XML parser skip the mark" },
    { "bad-xml", HV_TEST_ODD, HV_TEST_BAD_XML,
      "well signed, but the XML breaks off",
      "no platform sends it, so any answer will do that is not a crash",
      "verify first, then parse; what cannot be parsed is kept and answered" },
    { "bad-hmac", HV_TEST_FORGED, HV_TEST_BAD_HMAC,
      "signed with a key that nobody has",
      "whoever does not have the key is not the platform",
      "compute HMAC-SHA256 over the exact bytes and compare it in constant time" },
    { "bad-version", HV_TEST_FORGED, HV_TEST_BAD_VERSION,
      "a key version that was never registered",
      "nobody registered such a key, so nobody can have signed with it",
      "refuse what names a key that is not known; never fall back to another" },
    { "malformed", HV_TEST_FORGED, HV_TEST_BAD_HEADER,
      "an Authorization header without its last part",
      "without its three parts the header authenticates nobody",
      "refuse what is not 'scheme subscription:version:mac'" },
    { "missing", HV_TEST_FORGED, HV_TEST_NO_HEADER,
      "no Authorization header at all",
      "without a header anybody may have sent it",
      "refuse a POST without an Authorization header" },
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
