/*
 * fuzz_config.c - the config file. What is read and written once is read and
 * written the same ever after; the rules of a profile never crash.
 */
#include "hvconsole/profile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
write_again(struct hv_bytes text, struct hv_buf *out)
{
    struct hv_config config = { 0 };

    if (hv_config_parse(text, "f", &config, NULL))
        abort();
    hv_config_write(&config, out);
    hv_config_release(&config);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hv_bytes text = { data, size };
    struct hv_config config = { 0 };
    struct hv_error err = { 0 };
    struct hv_buf first = { 0 };
    struct hv_buf second = { 0 };

    if (size > 65536)
        return 0;
    if (hv_config_parse(text, "f", &config, &err)) {
        if (!err.why[0])
            abort();
        return 0;
    }
    for (size_t i = 0; i < config.len; i++)
        (void)!hv_profile_check(&config.profiles[i], NULL);
    hv_config_write(&config, &first);
    write_again(hv_buf_bytes(&first), &second);
    if (!hv_bytes_equal(hv_buf_bytes(&first), hv_buf_bytes(&second)))
        abort();
    hv_buf_release(&first);
    hv_buf_release(&second);
    hv_config_release(&config);
    return 0;
}
