/*
 * fuzz_token.c - any bytes as what a person pastes. A token that is found has
 * no byte that could break the header it goes into; else nothing is kept.
 */
#include "hvconsole/token.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_started;
    struct hv_secret text = { 0 };
    struct hv_token_paste paste;
    bool is_locked;

    if (!is_started && hv_secret_start(&is_locked, NULL))
        abort();
    is_started = true;
    if (size > HV_TOKEN_TEXT || hv_secret_copy(&text, data, size, NULL))
        return 0;
    if (hv_token_read(&text, &paste, NULL) == HV_OK) {
        for (size_t i = 0; i < paste.token.len; i++)
            if (paste.token.data[i] <= ' ' || paste.token.data[i] >= 0x7f ||
                strchr("<>&\"'", paste.token.data[i]))
                abort();
        if (paste.life_s < 0 || strlen(paste.actionqs) >= HV_ACTIONQS)
            abort();
        hv_token_paste_release(&paste);
    } else if (paste.token.data) {
        abort();
    }
    hv_secret_release(&text);
    return 0;
}
