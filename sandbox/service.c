/*
 * service.c - GetServiceDefinition, versions 1 and 2: where platform and Shell
 * are, which methods there are, what can be asked of the Shell.
 * Called through the methods table. Fact: service-definition
 */
#include "hvconsole/names.h"
#include "sandbox/methods.h"
#include "sandbox/shell_target.h"
#include "sandbox/things_read.h"

#include <ctype.h>
#include <string.h>

#define VERSION       "1.11.1023.7909" /* what the last platform called itself */
#define INSTANCE_ID   "1"
#define DEFAULT_URL   "https://localhost/platform/" HV_METHOD_PATH
#define DEFAULT_SHELL "https://localhost/"

enum section {
    SECTION_PLATFORM = 1,
    SECTION_SHELL = 2,
    SECTION_TOPOLOGY = 4,
    SECTION_METHODS = 8,
    SECTION_MEANINGFUL = 16,
    SECTION_ALL = 31,
};

static const char *
platform_url(const struct sb_platform *p)
{
    return p->url[0] ? p->url : DEFAULT_URL;
}

static const char *
shell_url(const struct sb_platform *p)
{
    return p->shell[0] ? p->shell : DEFAULT_SHELL;
}

static void
add_setting(struct sb_answer *answer, const char *key, long long value)
{
    hv_buf_addf(&answer->info, "<configuration key=\"%s\">%lld</configuration>",
                key, value);
}

static void
add_platform(const struct sb_call *call)
{
    struct sb_answer *answer = call->answer;

    sb_add(answer, "<platform>");
    sb_add_element(answer, "url", platform_url(call->platform));
    sb_add_element(answer, "version", VERSION);
    add_setting(answer, "maxFullThingResultsPerGroup", SB_MAX_FULL);
    add_setting(answer, "maxPartialThingResultsPerGroup", SB_MAX_KEYS);
    add_setting(answer, "maxGetThingsQueryGroups", SB_MAX_GROUPS);
    add_setting(answer, "maxUncompressedSizeBytes", HV_MAX_REQUEST);
    sb_add(answer, "</platform>");
}

static const char *
parameters(const struct sb_target *target)
{
    if (target->needs & SB_T_RECORD)
        return "appid,extrecordid,actionqs,redirect,trm";
    return target->needs & SB_T_APP ? "appid,actionqs,redirect,trm" : "appid";
}

static void
add_shell(const struct sb_call *call)
{
    struct sb_answer *answer = call->answer;
    const struct sb_target *target;

    sb_add(answer, "<shell>");
    sb_add_element(answer, "url", shell_url(call->platform));
    sb_add(answer, "<redirect-url>");
    sb_add_text(answer, shell_url(call->platform));
    sb_add(answer, "redirect.aspx?target=</redirect-url>");
    for (size_t i = 0; (target = sb_target_at(i)); i++) {
        sb_add(answer, "<redirect-token>");
        sb_add_element(answer, "token", target->name);
        sb_add_element(answer, "description", target->purpose);
        sb_add_element(answer, "querystring-parameters", parameters(target));
        sb_add(answer, "</redirect-token>");
    }
    sb_add(answer, "</shell>");
}

/* Where a schema would be: the folder of the methods, and its usual name. */
static void
add_schema_url(const struct sb_call *call, const char *element,
               const char *kind, const char *name, const char *digit)
{
    const char *url = platform_url(call->platform);
    struct hv_buf text = { 0 };

    hv_buf_add(&text, url, (size_t)(strrchr(url, '/') + 1 - url));
    hv_buf_addf(&text, "XSD/%s-", kind);
    for (; *name; name++)
        hv_buf_add_char(&text, (char)tolower((unsigned char)*name));
    hv_buf_addf(&text, "%s.xsd", digit);
    sb_add_element(call->answer, element, hv_buf_str(&text));
    hv_buf_release(&text);
}

static void
add_version(const struct sb_call *call, const struct sb_method *method)
{
    const char *suffix = method->suffix ? method->suffix : method->name;
    char digit[16] = "";

    if (method->version > 1)
        snprintf(digit, sizeof(digit), "%d", method->version);
    hv_buf_addf(&call->answer->info, "<version number=\"%d\">",
                method->version);
    add_schema_url(call, "request-schema-url", "method", method->name, digit);
    add_schema_url(call, "response-schema-url", "response", suffix, "");
    sb_add(call->answer, "</version>");
}

static void
add_methods(const struct sb_call *call)
{
    const struct sb_method *method;
    const char *open = NULL;

    for (size_t i = 0; (method = sb_method_at(i)); i++) {
        if (!open || strcmp(open, method->name) != 0) {
            if (open)
                sb_add(call->answer, "</xml-method>");
            sb_add(call->answer, "<xml-method>");
            sb_add_element(call->answer, "name", method->name);
            open = method->name;
        }
        add_version(call, method);
    }
    sb_add(call->answer, "</xml-method>");
}

static void
add_instances(const struct sb_call *call)
{
    struct sb_answer *answer = call->answer;

    sb_add(answer, "<instances current-instance-id=\"" INSTANCE_ID
                   "\"><instance><id>" INSTANCE_ID "</id><name>Sandbox</name>"
                   "<description>A platform for tests</description>");
    sb_add_element(answer, "platform-url", platform_url(call->platform));
    sb_add_element(answer, "shell-url", shell_url(call->platform));
    sb_add(answer, "</instance></instances>");
}

static bool
read_section(xmlNode *node, unsigned *sections)
{
    static const struct {
        const char *word;
        unsigned section;
    } words[] = { { "platform", SECTION_PLATFORM },
                  { "shell", SECTION_SHELL },
                  { "topology", SECTION_TOPOLOGY },
                  { "xml-over-http-methods", SECTION_METHODS },
                  { "meaningful-use", SECTION_MEANINGFUL } };
    char word[32];

    if (sb_text(node, word, sizeof(word)))
        for (size_t i = 0; i < HV_LEN(words); i++)
            if (strcmp(words[i].word, word) == 0) {
                *sections |= words[i].section;
                return true;
            }
    return false;
}

/* What is asked for; @is_old: nothing changed since the client's date. */
static int
read_info(struct sb_call *call, int version, unsigned *sections, bool *is_old)
{
    struct sb_walk walk = sb_walk_start(call->request->info);
    xmlNode *node = sb_walk_take(&walk, "updated-date");
    bool is_good = true;
    int64_t since_ms;

    *is_old = false;
    *sections = SECTION_ALL;
    if (node) {
        is_good = sb_time(node, &since_ms);
        *is_old = is_good && since_ms >= call->platform->started_ms;
    }
    node = version > 1 ? sb_walk_take(&walk, "response-sections") : NULL;
    if (node) {
        struct sb_walk inner = sb_walk_start(node);

        *sections = 0;
        while ((node = sb_walk_take(&inner, "section")))
            is_good = read_section(node, sections) && is_good;
        is_good = is_good && *sections && sb_walk_is_done(&inner);
    }
    return is_good && sb_walk_is_done(&walk)
               ? HV_CODE_OK
               : sb_schema(call->answer, "info is not updated-date, "
                                         "response-sections");
}

static int
get_service(struct sb_call *call, int version)
{
    unsigned sections;
    bool is_old;
    int code = read_info(call, version, &sections, &is_old);

    if (code || is_old)
        return code;
    if (sections & SECTION_PLATFORM)
        add_platform(call);
    if (sections & SECTION_SHELL)
        add_shell(call);
    if (sections & SECTION_METHODS)
        add_methods(call);
    if (version > 1 && (sections & SECTION_TOPOLOGY))
        add_instances(call);
    if (version > 1 && (sections & SECTION_MEANINGFUL))
        sb_add(call->answer,
               "<meaningful-use><enabled>false</enabled></meaningful-use>");
    sb_add_time(call->answer, "updated-date", call->platform->started_ms);
    return HV_CODE_OK;
}

int
sb_get_service_1(struct sb_call *call)
{
    return get_service(call, 1);
}

int
sb_get_service_2(struct sb_call *call)
{
    return get_service(call, 2);
}
