/*
 * cmd_listen.c - `listen` and `listen stop`. Called through the table. What the
 * listener does is core's; here it gets its flags, its keys and its signals.
 */
#include "tui/command/nouns/listen.h"
#include "tui/command/serve.h"

#include "hvconsole/handon.h"
#include "hvconsole/listener.h"

#include <stdlib.h>
#include <string.h>

static bool
is_loopback(const char *addr)
{
    return strncmp(addr, "127.", 4) == 0 || strncmp(addr, "[::1]", 5) == 0 ||
           strncmp(addr, "localhost:", 10) == 0;
}

/* "64k", "1m", or bytes. */
static enum hv_status
read_size(const char *text, size_t *out, struct hv_error *err)
{
    char *end;
    unsigned long long size = strtoull(text, &end, 10);
    size_t unit = 1;

    if (strcasecmp(end, "k") == 0)
        unit = 1024;
    else if (strcasecmp(end, "m") == 0)
        unit = 1024 * 1024;
    if (text[0] < '1' || text[0] > '9' || (*end && unit == 1) ||
        size > HV_MAX_NOTIFY_BODY_CONFIG / unit)
        return hv_fail(err, HV_ERR_USAGE,
                       "--max-body wants a size up to %dk, not '%s'",
                       HV_MAX_NOTIFY_BODY_CONFIG / 1024, text);
    *out = (size_t)size * unit;
    return HV_OK;
}

static enum hv_status
read_tls(struct hv_cmd *cmd, struct hv_listener_config *config,
         struct hv_error *err)
{
    int ways;

    config->cert_file = hv_cmd_text(cmd, "--cert");
    config->key_file = hv_cmd_text(cmd, "--key");
    config->is_self_signed = hv_cmd_has(cmd, "--self-signed");
    config->is_plain = hv_cmd_has(cmd, "--plain");
    if (!config->cert_file != !config->key_file)
        return hv_fail(err, HV_ERR_USAGE, "--cert and --key belong together");
    ways =
        (config->cert_file != NULL) + config->is_self_signed + config->is_plain;
    if (ways > 1)
        return hv_fail(err, HV_ERR_USAGE,
                       "--cert, --self-signed and --plain exclude each other");
    if (!ways && is_loopback(config->addr)) {
        config->is_self_signed = true;
    } else if (!ways && strchr(config->addr, ':')) { /* else it is no address */
        hv_fail(err, HV_ERR_USAGE,
                "%s is not loopback, so the listener needs a certificate",
                config->addr);
        hv_hint(err, "give --cert FILE --key FILE, or --self-signed");
        return HV_ERR_USAGE;
    }
    return HV_OK;
}

static enum hv_status
read_numbers(struct hv_cmd *cmd, struct hv_listener_config *config,
             struct hv_error *err)
{
    const char *size = hv_cmd_text(cmd, "--max-body");
    int64_t workers = 1, connections = 0, per_address = 0;
    enum hv_status st = HV_OK;

    if (size)
        st = read_size(size, &config->max_body, err);
    if (!st)
        st = hv_cmd_int(cmd, "--workers", 1, 16, 1, &workers, err);
    if (!st)
        st = hv_cmd_int(cmd, "--max-connections", 1, 65535, 0, &connections,
                        err);
    if (!st)
        st = hv_cmd_int(cmd, "--max-per-address", 1, 65535, 0, &per_address,
                        err);
    config->workers = (int)workers;
    config->max_connections = (size_t)connections;
    config->max_per_address = (size_t)per_address;
    config->count_loopback = hv_cmd_has(cmd, "--count-loopback");
    return st;
}

static enum hv_status
read_handon(struct hv_cmd *cmd, struct hv_listener_config *config,
            struct hv_error *err)
{
    config->handon = (struct hv_handon_way){
        .forward = hv_cmd_text(cmd, "--forward"),
        .exec = hv_cmd_text(cmd, "--exec"),
        .sink = hv_cmd_text(cmd, "--sink"),
        .sink_creds = hv_cmd_text(cmd, "--sink-creds"),
    };
    return hv_handon_check(&config->handon, err);
}

static enum hv_status
read_flags(struct hv_cmd *cmd, struct hv_listener_config *config,
           struct hv_error *err)
{
    const char *addr = hv_cmd_text(cmd, "--addr");
    const char *path = hv_cmd_text(cmd, "--path");
    const char *bad_hmac = hv_cmd_text(cmd, "--bad-hmac-response");
    enum hv_status st;

    config->addr = addr ? addr : "127.0.0.1:8443";
    config->path_prefix = path ? path : "";
    config->store = cmd->session->globals.store;
    if (path && path[0] != '/')
        return hv_fail(err, HV_ERR_USAGE, "--path begins with /, not '%s'",
                       path);
    if (bad_hmac && strcmp(bad_hmac, "200") && strcmp(bad_hmac, "401"))
        return hv_fail(err, HV_ERR_USAGE,
                       "--bad-hmac-response is 401 or 200, not '%s'", bad_hmac);
    config->bad_hmac_200 = bad_hmac && strcmp(bad_hmac, "200") == 0;
    config->is_fenced = true;
    st = read_tls(cmd, config, err);
    if (!st)
        st = read_numbers(cmd, config, err);
    if (!st)
        st = read_handon(cmd, config, err);
    return st;
}

/* Keys in memory that may be written to swap are no secret for long. */
static enum hv_status
check_memory(struct hv_cmd *cmd, struct hv_error *err)
{
    if (hv_secret_is_locked() || hv_cmd_has(cmd, "--allow-unlocked-memory"))
        return HV_OK;
    hv_fail(err, HV_ERR_FAILED,
            "the memory for keys cannot be locked: RLIMIT_MEMLOCK is too low");
    hv_hint(err, "raise it (LimitMEMLOCK=4M, ulimit -l 4096), or give "
                 "--allow-unlocked-memory");
    return HV_ERR_FAILED;
}

struct listening {
    struct hv_listener *listener;
    struct hv_loop *loop;
    struct hv_cmd *cmd;
};

static void
stopped(void *arg)
{
    hv_loop_stop(((struct listening *)arg)->loop);
}

static void
stop(void *arg)
{
    struct listening *state = arg;

    hv_cmd_talk(state->cmd, "finishing what has arrived");
    hv_listener_stop(state->listener, stopped, state);
}

static void
reload(void *arg)
{
    struct listening *state = arg;
    struct hv_error err = { 0 };

    if (hv_listener_reload(state->listener, &err))
        hv_cmd_talk(state->cmd, "the old certificate stays: %s", err.why);
    else
        hv_cmd_talk(state->cmd, "certificate read again");
}

static enum hv_status
serve(struct hv_cmd *cmd, const struct hv_listener_config *config, int ready_fd,
      struct hv_error *err)
{
    struct listening state = { .loop = cmd->session->loop, .cmd = cmd };
    struct serve serve = { cmd, ready_fd, stop, reload, &state, false };
    struct hv_keystore *ks;
    enum hv_status st = hv_session_take_keystore(cmd->session, &ks, err);

    if (st)
        return st;
    hv_keystore_narrow(ks);
    st =
        hv_listener_start(cmd->session->loop, config, ks, &state.listener, err);
    if (st)
        return st;
    hv_cmd_talk(cmd, "access to files is confined: %s",
                hv_listener_fence(state.listener));
    st = serve_run(&serve, hv_listener_url(state.listener), err);
    hv_listener_free(state.listener);
    return st;
}

enum hv_status
cmd_listen(struct hv_cmd *cmd, struct hv_error *err)
{
    struct hv_listener_config config = { 0 };
    int ready_fd = -1;
    enum hv_status st = read_flags(cmd, &config, err);

    if (!st)
        st = serve_ready_fd(cmd, &ready_fd, err);
    if (!st)
        st = serve_check_free(cmd, "listener", err);
    if (!st && hv_cmd_is_dry(cmd)) {
        hv_node_text(hv_out_top(cmd->out), "listening", config.addr);
        cmd_dry(cmd, hv_out_top(cmd->out));
        return HV_OK;
    }
    if (!st)
        st = check_memory(cmd, err);
    if (!st && hv_cmd_has(cmd, "--detach"))
        return serve_detached(cmd, "listener", ready_fd, true, err);
    if (!st)
        st = serve(cmd, &config, ready_fd, err);
    return st;
}

enum hv_status
cmd_listen_stop(struct hv_cmd *cmd, struct hv_error *err)
{
    return serve_stop_other(cmd, "listener", err);
}
