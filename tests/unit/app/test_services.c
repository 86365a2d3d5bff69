/* Services that change what is on record: what they write, what stands against it, and that a second run of
 * the same request writes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "formats/json.h"
#include "process/definition/service_types.h"
#include "store/catalogue.h"
#include "store/obligation.h"
#include "store/register.h"
#include "app/services/handlers.h"
#include "scripted.h"

#define NOW   INT64_C(1795262400) * US_PER_S /* 2026-11-21T12:00Z */
#define TODAY ((day_no)20778)

static struct staff_tx tx;
static struct service_call call;
static enum service_answer answer;
static struct register_company company;

static struct catalogue_row catalogue[] = {
    {.kind = CATALOGUE_HOUSE, .key = STR("ecc"), .active = true},
    {.kind = CATALOGUE_EXCHANGE, .key = STR("eex"), .active = true},
    {.kind = CATALOGUE_EXCHANGE, .key = STR("pxe"), .active = true},
    {.kind = CATALOGUE_MARKET, .key = STR("de"), .parent = STR("eex"), .active = true},
    {.kind = CATALOGUE_MARKET, .key = STR("cz"), .parent = STR("pxe"), .active = true},
    {.kind = CATALOGUE_PRODUCT, .key = STR("base"), .unit = STR("MWh"), .active = true},
    {.kind = CATALOGUE_OFFER,
     .key = STR("base@de"),
     .product = STR("base"),
     .parent = STR("de"),
     .available = true,
     .active = true},
    {.kind = CATALOGUE_OFFER,
     .key = STR("base@cz"),
     .product = STR("base"),
     .parent = STR("cz"),
     .available = false,
     .active = true},
};
enum { OFFER_DE = 6, OFFER_CZ = 7 };

static struct register_lock membership, entitlement, director, access_row;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)16 << 20);
    company = (struct register_company){
        STR("Kran AG"), STR("active"), STR("Europe/Berlin"), DAY_NONE, DAY_NONE, 1};
    membership = (struct register_lock){.id = 1,
                                        .key = STR("eex"),
                                        .exchange = STR("eex"),
                                        .valid_from = TODAY - 100,
                                        .ends_on = DAY_NONE};
    entitlement = (struct register_lock){.id = 2,
                                         .key = STR("base@de"),
                                         .market = STR("de"),
                                         .exchange = STR("eex"),
                                         .valid_from = TODAY - 100,
                                         .ends_on = DAY_NONE};
    director = (struct register_lock){.id = 3,
                                      .key = STR("3"),
                                      .name = STR("Ada"),
                                      .birth_date = -1000,
                                      .valid_from = TODAY - 100,
                                      .ends_on = DAY_NONE};
    access_row = (struct register_lock){.id = 4,
                                        .key = STR("ecc"),
                                        .name = STR("Old Bank"),
                                        .valid_from = TODAY - 100,
                                        .ends_on = DAY_NONE};
    catalogue[OFFER_DE].available = true;
    return 0;
}

static enum err run(service_fn service, const char *inputs, const struct fake_step *steps)
{
    json_t *parsed;

    play_as("worker", NOW, steps);
    if (json_parse(arena, str_from(inputs), &parsed) != OK)
        bug("inputs: %s", err_text());
    tx = (struct staff_tx){
        .actor = &actor,
        .db = actor.db,
        .arena = arena,
        .request = {.id = 5, .company_id = 11, .reference = STR("R-1")},
        .history = VEC_INIT(arena, struct history_row),
        .mails = VEC_INIT(arena, struct outbox_row),
        .jobs = VEC_INIT(arena, struct job_row),
    };
    call = (struct service_call){.tx = &tx,
                                 .activation = STR("T#1"),
                                 .ticket = STR("T-1"),
                                 .inputs = parsed,
                                 .today = TODAY};
    return service(&call, &answer);
}

static void done(enum err err, enum service_answer expected)
{
    must(err);
    if (answer != expected)
        bug("answer %d: %s {%.*s}", (int)answer, call.obstacle ? call.obstacle : "",
            STR_ARG(call.about));
}

static const struct history_row *line(size_t index)
{
    assert_true(index < tx.history.count);
    return VEC_AT(&tx.history, struct history_row, index);
}

static void is_line(size_t index, const char *object, const char *field,
                    const char *value)
{
    assert_string_equal(line(index)->object, object);
    assert_string_equal(line(index)->field, field);
    assert_string_equal(str_c(arena, line(index)->new_value), value);
}

#define COMPANY                                                                          \
    {                                                                                    \
        .expect = "SQL_REGISTER_COMPANY_LOCK", ROWS_OF(company)                          \
    }
#define CATALOGUE                                                                        \
    {                                                                                    \
        .expect = "SQL_CATALOGUE_LIST", .rows = catalogue,                               \
        .row_count = sizeof catalogue / sizeof *catalogue                                \
    }
#define ROW(what, row)                                                                   \
    {                                                                                    \
        .expect = "SQL_REGISTER_LOCK_" what, ROWS_OF(row)                                \
    }
#define NO_ROW(what) STEP("SQL_REGISTER_LOCK_" what)
#define ADDED(what)                                                                      \
    {                                                                                    \
        .expect = "SQL_REGISTER_INSERT_" what, .done = {.affected = 1, .insert_id = 9 }  \
    }
#define ENDED(what)                                                                      \
    {                                                                                    \
        .expect = "SQL_REGISTER_END_" what, .done = {.affected = 1 }                     \
    }
#define PUT                                                                              \
    {                                                                                    \
        .expect = "SQL_REGISTER_COMPANY_PUT", .done = {.affected = 1 }                   \
    }

/* ---- products ---- */

#define GRANT                                                                            \
    "{\"entries\":[{\"offer\":\"base@de\",\"volume\":\"12.50\",\"unit\":null}],"         \
    "\"validFrom\":\"2026-12-01\"}"

static void a_product_is_granted(void **state)
{
    (void)state;
    const struct fake_step steps[] = {COMPANY,
                                      CATALOGUE,
                                      ROW("MEMBERSHIP", membership),
                                      NO_ROW("ENTITLEMENT"),
                                      ADDED("ENTITLEMENT"),
                                      {0}};
    done(run(service_entitlement_grant, GRANT, steps), SERVICE_CARRIED_OUT);
    is_line(0, "entitlement", "valid_from", "base@de · 12.5 MWh · 2026-12-01");
    assert_int_equal(line(0)->object_id, 9);
}

static void what_this_request_has_granted_is_granted_once(void **state)
{
    (void)state;
    entitlement.request_id = 5;
    const struct fake_step steps[] = {COMPANY,
                                      CATALOGUE,
                                      ROW("MEMBERSHIP", membership),
                                      ROW("ENTITLEMENT", entitlement),
                                      {0}};
    done(run(service_entitlement_grant, GRANT, steps), SERVICE_CARRIED_OUT);
    assert_int_equal(tx.history.count, 0);
}

static void refused(const char *sentence, const char *about)
{
    assert_string_equal(call.obstacle, sentence);
    assert_string_equal(str_c(arena, call.about), about);
    assert_int_equal(tx.history.count, 0);
}

static void what_is_there_or_not_offered_is_an_obstacle(void **state)
{
    (void)state;
    const struct fake_step there[] = {COMPANY,
                                      CATALOGUE,
                                      ROW("MEMBERSHIP", membership),
                                      ROW("ENTITLEMENT", entitlement),
                                      {0}};
    done(run(service_entitlement_grant, GRANT, there), SERVICE_OBSTACLE);
    refused("The company has this already: {0}.", "base@de");
    /* It ends only after the new one would begin. */
    entitlement.ends_on = TODAY + 30;
    done(run(service_entitlement_grant, GRANT, there), SERVICE_OBSTACLE);
    refused("The company has this already: {0}.", "base@de");
    catalogue[OFFER_DE].available = false;
    const struct fake_step gone[] = {
        COMPANY, CATALOGUE, ROW("MEMBERSHIP", membership), NO_ROW("ENTITLEMENT"), {0}};
    done(run(service_entitlement_grant, GRANT, gone), SERVICE_OBSTACLE);
    refused("This is not offered any more: {0}.", "base@de");
}

static void an_ended_product_may_be_granted_again(void **state)
{
    (void)state;
    entitlement.ends_on = TODAY + 9; /* 2026-11-30 */
    const struct fake_step steps[] = {COMPANY,
                                      CATALOGUE,
                                      ROW("MEMBERSHIP", membership),
                                      ROW("ENTITLEMENT", entitlement),
                                      ADDED("ENTITLEMENT"),
                                      {0}};
    done(run(service_entitlement_grant, GRANT, steps), SERVICE_CARRIED_OUT);
}

static void a_product_needs_the_membership_on_that_day(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        COMPANY, CATALOGUE, ROW("MEMBERSHIP", membership), NO_ROW("ENTITLEMENT"), {0}};
    membership.ends_on = TODAY + 1;
    done(run(service_entitlement_grant, GRANT, steps), SERVICE_OBSTACLE);
    refused("On that day the company is no member of the exchange: {0}.", "eex");
    membership.ends_on = DAY_NONE;
    membership.valid_from = TODAY + 100;
    done(run(service_entitlement_grant, GRANT, steps), SERVICE_OBSTACLE);
    refused("On that day the company is no member of the exchange: {0}.", "eex");
}

static void a_company_that_leaves_gets_nothing_new(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        COMPANY, CATALOGUE, ROW("MEMBERSHIP", membership), NO_ROW("ENTITLEMENT"), {0}};
    company.ends_on = TODAY + 5;
    done(run(service_entitlement_grant, GRANT, steps), SERVICE_OBSTACLE);
    refused("The membership of the company ends on {0}.", "2026-11-26");
    company = (struct register_company){
        .state = STR("candidate"), .ends_on = DAY_NONE, .changes_on = DAY_NONE};
    done(run(service_entitlement_grant, GRANT, steps), SERVICE_OBSTACLE);
    refused("The company is not an active member.", "");
}

static void inputs_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "{\"entries\":\"base@de\"}",
        "{\"entries\":[{\"offer\":\"base\",\"volume\":1}]}",
        "{\"entries\":[{\"offer\":\"base@de\",\"volume\":0}]}",
        "{\"entries\":[{\"offer\":\"base@de\",\"volume\":-1}]}",
        "{\"entries\":[{\"offer\":\"base@de\",\"volume\":\"0.0000001\"}]}",
        "{\"entries\":[{\"offer\":\"base@de\",\"volume\":\"100000000000000\"}]}",
        "{\"entries\":[{\"offer\":\"base@de\",\"volume\":\"many\"}]}",
        "{\"entries\":[],\"validFrom\":\"2026-13-01\"}",
        "{\"entries\":[],\"validFrom\":20261201}",
    };
    const struct fake_step steps[] = {{0}};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        assert_int_equal(run(service_entitlement_grant, inputs[i], steps), ERR_INPUT);
    const struct fake_step twice[] = {
        COMPANY, CATALOGUE, ROW("MEMBERSHIP", membership), NO_ROW("ENTITLEMENT"), {0}};
    assert_int_equal(run(service_entitlement_grant,
                         "{\"entries\":[{\"offer\":\"base@de\",\"volume\":1},"
                         "{\"offer\":\"base@de\",\"volume\":2}]}",
                         twice),
                     ERR_INPUT);
}

static void a_product_ends(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        COMPANY, ROW("ENTITLEMENT", entitlement), ENDED("ENTITLEMENT"), {0}};
    const char *inputs = "{\"entries\":[\"base@de\"],\"endsOn\":\"2026-12-31\"}";
    done(run(service_entitlement_end, inputs, steps), SERVICE_CARRIED_OUT);
    is_line(0, "entitlement", "ends_on", "base@de · 2026-12-31");
    entitlement.ends_on = TODAY + 3;
    entitlement.ended_request_id = 6;
    const struct fake_step ended[] = {COMPANY, ROW("ENTITLEMENT", entitlement), {0}};
    done(run(service_entitlement_end, inputs, ended), SERVICE_OBSTACLE);
    refused("The company does not have this any more: {0}.", "base@de");
    entitlement.ended_request_id = 5; /* by this request: it comes twice */
    done(run(service_entitlement_end, inputs, ended), SERVICE_CARRIED_OUT);
}

/* ---- exchanges ---- */

static void a_membership_is_granted(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        COMPANY, CATALOGUE, ROW("MEMBERSHIP", membership), ADDED("MEMBERSHIP"), {0}};
    done(run(service_membership_grant, "{\"exchange\":\"pxe\"}", steps),
         SERVICE_CARRIED_OUT);
    is_line(0, "membership", "valid_from", "pxe · 2026-11-21");
    const struct fake_step refusing[] = {
        COMPANY, CATALOGUE, ROW("MEMBERSHIP", membership), {0}};
    done(run(service_membership_grant, "{\"exchange\":[\"pxe\",\"eex\"]}", refusing),
         SERVICE_OBSTACLE);
    refused("The company has this already: {0}.", "eex");
    done(run(service_membership_grant, "{\"exchange\":\"moon\"}", refusing),
         SERVICE_OBSTACLE);
    refused("This is not offered any more: {0}.", "moon");
}

static void the_last_membership_takes_everything_with_it(void **state)
{
    (void)state;
    const struct fake_step steps[] = {COMPANY,
                                      ROW("MEMBERSHIP", membership),
                                      ROW("ENTITLEMENT", entitlement),
                                      ROW("CLEARING_ACCESS", access_row),
                                      ENDED("MEMBERSHIP"),
                                      ENDED("ENTITLEMENT"),
                                      ENDED("CLEARING_ACCESS"),
                                      PUT,
                                      {0}};
    done(run(service_membership_end,
             "{\"exchanges\":[\"eex\"],\"endsOn\":\"2026-12-31\"}", steps),
         SERVICE_CARRIED_OUT);
    is_line(3, "company", "ends_on", "2026-12-31");
    const struct db_param *params = fake_params(fake);
    assert_true(str_is(params[1].str, "active")); /* until that day is over */
    assert_int_equal(params[2].day, TODAY + 40);
    assert_int_equal(params[3].day, TODAY + 41);
}

static void another_membership_keeps_the_company(void **state)
{
    (void)state;
    struct register_lock rows[] = {membership, membership};
    rows[1].id = 8;
    rows[1].key = rows[1].exchange = STR("pxe");
    const struct fake_step steps[] = {
        COMPANY,
        {.expect = "SQL_REGISTER_LOCK_MEMBERSHIP", .rows = rows, .row_count = 2},
        ROW("ENTITLEMENT", entitlement),
        ENDED("MEMBERSHIP"),
        {0}};
    done(run(service_membership_end, "{\"exchanges\":\"pxe\"}", steps),
         SERVICE_CARRIED_OUT);
    assert_int_equal(tx.history.count, 1);
}

/* The other one ends later: its products go with it, clearing goes with the company. */
static void the_company_leaves_with_its_last_membership(void **state)
{
    (void)state;
    struct register_lock rows[] = {membership, membership};
    struct register_lock products[] = {entitlement, entitlement};
    rows[1].id = 8;
    rows[1].key = rows[1].exchange = STR("pxe");
    rows[1].ends_on = TODAY + 90;
    products[1].id = 7;
    products[1].exchange = STR("pxe");
    products[1].ends_on = TODAY + 90;
    products[0].ends_on = TODAY + 80; /* ends earlier now */
    const struct fake_step steps[] = {
        COMPANY,
        {.expect = "SQL_REGISTER_LOCK_MEMBERSHIP", .rows = rows, .row_count = 2},
        {.expect = "SQL_REGISTER_LOCK_ENTITLEMENT", .rows = products, .row_count = 2},
        ROW("CLEARING_ACCESS", access_row),
        ENDED("MEMBERSHIP"),
        ENDED("ENTITLEMENT"),
        ENDED("CLEARING_ACCESS"),
        PUT,
        {0}};
    const char *inputs = "{\"exchanges\":[\"eex\"],\"endsOn\":\"2026-12-31\"}";
    done(run(service_membership_end, inputs, steps), SERVICE_CARRIED_OUT);
    is_line(0, "membership", "ends_on", "eex · 2026-12-31");
    is_line(1, "entitlement", "ends_on", "base@de · 2026-12-31");
    is_line(2, "clearing_access", "ends_on", "ecc · 2027-02-19");
    is_line(3, "company", "ends_on", "2027-02-19");
    /* All of it was to end by then anyway: the same again writes nothing. */
    rows[0].ends_on = products[0].ends_on = TODAY + 40;
    access_row.ends_on = company.ends_on = TODAY + 90;
    const struct fake_step again[] = {
        COMPANY,
        {.expect = "SQL_REGISTER_LOCK_MEMBERSHIP", .rows = rows, .row_count = 2},
        {.expect = "SQL_REGISTER_LOCK_ENTITLEMENT", .rows = products, .row_count = 2},
        ROW("CLEARING_ACCESS", access_row),
        {0}};
    done(run(service_membership_end, inputs, again), SERVICE_CARRIED_OUT);
    assert_int_equal(tx.history.count, 0);
    /* What is over is not there any more. */
    rows[0].ends_on = TODAY - 1;
    const struct fake_step over[] = {
        COMPANY,
        {.expect = "SQL_REGISTER_LOCK_MEMBERSHIP", .rows = rows, .row_count = 2},
        {0}};
    done(run(service_membership_end, inputs, over), SERVICE_OBSTACLE);
    refused("The company does not have this any more: {0}.", "eex");
}

/* ---- board, clearing ---- */

static void the_board_changes(void **state)
{
    (void)state;
    const struct fake_step steps[] = {COMPANY,
                                      ROW("BOARD_MEMBER", director),
                                      ENDED("BOARD_MEMBER"),
                                      ADDED("BOARD_MEMBER"),
                                      {0}};
    const char *inputs = "{\"add\":[{\"name\":\" Bo \",\"function\":\"CFO\","
                         "\"birthDate\":\"1970-05-05\"},{\"name\":\"Bo\",\"function\":"
                         "\"CEO\",\"birthDate\":\"1970-05-05\"}],\"remove\":[\"3\"],"
                         "\"validFrom\":\"2026-12-01\"}";
    done(run(service_board_apply, inputs, steps), SERVICE_CARRIED_OUT);
    is_line(0, "board_member", "ends_on", "Ada · 2026-11-30");
    is_line(1, "board_member", "valid_from", "Bo · CFO · 2026-12-01");
}

static void a_person_of_nobody_s_board_is_not_removed(void **state)
{
    (void)state;
    const struct fake_step steps[] = {COMPANY, ROW("BOARD_MEMBER", director), {0}};
    done(run(service_board_apply, "{\"remove\":[\"4\"]}", steps), SERVICE_OBSTACLE);
    refused("A person to be removed is not on record any more.", "");
    done(run(service_board_apply,
             "{\"add\":[{\"name\":\"Ada\",\"function\":\"CEO\","
             "\"birthDate\":\"1967-04-07\"}]}",
             steps),
         SERVICE_OBSTACLE);
    refused("This person is on record already: {0}.", "Ada");
}

/* The database takes more for the same than we do; what is said of it is logged. */
static void who_it_is_is_not_said_in_the_log(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        COMPANY,
        ROW("BOARD_MEMBER", director),
        {.expect = "SQL_REGISTER_INSERT_BOARD_MEMBER", .error_code = 1062},
        {0}};
    assert_int_equal(run(service_board_apply,
                         "{\"add\":[{\"name\":\"Zuse\",\"function\":\"CEO\","
                         "\"birthDate\":\"1967-04-07\"}]}",
                         steps),
                     ERR_INPUT);
    assert_null(strstr(err_text(), "Zuse"));
    assert_non_null(strstr(err_text(), "board_member on record already"));
    err_clear();
}

static void another_clearing_member_replaces_the_old(void **state)
{
    (void)state;
    const struct fake_step steps[] = {COMPANY,
                                      CATALOGUE,
                                      ROW("CLEARING_ACCESS", access_row),
                                      ENDED("CLEARING_ACCESS"),
                                      ADDED("CLEARING_ACCESS"),
                                      {0}};
    const char *inputs =
        "{\"house\":\"ecc\",\"member\":\"New Bank\",\"validFrom\":\"2026-12-01\"}";
    done(run(service_clearing_change, inputs, steps), SERVICE_CARRIED_OUT);
    is_line(0, "clearing_access", "ends_on", "ecc · 2026-11-30");
    is_line(1, "clearing_access", "valid_from", "ecc · New Bank · 2026-12-01");
    const struct fake_step add[] = {
        COMPANY, CATALOGUE, ROW("CLEARING_ACCESS", access_row), {0}};
    done(run(service_clearing_add, inputs, add), SERVICE_OBSTACLE);
    refused("The company has this already: {0}.", "ecc");
    access_row.request_id = 5; /* this request has changed it before */
    done(run(service_clearing_change, inputs, add), SERVICE_CARRIED_OUT);
    assert_int_equal(tx.history.count, 0);
}

/* ---- others ---- */

static void a_new_name_waits_for_its_day(void **state)
{
    (void)state;
    const struct fake_step steps[] = {
        COMPANY, {.expect = "SQL_MASTER_DATA_INSERT", .expect_row_count = 1}, PUT, {0}};
    done(run(service_company_rename,
             "{\"name\":\"Boot AG\",\"validFrom\":\"2027-01-01\"}", steps),
         SERVICE_CARRIED_OUT);
    assert_true(str_is(fake_params(fake)[0].str, "Kran AG"));
    assert_int_equal(fake_params(fake)[3].day, TODAY + 41);
    done(run(service_company_rename, "{\"name\":\"Boot AG\"}", steps),
         SERVICE_CARRIED_OUT);
    assert_true(str_is(fake_params(fake)[0].str, "Boot AG"));
    is_line(0, "company_attribute", "company.name", "Boot AG");
}

static void open_obligations_are_an_error_of_the_process(void **state)
{
    (void)state;
    const struct obligation_row rows[] = {{.reference = STR("INV-1")},
                                          {.reference = STR("POS-2")}};
    const struct fake_step steps[] = {
        {.expect = "SQL_OBLIGATION_LOCK_OPEN", .rows = rows, .row_count = 2}, {0}};
    done(run(service_obligation_check, "{}", steps), SERVICE_BPMN_ERROR);
    assert_true(str_is(call.error_code, "open-obligations"));
    assert_true(str_is(call.about, "INV-1, POS-2"));
    const struct fake_step none[] = {STEP("SQL_OBLIGATION_LOCK_OPEN"), {0}};
    done(run(service_obligation_check, "{}", none), SERVICE_CARRIED_OUT);
}

static void a_mail_carries_msgids(void **state)
{
    (void)state;
    const struct fake_step steps[] = {{0}};
    static const char inputs[] =
        "{\"to\":\"customer\",\"subject\":\"Your crane\",\"text\":\"It is greased.\"}";
    tx.env = NULL;
    done(run(service_mail_send, inputs, steps), SERVICE_CARRIED_OUT);
    assert_int_equal(tx.mails.count, 0); /* who submitted has left the company */
    assert_int_equal(run(service_mail_send, "{\"to\":\"customer\"}", steps), ERR_INPUT);
}

static void every_type_has_a_handler(void **state)
{
    (void)state;
    size_t count;
    size_t handlers = 0;
    const struct service_type *types = service_types(&count);
    for (const struct service_handler *h = SERVICE_HANDLERS; h->type; h++, handlers++)
        assert_non_null(service_type_find(str_from(h->type)));
    assert_int_equal(handlers, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(types[i].name, SERVICE_HANDLERS[i].type);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(a_product_is_granted),
        T(what_this_request_has_granted_is_granted_once),
        T(what_is_there_or_not_offered_is_an_obstacle),
        T(an_ended_product_may_be_granted_again),
        T(a_product_needs_the_membership_on_that_day),
        T(a_company_that_leaves_gets_nothing_new),
        T(inputs_that_do_not_fit_are_refused),
        T(a_product_ends),
        T(a_membership_is_granted),
        T(the_last_membership_takes_everything_with_it),
        T(another_membership_keeps_the_company),
        T(the_company_leaves_with_its_last_membership),
        T(the_board_changes),
        T(a_person_of_nobody_s_board_is_not_removed),
        T(who_it_is_is_not_said_in_the_log),
        T(another_clearing_member_replaces_the_old),
        T(a_new_name_waits_for_its_day),
        T(open_obligations_are_an_error_of_the_process),
        T(a_mail_carries_msgids),
        T(every_type_has_a_handler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
