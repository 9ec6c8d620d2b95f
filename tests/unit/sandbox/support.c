/*
 * support.c - see support.h. Signs with OpenSSL directly, so that an error in
 * the sandbox's own signing cannot hide.
 */
#include "support.h"

#include "hvconsole/clock.h"
#include "hvconsole/codec.h"
#include "hvconsole/file.h"
#include "hvconsole/names.h"

#include <criterion/criterion.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

char *
t_read(const char *name)
{
    struct hv_buf buf = { 0 };
    char path[1024];

    cr_assert_eq(hv_path_join(path, sizeof(path), HV_FIXTURES "/sandbox", name),
                 HV_OK);
    cr_assert_eq(hv_file_read(path, 1 << 20, &buf, NULL), HV_OK, "%s", path);
    return (char *)buf.data;
}

static void
add_line(struct t_case *c, char *line)
{
    char *blank = strchr(line, ' ');

    cr_assert(c->count < HV_LEN(c->pairs));
    if (blank)
        *blank = '\0';
    c->pairs[c->count++] = (struct t_pair){
        .key = line,
        .value = blank ? blank + 1 : line + strlen(line),
    };
}

void
t_file_load(struct t_file *file, const char *name)
{
    struct t_case *c = &file->head;
    char *line;
    char *rest;

    *file = (struct t_file){ .text = t_read(name) };
    rest = file->text;
    while ((line = strsep(&rest, "\n"))) {
        if (line[0] == '#')
            continue;
        if (line[0] == '\0') {
            file->cases = hv_realloc_array(file->cases, file->count + 1,
                                           sizeof(*file->cases));
            c = &file->cases[file->count++];
            *c = (struct t_case){ 0 };
            continue;
        }
        add_line(c, line);
    }
    while (file->count > 0 && file->cases[file->count - 1].count == 0)
        file->count--;
    cr_assert(file->count > 0);
}

void
t_file_release(struct t_file *file)
{
    free(file->cases);
    free(file->text);
    *file = (struct t_file){ 0 };
}

const char *
t_get(const struct t_case *c, const char *key)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->pairs[i].key, key) == 0)
            return c->pairs[i].value;
    cr_assert(false, "the case has no %s", key);
    return "";
}

size_t
t_decode(const struct t_case *c, const char *key, uint8_t *out, size_t size)
{
    const char *text = t_get(c, key);
    size_t len = 0;

    cr_assert_eq(hv_base64_decode(text, strlen(text), out, size, &len), HV_OK);
    return len;
}

void
t_start(void)
{
    cr_assert_eq(hv_secret_start(NULL, NULL), HV_OK);
}

void
t_world_init(struct t_world *world)
{
    struct hv_secret secret = { 0 };

    *world = (struct t_world){ 0 };
    sb_platform_init(&world->p, 7);
    world->app = world->p.apps[0].id;
    for (size_t i = 0; i < sizeof(world->secret); i++)
        world->secret[i] = (uint8_t)(i * 7 + 1);
    cr_assert_eq(
        hv_secret_copy(&secret, world->secret, sizeof(world->secret), NULL),
        HV_OK);
    sb_session_add(&world->p, T_TOKEN, &world->app, SB_SHA256, &secret,
                   T_NOW_MS + SB_TOKEN_LIFE_MS);
}

void
t_world_release(struct t_world *world)
{
    sb_platform_release(&world->p);
}

static void
add_digest(struct hv_buf *out, const char *element, const char *alg,
           const uint8_t *data, size_t len, bool is_bad)
{
    char text[HV_BASE64_SIZE(EVP_MAX_MD_SIZE)];

    hv_base64_encode(data, len, text);
    if (is_bad)
        text[0] = text[0] == 'A' ? 'B' : 'A';
    hv_buf_addf(out, "<%s algName=\"%s\">%s</%s>", element, alg, text, element);
}

static void
write_session(const struct t_request *r, struct hv_buf *out)
{
    hv_buf_addf(out, "<auth-session><auth-token>%s</auth-token>",
                r->token ? r->token : T_TOKEN);
    if (r->user_token)
        hv_buf_addf(out, "<user-auth-token>%s</user-auth-token>",
                    r->user_token);
    if (r->person)
        hv_buf_addf(out,
                    "<offline-person-info><offline-person-id>%s"
                    "</offline-person-id></offline-person-info>",
                    r->person);
    hv_buf_add_str(out, "</auth-session>");
}

static void
write_header(const struct t_request *r, struct hv_buf *out)
{
    char when[HV_TIME_TEXT];

    hv_time_format(r->sent_ms ? r->sent_ms : T_NOW_MS, when);
    hv_buf_addf(out,
                "<header><method>%s</method><method-version>%d"
                "</method-version>%s",
                r->method, r->version, r->header ? r->header : "");
    if (r->app_id)
        hv_buf_addf(out, "<app-id>%s</app-id>", r->app_id);
    else
        write_session(r, out);
    hv_buf_add_str(out, "<language>en</language><country>US</country>");
    if (r->xsl)
        hv_buf_addf(out, "<final-xsl>%s</final-xsl>", r->xsl);
    hv_buf_addf(out,
                "<msg-time>%s</msg-time><msg-ttl>%d</msg-ttl>"
                "<version>test</version>",
                when, r->ttl_s ? r->ttl_s : 1800);
    if (!r->no_hash && !r->app_id) {
        const EVP_MD *md = r->use_sha1 ? EVP_sha1() : EVP_sha256();
        uint8_t digest[EVP_MAX_MD_SIZE];
        unsigned len = 0;

        EVP_Digest(r->info, strlen(r->info), digest, &len, md, NULL);
        hv_buf_add_str(out, "<info-hash>");
        add_digest(out, "hash-data", r->use_sha1 ? "SHA1" : "SHA256", digest,
                   len, r->bad_hash);
        hv_buf_add_str(out, "</info-hash>");
    }
    hv_buf_add_str(out, "</header>");
}

void
t_write(const struct t_world *world, const struct t_request *r,
        struct hv_buf *out)
{
    struct hv_buf header = { 0 };
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    write_header(r, &header);
    HMAC(r->use_sha1 ? EVP_sha1() : EVP_sha256(), world->secret,
         sizeof(world->secret), header.data, header.len, mac, &len);
    hv_buf_add_str(out, "<q:request xmlns:q=\"" HV_NS_REQUEST "\">");
    if (!r->no_auth && !r->app_id) {
        hv_buf_add_str(out, "<auth>");
        add_digest(out, "hmac-data", r->use_sha1 ? "HMACSHA1" : "HMACSHA256",
                   mac, len, r->bad_mac);
        hv_buf_add_str(out, "</auth>");
    }
    hv_buf_add_bytes(out, hv_buf_bytes(&header));
    hv_buf_add_str(out, r->info);
    hv_buf_add_str(out, "</q:request>");
    hv_buf_release(&header);
}

int
t_call_bytes(struct t_world *world, struct hv_bytes body, char **text)
{
    struct sb_answer answer = { 0 };
    struct sb_document document = { 0 };
    struct hv_bytes whole;
    const char *code;
    const char *token;
    char *copy;
    int number;

    sb_platform_call(&world->p, body,
                     (struct sb_now){ T_NOW_MS + world->ahead_ms, T_NOW_MS },
                     &answer, NULL);
    token = strstr(hv_buf_str(&answer.info), ">ASAAA");
    cr_assert(!token || token[6] == '<', "a token in ordinary memory");
    cr_assert_eq(sb_answer_write(&answer, &document, NULL), HV_OK);
    whole = sb_document_bytes(&document);
    copy = strndup((const char *)whole.data, whole.len);
    code = strstr(copy, "<code>");
    cr_assert_not_null(code, "%s", copy);
    number = atoi(code + 6);
    cr_assert_eq(number, answer.code);
    cr_assert((number == 0) == !strstr(copy, "<error><message>"), "%s", copy);
    cr_assert_eq(strncmp(copy, "<response><status><code>", 24), 0, "%s", copy);
    cr_assert(!strstr(copy, "<wc:info") ||
                  strstr(copy, "</status><wc:info xmlns:wc=\"urn:com.microsoft"
                               ".wc.methods.response."),
              "%s", copy);
    if (text)
        *text = copy;
    else
        free(copy);
    sb_document_release(&document);
    sb_answer_release(&answer);
    return number;
}

int
t_call(struct t_world *world, const struct t_request *request, char **text)
{
    struct hv_buf body = { 0 };
    int code;

    t_write(world, request, &body);
    code = t_call_bytes(world, hv_buf_bytes(&body), text);
    hv_buf_release(&body);
    return code;
}

char *
t_subscription(const struct t_sub *sub)
{
    /* 64 bytes of zero */
    static const char key[] =
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AAAAAAAAAAAAAAAA==";
    struct hv_buf out = { 0 };

    hv_buf_add_str(&out, "<info><subscription><common>");
    if (sub->id)
        hv_buf_addf(&out, "<id>%s</id>", sub->id);
    hv_buf_addf(&out,
                "<notification-authentication-info><hv-eventing-shared-key>"
                "<notification-key>%s</notification-key>"
                "<notification-key-version-id>%s</notification-key-version-id>"
                "</hv-eventing-shared-key></notification-authentication-info>"
                "<notification-channel><http-notification-channel><url>%s"
                "</url></http-notification-channel></notification-channel>"
                "</common><record-item-changed-event><filters><filter>"
                "<type-ids>",
                sub->key ? sub->key : key, sub->version ? sub->version : "v1",
                sub->url ? sub->url : "https://app.example.org/hv/notify");
    for (size_t i = 0; i < HV_LEN(sub->types) && sub->types[i]; i++)
        hv_buf_addf(&out, "<type-id>%s</type-id>", sub->types[i]);
    if (!sub->types[0])
        hv_buf_add_str(&out, "<type-id>" T_BP "</type-id>");
    hv_buf_add_str(&out, "</type-ids></filter></filters>"
                         "</record-item-changed-event></subscription></info>");
    return (char *)out.data;
}

void
t_subscribe(struct t_world *world, const struct t_sub *sub,
            char id[HV_GUID_TEXT])
{
    char *info = t_subscription(sub);
    struct t_request r = { .method = "SubscribeToEvent",
                           .version = 1,
                           .info = info };
    char *text = NULL;
    const char *found;

    cr_assert_eq(t_call(world, &r, &text), 0, "%s", text);
    found = strstr(text, "<subscription-id>");
    cr_assert_not_null(found);
    snprintf(id, HV_GUID_TEXT, "%.36s", found + strlen("<subscription-id>"));
    free(text);
    free(info);
}
