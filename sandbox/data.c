/*
 * data.c - plausible content for things, by templates: what the seeded world
 * holds and what `emit` writes. Called by world.c and things.c. Pure: the
 * numbers come from the seeded generator.
 */
#include "sandbox/model.h"

#include "hvconsole/clock.h"
#include "hvconsole/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * {when} date and time, {date} the date alone, {from:to} a whole number,
 * {from:to:digits} one with a fraction, {=} the number before once more,
 * {a|b|c} one of them. With ~ in front it is the record's own, the same each
 * time: people do not change their height. {~from:to:digits:spread} is up to
 * so far away from that.
 */
static const struct {
    const char *type;
    const char *text;
} templates[] = {
    { "ca3c57f4-f4c1-4e15-be67-0a3caf5414ed",
      "<blood-pressure><when>{when}</when><systolic>{~112:142:0:9}</systolic>"
      "<diastolic>{~70:90:0:6}</diastolic><pulse>{~58:82:0:8}</pulse>"
      "<irregular-heartbeat>false</irregular-heartbeat></blood-pressure>" },
    { "879e7c04-4e8a-4707-9ad3-b054df467ce4",
      "<blood-glucose><when>{when}</when><value><mmolPerL>{~4.9:7.1:1:1.2}"
      "</mmolPerL><display units=\"mmol/L\">{=}</display></value>"
      "<glucose-measurement-type><text>{Whole blood|Plasma}</text>"
      "</glucose-measurement-type><measurement-context><text>"
      "{Before breakfast|After lunch|Before bed}</text></measurement-context>"
      "</blood-glucose>" },
    { "3d34d87e-7fc1-4153-800f-f56592cb0d17",
      "<weight><when>{when}</when><value><kg>{~54.0:92.0:1:1.6}</kg>"
      "<display units=\"kg\">{=}</display></value></weight>" },
    { "40750a6a-89b2-455c-bd8d-b420a4cb500b",
      "<height><when>{when}</when><value><m>{~1.52:1.94:2:0}</m>"
      "<display units=\"m\">{=}</display></value></height>" },
    { "b81eb4a6-6eac-4292-ae93-3872d6870994",
      "<heart-rate><when>{when}</when><value>{~58:82:0:8}</value></heart-rate>" },
    { "30cafccc-047d-4288-94ef-643571f7919d",
      "<medication><name><text>{Lisinopril|Metformin|Atorvastatin|"
      "Levothyroxine}</text></name><dose><display>{1:2} tablet</display>"
      "</dose><strength><display>{5|10|20|40} mg</display></strength><frequency>"
      "<display>{once|twice} a day</display></frequency><date-started>"
      "<structured><date>{date}</date></structured></date-started>"
      "</medication>" },
    { "5c5f1223-f63c-4464-870c-3e36ba471def",
      "<medication><name>{Lisinopril|Metformin|Atorvastatin}</name><dose>"
      "<text>1 tablet</text></dose><date-started>{date}</date-started>"
      "</medication>" },
    { "52bf9104-2c5e-4f1f-a66d-552ebcc53df7",
      "<allergy><name><text>{Penicillin|Peanuts|Birch pollen|Latex}</text>"
      "</name><reaction><text>{Hives|Sneezing|Swelling}</text></reaction>"
      "<first-observed><structured><date>{date}</date></structured>"
      "</first-observed></allergy>" },
    { "7ea7a1f9-880b-4bd4-b593-f5660f20eda8",
      "<condition><name><text>{Hypertension|Asthma|Migraine|Type 2 diabetes}"
      "</text></name><status><text>{Current|Past}</text></status><onset-date>"
      "<structured><date>{date}</date></structured></onset-date></condition>" },
    { "cd3587b5-b6e1-4565-ab3b-1c3ad45eb04f",
      "<immunization><name><text>{Influenza|Tetanus|Hepatitis B}</text></name>"
      "<administration-date><structured><date>{date}</date></structured>"
      "</administration-date><sequence>{1:3}</sequence></immunization>" },
    { "85a21ddb-db20-4c65-8d30-33c899ccf612",
      "<exercise><when><structured><date>{date}</date></structured></when>"
      "<activity><text>{Running|Walking|Bicycling|Swimming}</text></activity>"
      "<distance><m>{800:12000}</m><display units=\"m\">{=}</display>"
      "</distance><duration>{15:95}</duration></exercise>" },
    { "62160199-b80f-4905-a55a-ac4ba825ceae",
      "<HbA1C><when>{when}</when><value><mmol-per-mol>{~36.0:56.0:1:2.5}"
      "</mmol-per-mol></value></HbA1C>" },
    { "227f55fb-1001-4d4e-9f6a-8d893e07b451",
      "<HbA1C><when>{when}</when><value>{0.050:0.085:3}</value></HbA1C>" },
    { "98f76958-e34f-459b-a760-83c1699add38",
      "<cholesterol-profile><when>{when}</when><ldl><mmolPerL>{~2.1:4.2:1:0.3}"
      "</mmolPerL></ldl><hdl><mmolPerL>{~1.0:2.0:1:0.1}</mmolPerL></hdl>"
      "<triglyceride><mmolPerL>{~0.8:2.4:1:0.3}</mmolPerL></triglyceride>"
      "</cholesterol-profile>" },
    { "796c186f-b874-471c-8468-3eeff73bf66e",
      "<cholesterol-profile><when>{date}</when><ldl>{74:170}</ldl><hdl>{35:81}"
      "</hdl><triglyceride>{53:230}</triglyceride></cholesterol-profile>" },
    { "5d8419af-90f0-4875-a370-0f881c18f6b3",
      "<peak-flow><when><structured><date>{date}</date></structured></when>"
      "<pef><liters-per-second>{~5.6:9.8:1:0.5}</liters-per-second></pef>"
      "</peak-flow>" },
    { "dd710b31-2b6f-45bd-9552-253562b9a7c1",
      "<body-dimension><when><structured><date>{date}</date></structured>"
      "</when><measurement-name><text>Waist</text>"
      "</measurement-name><value><m>{~0.72:1.06:2:0.02}</m><display units=\"m\">{=}"
      "</display></value></body-dimension>" },
    { "11c52484-7f1a-11db-aeac-87d355d89593",
      "<sleep-am><when>{when}</when><bed-time><h>{21:23}</h><m>{0:59}</m>"
      "</bed-time><wake-time><h>{5:8}</h><m>{0:59}</m></wake-time>"
      "<sleep-minutes>{330:520}</sleep-minutes><settling-minutes>{5:40}"
      "</settling-minutes><wake-state>{1:3}</wake-state></sleep-am>" },
    { "4b18aeb6-5f01-444c-8c70-dbf13a2f510b",
      "<appointment><when>{when}</when><service><text>{Check-up|Blood test|"
      "Vaccination}</text></service></appointment>" },
    { "92ba621e-66b3-4a01-bd73-74844aed4f5b",
      "<personal><birthdate><date><y>{~1938:2008}</y><m>{~1:12}</m><d>{~1:28}</d>"
      "</date></birthdate><blood-type><text>{~A+|B+|AB-|O+}</text></blood-type>"
      "</personal>" },
    { "162dd12d-9859-4a66-b75f-96760d67072b",
      "<contact><contact><address><is-primary>true</is-primary><street>"
      "{~100:999} {~Alder|Cedar|Juniper} Street</street><city>{~Springdale|"
      "Harborview|Millbrook}</city><state>WA</state><postcode>{~98001:98499}"
      "</postcode><country>US</country></address><phone><is-primary>true"
      "</is-primary><number>206-555-01{~10:99}</number></phone><email>"
      "<address>someone@example.org</address></email></contact></contact>" },
    { "df4db479-a1ba-42a2-8714-2b083b88150f",
      "<procedure><when><structured><date>{date}</date></structured></when>"
      "<name><text>{Appendectomy|Colonoscopy|Tonsillectomy|Cataract surgery}"
      "</text></name></procedure>" },
    { "3a54f95f-03d8-4f62-815f-f691fc94a500",
      "<blood-oxygen-saturation><when>{when}</when><value>{0.93:0.99:2}"
      "</value></blood-oxygen-saturation>" },
    { "4b7971d6-e427-427d-bf2c-2fbcf76606b3",
      "<emotion><when>{when}</when><mood>{1:5}</mood><stress>{1:5}</stress>"
      "<wellbeing>{1:5}</wellbeing></emotion>" },
    { "3b3e6b16-eb69-483c-8d7e-dfe116ae6092",
      "<basic><gender>{~f|m}</gender><birthyear>{~1938:2008}</birthyear>"
      "<country><text>United States</text></country></basic>" },
    { "bf516a61-5252-4c28-a979-27f45f62f78d",
      "<basic><gender>{~f|m}</gender><birthyear>{~1938:2008}</birthyear>"
      "<country>US</country></basic>" },
    { "bd0403c5-4ae2-4b0e-a8db-1888678e4528",
      "<file><name>letter-{100:999}.pdf</name><size>{9000:240000}</size>"
      "</file>" },
};

/* What every other type gets: most of them begin with when. */
#define OTHER "<%s%s><when>{when}</when></%s>"

struct maker {
    struct hv_buf *out;
    uint64_t *random;
    const struct hv_guid *record;
    int64_t when_ms;
    char last[32]; /* for {=} */
};

static const char *
template_of(const struct hv_guid *type)
{
    char id[HV_GUID_TEXT];

    hv_guid_format(type, id);
    for (size_t i = 0; i < HV_LEN(templates); i++)
        if (strcmp(templates[i].type, id) == 0)
            return templates[i].text;
    return NULL;
}

/* The date as its three elements; with the time if @is_whole. */
static void
put_date(struct maker *m, bool is_whole)
{
    char text[HV_TIME_TEXT];

    hv_time_format(m->when_ms ? m->when_ms : 1, text);
    if (is_whole)
        hv_buf_add_str(m->out, "<date>");
    hv_buf_addf(m->out, "<y>%.4s</y><m>%d</m><d>%d</d>", text, atoi(text + 5),
                atoi(text + 8));
    if (is_whole)
        hv_buf_addf(m->out, "</date><time><h>%d</h><m>%d</m><s>%d</s></time>",
                    atoi(text + 11), atoi(text + 14), atoi(text + 17));
}

/* Where the numbers of a record's own @spec come from. */
static uint64_t
own_state(const struct maker *m, const char *spec)
{
    uint64_t h = 0xcbf29ce484222325ULL;

    for (size_t i = 0; i < sizeof(m->record->b); i++)
        h = (h ^ m->record->b[i]) * 0x100000001b3ULL;
    for (; *spec; spec++)
        h = (h ^ (uint8_t)*spec) * 0x100000001b3ULL;
    return h;
}

/* One of the values from @from to @to, @step of them in 1. */
static double
value_between(double from, double to, double step, uint64_t *random)
{
    uint64_t steps = (uint64_t)((to - from) * step + 0.5) + 1;

    return from + (double)(sb_random(random) % steps) / step;
}

/* "from:to", "from:to:digits" or "from:to:digits:spread" */
static void
put_number(struct maker *m, const char *spec, uint64_t *random)
{
    double from;
    double to;
    double spread = 0;
    double value;
    int digits = 0;
    double step = 1;

    if (sscanf(spec, "%lf:%lf:%d:%lf", &from, &to, &digits, &spread) < 2)
        abort(); /* the templates are ours */
    for (int i = 0; i < digits; i++)
        step *= 10;
    value = value_between(from, to, step, random);
    if (spread > 0)
        value += value_between(-spread, spread, step, m->random);
    snprintf(m->last, sizeof(m->last), "%.*f", digits, value);
    hv_buf_add_str(m->out, m->last);
}

static void
put_choice(struct maker *m, const char *spec, uint64_t *random)
{
    size_t count = 1;
    size_t pick;

    for (const char *c = spec; *c; c++)
        count += *c == '|';
    for (pick = sb_random(random) % count; pick > 0; pick--)
        spec = strchr(spec, '|') + 1;
    hv_buf_add(m->out, spec, strcspn(spec, "|"));
}

static void
put_hole(struct maker *m, const char *spec)
{
    bool is_own = *spec == '~';
    uint64_t own = is_own ? own_state(m, ++spec) : 0;
    uint64_t *random = is_own ? &own : m->random;

    if (strcmp(spec, "when") == 0)
        put_date(m, true);
    else if (strcmp(spec, "date") == 0)
        put_date(m, false);
    else if (strcmp(spec, "=") == 0)
        hv_buf_add_str(m->out, m->last);
    else if (strchr(spec, '|'))
        put_choice(m, spec, random);
    else
        put_number(m, spec, random);
}

static void
fill(struct maker *m, const char *text)
{
    char spec[96];

    while (*text) {
        size_t plain = strcspn(text, "{");
        size_t len;

        hv_buf_add(m->out, text, plain);
        text += plain;
        if (!*text)
            return;
        len = strcspn(++text, "}");
        snprintf(spec, sizeof(spec), "%.*s", (int)len, text);
        put_hole(m, spec);
        text += len + 1;
    }
}

/* Documents of other standards keep the namespaces of these. */
static const char *
foreign_namespace(const char *root)
{
    if (strcmp(root, "ClinicalDocument") == 0)
        return " xmlns=\"urn:hl7-org:v3\"";
    if (strcmp(root, "ContinuityOfCareRecord") == 0)
        return " xmlns=\"urn:astm-org:CCR\"";
    return "";
}

void
sb_data_make(const struct hv_guid *type, const struct hv_guid *record,
             int64_t when_ms, uint64_t *random, struct hv_buf *out)
{
    struct maker m = {
        .out = out,
        .random = random,
        .record = record,
        .when_ms = when_ms,
    };
    const char *text = template_of(type);
    const struct hv_thing_type *known = hv_thing_type_find(type);
    char other[512];

    if (!text) {
        const char *root = known ? known->root : "thing";

        snprintf(other, sizeof(other), OTHER, root, foreign_namespace(root),
                 root);
        text = other;
    }
    fill(&m, text);
}
