/*
 * shell_flow.c - see shell_flow.h. Pure but for the nonces.
 */
#include "sandbox/shell_flow.h"

#include "hvconsole/codec.h"
#include "hvconsole/secret.h"

#include <openssl/crypto.h>
#include <string.h>

void
sb_flow_end(struct sb_flows *flows, struct sb_flow *flow)
{
    size_t index = (size_t)(flow - flows->list);

    sb_params_release(&flow->params);
    memmove(flow, flow + 1, (flows->count - index - 1) * sizeof(*flow));
    flows->count--;
}

struct sb_flow *
sb_flow_new(struct sb_flows *flows, const struct sb_target *target,
            struct sb_params *params, int64_t real_ms)
{
    uint8_t random[(SB_NONCE_TEXT - 1) / 2];
    struct sb_flow *flow;

    if (flows->count == SB_MAX_FLOWS)
        sb_flow_end(flows, &flows->list[0]);
    flow = &flows->list[flows->count++];
    *flow = (struct sb_flow){
        .made_ms = real_ms,
        .target = target,
        .params = sb_params_take(params),
    };
    hv_random(random, sizeof(random));
    hv_hex_encode(random, sizeof(random), flow->nonce);
    return flow;
}

struct sb_flow *
sb_flow_find(struct sb_flows *flows, const char *nonce, int64_t real_ms)
{
    if (strlen(nonce) != SB_NONCE_TEXT - 1)
        return NULL;
    for (size_t i = 0; i < flows->count; i++) {
        struct sb_flow *flow = &flows->list[i];

        if (CRYPTO_memcmp(flow->nonce, nonce, SB_NONCE_TEXT - 1) == 0)
            return real_ms - flow->made_ms < SB_FLOW_LIFE_MS ? flow : NULL;
    }
    return NULL;
}

void
sb_flows_release(struct sb_flows *flows)
{
    for (size_t i = 0; i < flows->count; i++)
        sb_params_release(&flows->list[i].params);
    flows->count = 0;
}
