/*
 * method.c - the methods of the platform and the namespaces of their answers.
 * Called by the envelope and the client. Fact: methods
 */
#include "core/wire/method.h"
#include "hvconsole/status.h"

#include <string.h>

/* clang-format off */
static const struct hv_method methods[] = {
    { .name = "CreateAuthenticatedSessionToken", .version = 1,
      .suffix = "CreateAuthenticatedSessionToken", .has_secret_answer = true },
    { .name = "CreateAuthenticatedSessionToken", .version = 2,
      .suffix = "CreateAuthenticatedSessionToken2", .has_secret_answer = true },
    { .name = "SubscribeToEvent", .version = 1, .suffix = "SubscribeToEvent" },
    { .name = "GetEventSubscriptions", .version = 1,
      .suffix = "GetEventSubscriptions", .has_secret_answer = true },
    { .name = "UpdateEventSubscription", .version = 1 },
    { .name = "UnsubscribeToEvent", .version = 1 },
    { .name = "GetPersonInfo", .version = 1, .suffix = "GetPersonInfo" },
    { .name = "GetAuthorizedPeople", .version = 1,
      .suffix = "GetAuthorizedPeople" },
    { .name = "GetAuthorizedRecords", .version = 1,
      .suffix = "GetAuthorizedRecords" },
    { .name = "QueryPermissions", .version = 1, .suffix = "QueryPermissions" },
    { .name = "GetThings", .version = 1, .suffix = "GetThings" },
    { .name = "GetThings", .version = 2, .suffix = "GetThings" },
    { .name = "GetThings", .version = 3, .suffix = "GetThings3" },
    { .name = "PutThings", .version = 1, .suffix = "PutThings" },
    { .name = "PutThings", .version = 2, .suffix = "PutThings" },
    { .name = "RemoveThings", .version = 1 },
    { .name = "GetUpdatedRecordsForApplication", .version = 1,
      .suffix = "GetUpdatedRecordsForApplication" },
    { .name = "GetUpdatedRecordsForApplication", .version = 2,
      .suffix = "GetUpdatedRecordsForApplication2" },
    { .name = "GetApplicationInfo", .version = 1,
      .suffix = "GetApplicationInfo" },
    { .name = "GetApplicationInfo", .version = 2,
      .suffix = "GetApplicationInfo" },
    { .name = "GetServiceDefinition", .version = 1,
      .suffix = "GetServiceDefinition" },
    { .name = "GetServiceDefinition", .version = 2,
      .suffix = "GetServiceDefinition2" },
    { .name = "RemoveApplicationRecordAuthorization", .version = 1 },
    { .name = "GetRecordOperations", .version = 1,
      .suffix = "GetRecordOperations" },
    { .name = "NewApplicationCreationInfo", .version = 1,
      .suffix = "NewApplicationCreationInfo", .has_secret_answer = true },
};
/* clang-format on */

const struct hv_method *
hv_method_find(const char *name, int version)
{
    for (size_t i = 0; i < HV_LEN(methods); i++) {
        if (methods[i].version == version && strcmp(methods[i].name, name) == 0)
            return &methods[i];
    }
    return NULL;
}
