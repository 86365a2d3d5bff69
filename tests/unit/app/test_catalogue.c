/* The operator's document: read strictly with the line of what is wrong, written back, compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/upkeep/catalogue.h"
#include "app/request/facts.h"
#include "store/register.h"
#include "scripted.h"

static struct buf problems;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)16 << 20);
    problems = buf_init(arena, 64 << 10);
    return 0;
}

static void problem(void *context, struct str file, int line, struct str reason)
{
    (void)context;
    (void)file;
    buf_format(&problems, "%d: %.*s\n", line, STR_ARG(reason));
}

static enum err read(const char *text, struct catalogue_document *out)
{
    struct report report = {.arena = arena, .fn = problem};

    problems.len = 0;
    return catalogue_read(arena, str_from(text), &report, out);
}

static const char DOCUMENT[] =
    "{\"houses\": [{\"key\": \"ecc\", \"en\": \"ECC\", \"de\": \"ECC\"}],\n"
    " \"exchanges\": [{\"key\": \"eex\", \"en\": \"EEX\", \"de\": \"EEX\", \"house\": "
    "\"ecc\"}],\n"
    " \"markets\": [{\"key\": \"de\", \"exchange\": \"eex\", \"en\": \"Germany\", "
    "\"de\": "
    "\"Deutschland\",\n  \"notice\": {\"days\": 30, \"reference\": \"Rule 4\"}}],\n"
    " \"products\": [{\"key\": \"base\", \"en\": \"Base\", \"de\": \"Grundlast\", "
    "\"unit\": "
    "\"MWh\"}],\n"
    " \"offers\": [{\"product\": \"base\", \"market\": \"de\", \"available\": false,\n"
    "  \"rule\": {\"en\": \"Not yet\", \"de\": \"Noch nicht\"}}]}";

static struct catalogue_document document(void)
{
    struct catalogue_document out;

    if (read(DOCUMENT, &out) != OK)
        bug("%.*s", STR_ARG(buf_str(&problems)));
    return out;
}

static void a_document_is_read_and_written_back(void **state)
{
    (void)state;
    struct catalogue_document out = document();
    struct db_rows rows = {out.rows, out.count};

    assert_int_equal(out.count, 5);
    assert_true(str_is(out.rows[2].parent, "eex"));
    assert_int_equal(out.rows[2].notice_days, 30);
    assert_true(str_is(out.rows[4].key, "base@de"));
    assert_false(out.rows[4].available);
    struct str text = catalogue_write(arena, &rows);
    struct catalogue_document again;
    assert_int_equal(read(str_c(arena, text), &again), OK);
    struct catalogue_change *changes;
    assert_int_equal(catalogue_difference(arena, &rows, &again, &changes), 0);
}

static void is_refused(const char *text, const char *expected)
{
    struct catalogue_document out;

    assert_int_equal(read(text, &out), ERR_INPUT);
    assert_string_equal(str_c(arena, buf_str(&problems)), expected);
}

static void what_does_not_fit_is_refused_with_its_line(void **state)
{
    (void)state;
    is_refused("{\n\"market\": []}", "2: \"market\" is not supported here\n");
    is_refused("[]", "1: an object is expected here\n");
    is_refused("{\"products\": [\n{\"key\": \"Base\", \"en\": \"B\", \"de\": \"B\", "
               "\"unit\": \"MWh\"}]}",
               "2: \"key\" must be lower-case letters, digits and '-'\n");
    is_refused(
        "{\"products\": [\n{\"key\": \"base\", \"en\": \"B\", \"unit\": \"MWh\"}]}",
        "2: \"de\" is missing\n");
    is_refused("{\"exchanges\": [\n{\"key\": \"eex\", \"en\": \"E\", \"de\": \"E\",\n "
               "\"house\": \"ecc\"}]}",
               "3: house \"ecc\" is not in this document\n");
    is_refused("{\"houses\": [{\"key\": \"ecc\", \"en\": \"E\", \"de\": \"E\"},\n"
               "{\"key\": \"ecc\", \"en\": \"E\", \"de\": \"E\"}]}",
               "2: ecc is there twice\n");
    is_refused("{\"houses\": 5}", "1: \"houses\" must be a list\n");
}

/* Nobody may enter a notice period without the rule, or a rule without its days. */
static void a_notice_period_needs_its_rule(void **state)
{
    (void)state;
    static const char head[] = "{\"exchanges\": [{\"key\": \"eex\", \"en\": \"E\", "
                               "\"de\": \"E\"}],\n\"markets\": "
                               "[{\"key\": \"de\", \"exchange\": \"eex\", \"en\": \"E\", "
                               "\"de\": \"E\",\n\"notice\": ";
    static const struct {
        const char *notice;
        const char *expected;
    } cases[] = {
        {"{\"days\": 30}}]}", "3: \"reference\" is missing\n"},
        {"{\"reference\": \"Rule 4\"}}]}", "3: \"days\" is missing\n"},
        {"{\"days\": -1, \"reference\": \"Rule 4\"}}]}",
         "3: \"days\" must be an integer from 0 to 3660\n"},
        {"30}]}", "3: an object is expected here\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        is_refused(
            str_c(arena, str_concat(arena, str_from(head), str_from(cases[i].notice))),
            cases[i].expected);
}

static void an_offer_that_is_not_available_says_why(void **state)
{
    (void)state;
    struct str text = str_from(DOCUMENT);
    ssize_t rule = str_find(text, STR(",\n  \"rule\""));
    struct str cut = str_concat(arena, str_sub(text, 0, (size_t)rule), STR("}]}"));

    is_refused(str_c(arena, cut),
               "6: what is not available says by which rule: \"rule\" is missing\n");
}

static void is_change(struct catalogue_change *change, const char *text)
{
    assert_string_equal(str_c(arena, catalogue_change_text(arena, change)), text);
}

static void the_difference_is_said_line_by_line(void **state)
{
    (void)state;
    struct catalogue_document before = document();
    struct catalogue_document after = document();
    struct catalogue_change *changes;

    after.rows[2].notice_reference = STR_NONE;
    after.rows[2].name_de = STR("Strom Deutschland");
    after.rows[3].key = STR("peak");
    after.rows[4].available = true;
    struct db_rows rows = {before.rows, before.count};
    assert_int_equal(catalogue_difference(arena, &rows, &after, &changes), 4);
    is_change(&changes[0], "~ market de: de Deutschland -> Strom Deutschland; "
                           "notice 30 days (Rule 4) -> none");
    is_change(&changes[1], "+ product peak");
    is_change(&changes[2], "~ offer base@de: available no -> yes");
    is_change(&changes[3], "- product base: no longer offered");
    assert_false(changes[3].after->active);
    before.rows[3].active = false;
    after = document();
    assert_int_equal(catalogue_difference(arena, &rows, &after, &changes), 1);
    is_change(&changes[0], "+ product base: offered again");
}

static void loading_is_one_transaction_with_its_event(void **state)
{
    (void)state;
    struct catalogue_document out = document();
    struct catalogue_loading loading = {.document = &out, .operator= STR("root")};
    const struct fake_step steps[] = {STEP("begin-write"),
                                      STEP("SQL_CATALOGUE_LIST"),
                                      STEP("SQL_CATALOGUE_PUT_HOUSE"),
                                      STEP("SQL_CATALOGUE_PUT_EXCHANGE"),
                                      STEP("SQL_CATALOGUE_PUT_MARKET"),
                                      STEP("SQL_CATALOGUE_PUT_PRODUCT"),
                                      STEP("SQL_CATALOGUE_PUT_OFFER"),
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};
    play_as("ctl", 0, steps);
    must(catalogue_load(&actor, &loading));
    assert_int_equal(loading.change_count, 5);
    const struct fake_step same[] = {
        STEP("begin-write"),
        {.expect = "SQL_CATALOGUE_LIST", .rows = out.rows, .row_count = out.count},
        STEP("commit"),
        {0}};
    play_as("ctl", 0, same);
    must(catalogue_load(&actor, &loading));
    assert_int_equal(loading.change_count, 0);
}

/* ---- what expressions see of it ---- */

static void facts_have_what_holds_and_what_is_offered(void **state)
{
    (void)state;
    struct catalogue_document out = document();
    const struct register_row rows[] = {
        {.kind = REGISTER_ENTITLEMENT,
         .key = STR("base@de"),
         .name_en = STR("Base"),
         .name_de = STR("Grundlast"),
         .product = STR("base"),
         .market = STR("de"),
         .market_en = STR("Germany"),
         .market_de = STR("Deutschland"),
         .exchange = STR("eex"),
         .volume = STR("12.5"),
         .unit = STR("MWh"),
         .valid_from = 20000,
         .ends_on = DAY_NONE},
        {.kind = REGISTER_OBLIGATION,
         .key = STR("1"),
         .name_en = STR("Fees"),
         .name_de = STR("Entgelte"),
         .detail = STR("payment"),
         .request_reference = STR("INV-1"),
         .valid_from = DAY_NONE,
         .ends_on = DAY_NONE},
        {.kind = REGISTER_COMPANY,
         .key = STR("M-1"),
         .name_en = STR("Kran AG"),
         .name_de = STR("Kran AG"),
         .ends_on = DAY_NONE},
    };
    const struct fake_step steps[] = {
        {.expect = "SQL_REGISTER_LIST", .rows = rows, .row_count = 3},
        {.expect = "SQL_CATALOGUE_LIST", .rows = out.rows, .row_count = out.count},
        {0}};
    const struct facts_query query = {.company_id = 11, .today = 20778};
    json_t *facts;

    out.rows[3].active = false; /* the product: its offers go with it */
    play_as("requests", 0, steps);
    must(facts_load(actor.db, arena, &query, &facts));
    assert_string_equal(
        str_c(arena, json_write(arena, json_object_get(facts, "company"))),
        "{\"board\":[],\"clearing\":[],\"endsOn\":null,\"entitlements\":[{\"endsOn\":"
        "null,\"exchange\":"
        "\"eex\",\"key\":\"base@de\",\"market\":\"de\",\"name\":{\"de\":\"Grundlast, "
        "Deutschland\",\"en\":\"Base, Germany\"},\"product\":\"base\",\"unit\":\"MWh\","
        "\"validFrom\":\"2024-10-04\",\"volume\":\"12.5\"}],\"memberships\":[],\"name\":"
        "\"Kran AG\",\"obligations\":[{\"dueOn\":null,\"key\":\"INV-1\",\"kind\":"
        "\"payment\",\"text\":{\"de\":\"Entgelte\",\"en\":\"Fees\"}}],\"reference\":"
        "\"M-1\"}");
    assert_string_equal(
        str_c(arena, json_write(arena, json_object_get(facts, "catalogue"))),
        "{\"exchanges\":[{\"house\":\"ecc\",\"key\":\"eex\",\"name\":{\"de\":\"EEX\","
        "\"en\":\"EEX\"}}],\"houses\":[{\"key\":\"ecc\",\"name\":{\"de\":\"ECC\",\"en\":"
        "\"ECC\"}}],\"markets\":[{\"exchange\":\"eex\",\"key\":\"de\",\"name\":{\"de\":"
        "\"Deutschland\",\"en\":\"Germany\"},\"noticeDays\":30,\"noticeReference\":"
        "\"Rule 4\"}],\"offers\":[]}");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_document_is_read_and_written_back),
        T(what_does_not_fit_is_refused_with_its_line),
        T(a_notice_period_needs_its_rule),
        T(an_offer_that_is_not_available_says_why),
        T(the_difference_is_said_line_by_line),
        T(loading_is_one_transaction_with_its_event),
        T(facts_have_what_holds_and_what_is_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
