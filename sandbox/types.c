/*
 * types.c - families of thing types, found fast: asked for every thing that is
 * looked at. Called by rules.c, things.c and the methods. Pure: the table is
 * made once from the dictionary of names.
 */
#include "sandbox/things.h"

#include "hvconsole/names.h"

#include <string.h>

#define SLOTS     512 /* a power of two, far above the number of types */
#define MAX_TYPES 255

/* Open hash of type ids: index into the dictionary + 1, and its family. */
static uint8_t slots[SLOTS];
static uint8_t families[MAX_TYPES];
static bool is_made;

static size_t
slot_of(const struct hv_guid *id)
{
    size_t at = (id->b[0] | (size_t)id->b[1] << 8) & (SLOTS - 1);

    while (slots[at] > 0 &&
           !hv_guid_equal(&hv_thing_type_at(slots[at] - 1u)->id, id))
        at = (at + 1) & (SLOTS - 1);
    return at;
}

static void
make(void)
{
    const struct hv_thing_type *type;
    const struct hv_thing_type *first;
    size_t f;

    for (size_t i = 0; i < MAX_TYPES && (type = hv_thing_type_at(i)); i++) {
        slots[slot_of(&type->id)] = (uint8_t)(i + 1);
        for (f = 0; f < i; f++) {
            first = hv_thing_type_at(f);
            if (strcmp(first->family, type->family) == 0)
                break;
        }
        families[i] = (uint8_t)f;
    }
    is_made = true;
}

/* What the dictionary does not say: documents that cannot be changed, what a
 * record has one of, and versions that others came after. */
static const struct {
    const char *id;
    unsigned rules;
    int rank;
} special[] = {
    { "3e730686-781f-4616-aa0d-817bba8eb141", /* base thing type */
      SB_TYPE_IMMUTABLE | SB_TYPE_SINGLETON | SB_TYPE_ABSTRACT, 0 },
    { "1ed1cba6-9530-44a3-b7b5-e8219690ebcf", SB_TYPE_IMMUTABLE, 0 }, /* CDA */
    { "9c48a2b8-952c-4f5a-935d-f3292326bf54", SB_TYPE_IMMUTABLE, 0 }, /* CCD */
    { "1e1ccbfc-a55d-4d91-8940-fa2fbf73c195", SB_TYPE_IMMUTABLE, 0 }, /* CCR */
    { "5d15b7bc-0499-4dc4-8df7-ef1a2332cfb5", SB_TYPE_IMMUTABLE, 0 },
    { "bf516a61-5252-4c28-a979-27f45f62f78d", SB_TYPE_SINGLETON, 1 },
    { "3b3e6b16-eb69-483c-8d7e-dfe116ae6092", SB_TYPE_SINGLETON, 2 },
    { "162dd12d-9859-4a66-b75f-96760d67072b", SB_TYPE_SINGLETON, 0 },
    { "92ba621e-66b3-4a01-bd73-74844aed4f5b", SB_TYPE_SINGLETON, 0 },
    { "a5294488-f865-4ce3-92fa-187cd3b58930", SB_TYPE_SINGLETON, 0 },
    { "796c186f-b874-471c-8468-3eeff73bf66e", 0, 1 }, /* cholesterol */
    { "98f76958-e34f-459b-a760-83c1699add38", 0, 2 },
    { "3d4bdf01-1b3e-4afc-b41c-bd3e641a6da7", 0, 1 }, /* encounter */
    { "464083cc-13de-4f3e-a189-da8e47d5651b", 0, 2 },
    { "6d39f894-f7ac-4fce-ac78-b22693bf96e6", 0, 1 }, /* family history */
    { "22826e13-41e1-4ba3-8447-37dadd208fd8", 0, 2 },
    { "4a04fcc8-19c1-4d59-a8c7-2031a03f21de", 0, 3 },
    { "227f55fb-1001-4d4e-9f6a-8d893e07b451", 0, 1 }, /* HbA1C */
    { "62160199-b80f-4905-a55a-ac4ba825ceae", 0, 2 },
    { "3d817dbe-af42-4a9d-a553-d1298b4d08fc", 0, 1 }, /* immunization */
    { "cd3587b5-b6e1-4565-ab3b-1c3ad45eb04f", 0, 2 },
    { "f57746af-9631-49dc-944e-2c92bee0d1e9", 0, 1 }, /* lab results */
    { "5800eab5-a8c2-482a-a4d6-f1db25ae08c3", 0, 2 },
    { "c75651c8-548e-449f-8942-9e6379b0b88a", 0, 1 }, /* image study */
    { "cdfc0a9b-6d3b-4d16-afa8-02b86d621a8d", 0, 2 },
    { "5c5f1223-f63c-4464-870c-3e36ba471def", 0, 1 }, /* medication */
    { "30cafccc-047d-4288-94ef-643571f7919d", 0, 2 },
    { "0a5f9a43-dc88-4e9f-890f-1f9159b76e7b", 0, 1 }, /* procedure */
    { "df4db479-a1ba-42a2-8714-2b083b88150f", 0, 2 },
};

static size_t
special_of(const struct hv_guid *type)
{
    char id[HV_GUID_TEXT];
    size_t i = 0;

    hv_guid_format(type, id);
    while (i < HV_LEN(special) && strcmp(special[i].id, id) != 0)
        i++;
    return i;
}

unsigned
sb_type_rules(const struct hv_guid *type)
{
    size_t at = special_of(type);

    return at < HV_LEN(special) ? special[at].rules : 0;
}

int
sb_type_rank(const struct hv_guid *type)
{
    size_t at = special_of(type);

    return at < HV_LEN(special) ? special[at].rank : 0;
}

int
sb_type_family(const struct hv_guid *type)
{
    uint8_t slot;

    if (!is_made)
        make();
    slot = slots[slot_of(type)];
    return slot > 0 ? families[slot - 1] : -1;
}

bool
sb_same_type(const struct hv_guid *a, const struct hv_guid *b)
{
    int family;

    if (hv_guid_equal(a, b))
        return true;
    family = sb_type_family(a);
    return family >= 0 && family == sb_type_family(b);
}
