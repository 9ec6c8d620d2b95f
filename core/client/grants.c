/*
 * grants.c - QueryPermissions and RemoveApplicationRecordAuthorization: what a
 * person granted in a record, and giving it back. Called by core/access and the
 * commands. Fact: authorisation
 */
#include "core/client/state.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"
#include "hvconsole/access.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PERMISSIONS 10000 /* a ceiling against a broken platform */

static const struct {
    const char *word;
    unsigned rights;
} words[] = {
    { "Read", HV_RIGHT_READ },     { "Update", HV_RIGHT_UPDATE },
    { "Create", HV_RIGHT_CREATE }, { "Delete", HV_RIGHT_DELETE },
    { "All", HV_RIGHT_ALL },
};

unsigned
hv_rights_word(struct hv_bytes word)
{
    for (size_t i = 0; i < HV_LEN(words); i++) {
        if (hv_bytes_equal(word, hv_bytes_str(words[i].word)))
            return words[i].rights;
    }
    return 0;
}

void
hv_rights_text(unsigned rights, char out[5])
{
    static const char letters[] = "RUCD";
    static const unsigned bits[] = { HV_RIGHT_READ, HV_RIGHT_UPDATE,
                                     HV_RIGHT_CREATE, HV_RIGHT_DELETE };

    if (!rights) {
        hv_copy(out, 5, "-");
        return;
    }
    for (size_t i = 0; i < HV_LEN(bits); i++)
        out[i] = rights & bits[i] ? letters[i] : '-';
    out[HV_LEN(bits)] = '\0';
}

void
hv_permission_list_release(struct hv_permission_list *list)
{
    free(list->items);
    *list = (struct hv_permission_list){ 0 };
}

const struct hv_permission *
hv_permission_find(const struct hv_permission_list *list,
                   const struct hv_guid *type)
{
    for (size_t i = 0; i < list->len; i++) {
        if (hv_guid_equal(&list->items[i].type, type))
            return &list->items[i];
    }
    return NULL;
}

static enum hv_status
read_rights(const xmlNode *node, const char *name, uint8_t *out,
            struct hv_error *err)
{
    const xmlNode *list = NULL;
    enum hv_status st = hv_xml_one(node, name, false, &list, err);

    *out = 0;
    for (const xmlNode *at = list ? hv_xml_child(list, "permission") : NULL;
         at && !st; at = hv_xml_next(at, "permission")) {
        struct hv_bytes word;

        st = hv_xml_text(at, &word, err);
        if (!st)
            *out |= (uint8_t)hv_rights_word(hv_bytes_trim(word));
    }
    return st;
}

static enum hv_status
read_permissions(const xmlNode *info, void *arg, struct hv_error *err)
{
    struct hv_permission_list *out = arg;
    struct hv_permission_list made = { 0 };
    size_t cap = 0;
    enum hv_status st = HV_OK;

    for (const xmlNode *at = hv_xml_child(info, "thing-type-permission");
         at && !st; at = hv_xml_next(at, "thing-type-permission")) {
        struct hv_permission *item;

        if (made.len == MAX_PERMISSIONS) {
            st = hv_fail(err, HV_ERR_FORMAT, "there are too many permissions");
            break;
        }
        if (made.len == cap) {
            cap = cap ? 2 * cap : 16;
            made.items = hv_realloc_array(made.items, cap, sizeof(*made.items));
        }
        item = &made.items[made.len++];
        *item = (struct hv_permission){ 0 };
        st = hv_xml_one_guid(at, "thing-type-id", true, &item->type, err);
        if (!st)
            st = read_rights(at, "online-access-permissions", &item->online,
                             err);
        if (!st)
            st = read_rights(at, "offline-access-permissions", &item->offline,
                             err);
    }
    if (st) {
        hv_permission_list_release(&made);
        return st;
    }
    *out = made;
    return HV_OK;
}

enum hv_status
hv_client_permissions(struct hv_client *client, const struct hv_guid *person,
                      const struct hv_guid *record, const struct hv_guid *types,
                      size_t len, struct hv_permission_list *out,
                      struct hv_error *err)
{
    struct hv_call call = { .method = "QueryPermissions",
                            .version = 1,
                            .record = record,
                            .offline_person = person };
    struct hv_buf info = { 0 };
    struct hv_writer w = { .buf = &info };
    enum hv_status st;

    hv_write_raw(&w, "<info>");
    for (size_t i = 0; i < len; i++)
        hv_write_element_guid(&w, "thing-type-id", &types[i]);
    hv_write_raw(&w, "</info>");
    st = hv_writer_check(&w, err);
    call.info = hv_buf_bytes(&info);
    if (!st)
        st = hv_client_ask(client, &call, read_permissions, out, err);
    hv_buf_release(&info);
    return st;
}

enum hv_status
hv_client_give_up(struct hv_client *client, const struct hv_guid *person,
                  const struct hv_guid *record, struct hv_error *err)
{
    struct hv_call call = {
        .method = "RemoveApplicationRecordAuthorization",
        .version = 1,
        .info = hv_bytes_str("<info/>"),
        .record = record,
        .offline_person = person,
    };

    return hv_client_ask(client, &call, NULL, NULL, err);
}

/* ---- the rules of the application ---- */

/* The element holds an <auth> element, or its text. */
static enum hv_status
read_auth(const xmlNode *application, const char *name, struct hv_rules *out,
          struct hv_error *err)
{
    const xmlNode *node = NULL, *auth;
    struct hv_buf xml = { 0 };
    xmlBufferPtr dump;
    struct hv_bytes text;
    enum hv_status st = hv_xml_one(application, name, false, &node, err);

    if (st || !node)
        return st;
    auth = hv_xml_child(node, "auth");
    if (auth) {
        dump = xmlBufferCreate();
        if (!dump || xmlNodeDump(dump, auth->doc, (xmlNode *)(uintptr_t)auth, 0,
                                 0) < 0)
            st = hv_fail(err, HV_ERR_LIMIT, "no memory for the rules");
        else
            hv_buf_add(&xml, xmlBufferContent(dump),
                       (size_t)xmlBufferLength(dump));
        xmlBufferFree(dump);
    } else {
        st = hv_xml_text(node, &text, err);
        if (!st)
            hv_buf_add_bytes(&xml, hv_bytes_trim(text));
    }
    if (!st && xml.len)
        st = hv_rules_parse(hv_buf_bytes(&xml), out, err);
    hv_buf_release(&xml);
    return st;
}

static enum hv_status
read_app_rules(const xmlNode *info, void *arg, struct hv_error *err)
{
    struct hv_app_rules *out = arg;
    struct hv_app_rules made = { 0 };
    const xmlNode *app = NULL;
    enum hv_status st = hv_xml_one(info, "application", true, &app, err);

    if (!st)
        st = read_auth(app, "person-online-base-auth-xml", &made.online, err);
    if (!st)
        st = read_auth(app, "person-offline-base-auth-xml", &made.offline, err);
    if (st) {
        hv_app_rules_release(&made);
        return st;
    }
    *out = made;
    return HV_OK;
}

void
hv_app_rules_release(struct hv_app_rules *rules)
{
    hv_rules_release(&rules->online);
    hv_rules_release(&rules->offline);
}

enum hv_status
hv_client_app_rules(struct hv_client *client, struct hv_app_rules *out,
                    struct hv_error *err)
{
    struct hv_call call = { .method = "GetApplicationInfo",
                            .version = 2,
                            .info = hv_bytes_str("<info/>") };

    return hv_client_ask(client, &call, read_app_rules, out, err);
}
