/*
 * test_quirks.c - requests as real libraries write them, and every quirk by
 * itself: taken byte for byte as they were signed; with one byte changed or
 * added in header or info they are not.
 */
#include "quirk_write.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------- whole libraries -- */

/* auth: only where it is not as everywhere. */
static const char *
auth_of(const struct t_case *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->pairs[i].key, "auth") == 0)
            return c->pairs[i].value;
    return NULL;
}

static struct q_parts
parts_of(const struct t_case *c)
{
    return (struct q_parts){
        .lead = t_get(c, "lead"),
        .auth = auth_of(c),
        .open = t_get(c, "open"),
        .middle = t_get(c, "middle"),
        .header = t_get(c, "header"),
        .info = t_get(c, "info"),
        .now = t_get(c, "now"),
        .hash = t_get(c, "hash"),
        .hmac = t_get(c, "hmac"),
        .is_wrapped = strcmp(t_get(c, "wrap"), "yes") == 0,
    };
}

Test(quirks, requests_of_real_libraries_pass, .init = t_start)
{
    struct t_file file;
    struct q_world world;

    t_file_load(&file, "envelopes.txt");
    cr_assert_geq(file.count, 17);
    q_world_init(&world);
    for (size_t i = 0; i < file.count; i++) {
        struct q_parts parts = parts_of(&file.cases[i]);
        struct q_written w;
        char *text = NULL;

        q_write(&world, &parts, &w);
        cr_expect_eq(q_send(&world, &w, &text), 0, "%s: %s\n%s",
                     t_get(&file.cases[i], "case"), text, hv_buf_str(&w.body));
        hv_buf_release(&w.body);
        free(text);
    }
    q_world_release(&world);
    t_file_release(&file);
}

/* Every byte of header and info, one after the other. What is no longer an
 * envelope is 3, another method 5, another token 8: nothing passes, and where
 * the document stays one that we know, it is 4. */
Test(quirks, with_one_byte_changed_they_do_not, .init = t_start)
{
    struct t_file file;
    struct q_world world;
    size_t changed = 0;
    size_t bad_mac = 0;

    t_file_load(&file, "envelopes.txt");
    q_world_init(&world);
    for (size_t i = 0; i < file.count; i++) {
        struct q_parts parts = parts_of(&file.cases[i]);
        struct q_written w;

        q_write(&world, &parts, &w);
        for (size_t at = w.header; at < w.info_end; at++) {
            uint8_t was = w.body.data[at];
            int code;

            if (at >= w.header_end && at < w.info)
                continue; /* between the two nothing is signed */
            w.body.data[at] = was ^ 1;
            code = q_send(&world, &w, NULL);
            w.body.data[at] = was;
            changed++;
            bad_mac += code == 4;
            cr_expect(code == 3 || code == 4 || code == 5 || code == 8,
                      "%s: %d for byte %zu, %c", t_get(&file.cases[i], "case"),
                      code, at, was);
        }
        hv_buf_release(&w.body);
    }
    printf("%zu libraries, %zu changed bytes, %zu of them told as 4\n",
           file.count, changed, bad_mac);
    cr_expect_gt(bad_mac, changed / 4);
    q_world_release(&world);
    t_file_release(&file);
}

/* ------------------------------------------------------ quirk by quirk -- */

#define NS   "=\"urn:com.microsoft.wc.request\""
#define USER "<user-auth-token>{USER}</user-auth-token>"
#define PERSON                                                                 \
    "<offline-person-info><offline-person-id>{PERSON}</offline-person-id>"     \
    "</offline-person-info>"
#define RECORD "<record-id>{RECORD}</record-id>"
#define SUBS   "<method>GetEventSubscriptions</method>"
#define INFO   "<method>GetPersonInfo</method>"
#define PUT    "<method>PutThings</method>"

/* What is NULL is as everybody does it. */
static const struct quirk {
    const char *name;
    const char *lead, *open, *auth, *middle;
    const char *start;   /* start tag of header */
    const char *method;  /* elements, as are the next four */
    const char *version; /* method-version */
    const char *record;
    const char *who; /* inside auth-session, behind auth-token */
    const char *culture;
    const char *ttl, *label, *now, *hash, *hmac, *info;
    bool is_wrapped;
} quirks[] = {
    { .name = "nothing odd" },
    { .name = "SHA-1 and HMAC-SHA-1", .hash = "SHA1", .hmac = "HMACSHA1" },
    { .name = "SHA-1 and HMAC-SHA-256", .hash = "SHA1" },
    { .name = "SHA-256 and HMAC-SHA-1", .hmac = "HMACSHA1" },
    { .name = "names of algorithms as Java has them",
      .hash = "Sha256",
      .hmac = "HmacSHA256" },
    { .name = "base64 in lines", .is_wrapped = true },

    { .name = "a declaration",
      .lead = "<?xml version=\"1.0\" encoding=\"utf-8\"?>" },
    { .name = "a declaration without encoding",
      .lead = "<?xml version=\"1.0\"?>\\n" },
    { .name = "a declaration in single quotes",
      .lead = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\\r\\n" },
    { .name = "blanks before the root", .lead = "\\n    " },
    { .name = "a comment before the root", .lead = "<!-- <header> -->" },
    { .name = "an instruction before the root",
      .lead = "<?app a=\"</header>\"?>" },
    { .name = "another prefix", .open = "<ns2:request xmlns:ns2" NS ">" },
    { .name = "single quotes",
      .open = "<wc:request xmlns:wc='urn:com.microsoft.wc.request'>" },
    { .name = "no prefix",
      .open = "<request xmlns" NS ">",
      .auth = "<auth xmlns=\"\">",
      .start = "<header xmlns=\"\">",
      .info = "<info xmlns=\"\"></info>" },
    { .name = "more namespaces",
      .open = "<wc-request:request xmlns:xsi=\"http://www.w3.org/2001/"
              "XMLSchema-instance\" xmlns:wc-request" NS
              " xsi:schemaLocation=\"urn:x y.xsd\">" },
    { .name = "types on elements",
      .open = "<wc-request:request xmlns:xsi=\"http://www.w3.org/2001/"
              "XMLSchema-instance\" xmlns:wc-request" NS ">",
      .ttl = "<msg-ttl xsi:type=\"xsd:int\">1800</msg-ttl>" },
    { .name = "line ends between the parts", .middle = "\\n" },
    { .name = "Windows line ends and tabs", .middle = "\\r\\n\\t" },
    { .name = "comments between the parts",
      .middle = "<!-- </header></info> -->" },

    { .name = "no method-version", .version = "" },
    { .name = "a method-version with blanks",
      .version = "<method-version> 1\\n</method-version>" },
    { .name = "the invariant language", .culture = "<language>iv</language>" },
    { .name = "no country", .culture = "<language>en</language>" },
    { .name = "no language", .culture = "<country>US</country>" },
    { .name = "a culture-code",
      .culture = "<culture-code>en-GB</culture-code>" },
    { .name = "a long culture-code",
      .culture = "<culture-code>zh-Hans-CN</culture-code>" },
    { .name = "no culture at all", .culture = "" },
    { .name = "fifty hours to live", .ttl = "<msg-ttl>180000</msg-ttl>" },
    { .name = "ten hours to live", .ttl = "<msg-ttl>36000</msg-ttl>" },
    { .name = "a moment to live", .ttl = "<msg-ttl>0</msg-ttl>" },
    { .name = "a long label",
      .label = "HealthVault .NET Standard SDK 2.66.1013.1 (net461; Microsoft "
               "Windows NT 6.2.9200.0); app 1.0.0.0 (a very long name of an "
               "application that was built on a Friday afternoon)" },
    { .name = "a label that is not ASCII",
      .label = "H\xc3\xa9r\xc3\xa9 &#x2764; 1" },
    { .name = "a person besides",
      .record = "<target-person-id>{PERSON}</target-person-id>" },
    { .name = "blanks round ids",
      .record = "<record-id>\\n  {RECORD}\\n  </record-id>" },
    { .name = "blanks in the start tag", .start = "<header  >" },
    { .name = "CDATA",
      .method = "<method><![CDATA[GetEventSubscriptions]]></method>" },
    { .name = "a comment in an element",
      .method = "<method>GetEvent<!-- s -->Subscriptions</method>" },

    { .name = "eventing, the token alone", .method = SUBS },
    { .name = "eventing, an offline person", .method = SUBS, .who = PERSON },
    { .name = "eventing, a record", .method = SUBS, .record = RECORD },
    { .name = "eventing, a user token", .method = SUBS, .who = USER },
    { .name = "eventing, a record and a user token",
      .method = SUBS,
      .who = USER,
      .record = RECORD },
    { .name = "a person online", .method = INFO, .who = USER },
    { .name = "a person offline", .method = INFO, .who = PERSON },
    { .name = "a person and a record that is not asked for",
      .method = INFO,
      .who = PERSON,
      .record = RECORD },

    { .name = "info in one tag", .info = "<info />" },
    { .name = "info in two tags", .info = "<info></info>" },
    { .name = "info over two lines", .info = "<info>\\r\\n</info>" },
    { .name = "a namespace on info",
      .info = "<info xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"/>" },
    { .name = "a comment in info", .info = "<info><!-- </info> --></info>" },
    { .name = "data that looks like the envelope",
      .method = PUT,
      .who = PERSON,
      .record = RECORD,
      .info = "<info><thing><type-id>" T_WEIGHT "</type-id><data-xml><weight>"
              "<when><date><y>2015</y><m>11</m><d>12</d></date></when><value>"
              "<kg>70</kg></value></weight><common><extension source=\"x\">"
              "<header>1</header><info/></extension></common></data-xml>"
              "</thing></info>" },
    { .name = "references and CDATA in the data",
      .method = PUT,
      .who = PERSON,
      .record = RECORD,
      .info = "<info><thing><type-id>" T_WEIGHT "</type-id><data-xml><weight>"
              "<when><date><y>2015</y><m>11</m><d>12</d></date></when><value>"
              "<kg>70</kg></value></weight><common><note>apr&#232;s &amp; "
              "<![CDATA[</info>]]></note></common></data-xml></thing></info>" },
};

static const char *
either(const char *given, const char *usual)
{
    return given ? given : usual;
}

static char *
header_of(const struct quirk *q)
{
    char *text;

    cr_assert(asprintf(&text,
                       "%s%s%s%s<auth-session><auth-token>{TOKEN}</auth-token>"
                       "%s</auth-session>%s<msg-time>{NOW}</msg-time>%s"
                       "<version>%s</version><info-hash><hash-data algName="
                       "\"%s\">{HASH}</hash-data></info-hash></header>",
                       either(q->start, "<header>"), either(q->method, SUBS),
                       either(q->version, "<method-version>1</method-version>"),
                       either(q->record, ""), either(q->who, ""),
                       either(q->culture, "<language>en</language><country>US"
                                          "</country>"),
                       either(q->ttl, "<msg-ttl>1800</msg-ttl>"),
                       either(q->label, "1.0.0.0"),
                       either(q->hash, "SHA256")) > 0);
    return text;
}

/* As it is, then with one byte of the header changed, then with one byte more
 * in info: the same document to any reader. */
static void
try_quirk(struct q_world *world, const struct quirk *q)
{
    char *header = header_of(q);
    const struct q_parts parts = {
        .lead = either(q->lead, ""),
        .open = either(q->open, "<wc-request:request xmlns:wc-request" NS ">"),
        .auth = q->auth,
        .middle = either(q->middle, ""),
        .header = header,
        .info = either(q->info, "<info/>"),
        .now = either(q->now, "2015-11-12T09:30:00.000Z"),
        .hash = either(q->hash, "SHA256"),
        .hmac = either(q->hmac, "HMACSHA256"),
        .is_wrapped = q->is_wrapped,
    };
    struct q_written w;
    char *text = NULL;
    char *label;

    q_write(world, &parts, &w);
    cr_expect_eq(q_send(world, &w, &text), 0, "%s: %s\n%s", q->name, text,
                 hv_buf_str(&w.body));
    label = strstr((char *)w.body.data, "<version>") + strlen("<version>");
    *label ^= 1;
    cr_expect_eq(q_send(world, &w, NULL), 4, "%s, header", q->name);
    *label ^= 1;
    cr_expect_eq(q_send_inserted(world, &w, w.info + strlen("<info"), ' '), 4,
                 "%s, info", q->name);
    hv_buf_release(&w.body);
    free(header);
    free(text);
}

Test(quirks, each_passes_and_with_one_byte_changed_does_not, .init = t_start)
{
    struct q_world world;

    q_world_init(&world);
    for (size_t i = 0; i < HV_LEN(quirks); i++)
        try_quirk(&world, &quirks[i]);
    printf("%zu quirks, %zu changed in header or info\n", HV_LEN(quirks),
           2 * HV_LEN(quirks));
    q_world_release(&world);
}

/* 0 to 9 digits of a second; Z, offsets, or no zone, which is UTC. */
Test(quirks, times_in_every_form_pass, .init = t_start)
{
    static const struct {
        const char *clock;
        const char *zone;
    } forms[] = {
        { "2015-11-12T09:30:00", "Z" },
        { "2015-11-12T09:30:00", "" },
        { "2015-11-12T10:30:00", "+01:00" },
        { "2015-11-12T01:30:00", "-08:00" },
        { "2015-11-12T15:00:00", "+05:30" },
    };
    struct q_world world;
    size_t count = 0;

    q_world_init(&world);
    for (size_t i = 0; i < HV_LEN(forms); i++)
        for (int digits = 0; digits <= 9; digits++) {
            char now[64];
            struct quirk q = { .name = now, .now = now };

            snprintf(now, sizeof(now), "%s%.*s%s", forms[i].clock,
                     digits ? digits + 1 : 0, ".123456789", forms[i].zone);
            try_quirk(&world, &q);
            count++;
        }
    printf("%zu forms of msg-time\n", count);
    q_world_release(&world);
}

#define HASH(alg, text)                                                        \
    "<info-hash><hash-data algName=\"" alg "\">" text "</hash-data></info-hash>"

/* Nothing is signed here, so nothing about signatures is looked at. */
Test(quirks, anonymous_calls_pass, .init = t_start)
{
    static const char *const headers[] = {
        "<app-id>05a059c9-c309-46af-9b86-b06d42510550</app-id>%s",
        "<app-id>05A059C9-C309-46AF-9B86-B06D42510550</app-id>"
        "<language>en</language><country>US</country>%s",
        "<app-id> 05a059c9-c309-46af-9b86-b06d42510550 </app-id>"
        "<culture-code>en-GB</culture-code>%s",
        "<auth-session><auth-token>{TOKEN}</auth-token></auth-session>"
        "<language>en</language>%s",
    };
    static const char *const hashes[] = { "", HASH("SHA256", "{HASH}"),
                                          HASH("SHA1", "AAAA") };
    struct q_world world;

    q_world_init(&world);
    for (size_t i = 0; i < HV_LEN(headers) * HV_LEN(hashes); i++) {
        struct q_parts parts = { .lead = "",
                                 .open = "<a:request xmlns:a" NS ">",
                                 .middle = "\\n",
                                 .info = "<info />",
                                 .now = "2008-06-17T16:00:00Z",
                                 .hash = "SHA256",
                                 .hmac = "HMACSHA256",
                                 .is_unsigned = true };
        struct q_written w;
        char *who, *header, *text = NULL;

        cr_assert(asprintf(&who, headers[i / HV_LEN(hashes)],
                           "<msg-time>{NOW}</msg-time><msg-ttl>1</msg-ttl>"
                           "<version>x</version>") > 0);
        cr_assert(asprintf(&header,
                           "<header><method>GetServiceDefinition</method>"
                           "<method-version>2</method-version>%s%s</header>",
                           who, hashes[i % HV_LEN(hashes)]) > 0);
        parts.header = header;
        q_write(&world, &parts, &w);
        cr_expect_eq(q_send(&world, &w, &text), 0, "%s: %s", header, text);
        hv_buf_release(&w.body);
        free(who);
        free(header);
        free(text);
    }
    q_world_release(&world);
}
