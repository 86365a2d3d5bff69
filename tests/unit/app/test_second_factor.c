/* The second factor of a sign-on: what each verdict writes, all of it or nothing; who may reset one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/sign_on/second_factor_change.h"
#include "app/sign_on/session_open.h"
#include "store/pending_sign_on.h"
#include "store/second_factor.h"
#include "scripted.h"

/* RFC 6238 appendix B: the code of this secret at this second is 005924. */
#define NOW     (INT64_C(1234567890) * US_PER_S)
#define COUNTER 0x273EF07
#define RIGHT   "005924"
#define WRONG   "005925"
static const struct str SECRET = {"12345678901234567890", 20};

static char folder[] = "/tmp/kontor-factor-XXXXXX";
static struct arena *process; /* keys and configuration */
static struct principal who;
static struct second_factor_policy policy;
static struct second_factor_row factor;
static struct second_factor_owner owner;
static struct pending_sign_on_row pending;
static instant_us blocked_until;
static struct second_factor_result result;

/* ---- fixture --------------------------------------------------------------------------- */

static struct str in_folder(const char *name)
{
    return str_format(process, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(in_folder(name).ptr, "we");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fchmod(fileno(file), mode), 0);
    assert_int_equal(fclose(file), 0);
}

static enum err read_policy(const char *section)
{
    struct conf *conf = NULL;
    struct seal_keys *keys = NULL;
    struct str text =
        str_format(process, "[login]\nkey_file = keys\n[second_factor]\n%s\n", section);

    write_file("kontor.conf", text.ptr, 0600);
    err_clear();
    assert_int_equal(conf_load(process, in_folder("kontor.conf").ptr, &conf), OK);
    assert_int_equal(seal_keys_open(process, conf, &keys), OK);
    return second_factor_policy_read(conf, keys, &policy);
}

static int up(void **state)
{
    (void)state;
    process = arena_new(1 << 22);
    if (!mkdtemp(folder))
        return -1;
    write_file("keys", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
               0400);
    return 0;
}

static int down(void **state)
{
    (void)state;
    (void)unlink(in_folder("keys").ptr);
    (void)unlink(in_folder("kontor.conf").ptr);
    (void)rmdir(folder);
    arena_free(&process);
    return 0;
}

static int setup(void **state)
{
    struct session_plan plan = {.person_id = 3,
                                .company_id = 11,
                                .identity_id = 5,
                                .device = STR("Firefox, Windows"),
                                .network = STR("192.0.2.7")};

    (void)state;
    arena = arena_new((size_t)8 << 20);
    assert_int_equal(read_policy("required_for = coordinator lead"), OK);
    factor = (struct second_factor_row){
        .id = 8,
        .secret = seal(process, policy.keys, STR("totp:3"), SECRET),
        .last_counter = COUNTER - 10,
        .created_at = NOW - US_PER_DAY,
        .codes_left = 10};
    owner = (struct second_factor_owner){.login = STR("anna"),
                                         .display_name = STR("Anna A"),
                                         .email = STR("a@x.example"),
                                         .language = STR("en"),
                                         .company_id = 11};
    pending = (struct pending_sign_on_row){
        .id = 6, .person_id = 3, .payload = session_plan_json(arena, &plan)};
    who = (struct principal){.session_id = 9, .person_id = 3, .company_id = 11};
    blocked_until = INSTANT_NONE;
    return 0;
}

static void play(const struct fake_step *steps)
{
    play_as("login", NOW, steps);
}

static enum err prove(const struct fake_step *steps, struct second_factor_proof proof)
{
    play(steps);
    result = (struct second_factor_result){.verdict = -1, .wait_s = -1};
    return second_factor_prove(&actor, &policy, STR("token"), &proof, &result);
}

static enum second_factor_verdict verdict(const struct fake_step *steps, const char *code)
{
    must(prove(steps, (struct second_factor_proof){.code = str_from(code)}));
    return result.verdict;
}

#define ONE(name)                                                                        \
    {                                                                                    \
        .expect = (name), .done = { 1, 0 }                                               \
    }
#define STEP_PENDING                                                                     \
    {                                                                                    \
        .expect = "SQL_PENDING_SIGN_ON_LOCK", ROWS_OF(pending)                           \
    }
#define STEP_FACTOR                                                                      \
    {                                                                                    \
        .expect = "SQL_SECOND_FACTOR_LOCK", ROWS_OF(factor)                              \
    }
#define STEP_OWNER                                                                       \
    {                                                                                    \
        .expect = "SQL_SECOND_FACTOR_OWNER", ROWS_OF(owner)                              \
    }
#define STEP_BLOCKED                                                                     \
    {                                                                                    \
        .expect = "SQL_THROTTLE_BLOCKED", ROWS_OF(blocked_until)                         \
    }
#define STEP_MAIL   STEP("SQL_OUTBOX_INSERT")
#define STEPS_ASKED STEP("begin-write"), STEP_PENDING, STEP_FACTOR, STEP_OWNER
#define STEPS_FAILED                                                                     \
    STEP("SQL_THROTTLE_FAIL"), STEP_AUDIT, STEP("SQL_PENDING_SIGN_ON_TRY"), STEP("commit")

static const struct fake_step RIGHT_CODE[] = {STEPS_ASKED,
                                              STEP_BLOCKED,
                                              ONE("SQL_SECOND_FACTOR_USE"),
                                              STEP("SQL_THROTTLE_CLEAR"),
                                              STEP("SQL_PENDING_SIGN_ON_REMOVE"),
                                              STEP_SESSION,
                                              STEP_AUDIT,
                                              STEP("commit"),
                                              {0}};

/* ---- codes of the app --------------------------------------------------------------------- */

static void a_right_code_opens_the_session(void **state)
{
    struct str first;

    (void)state;
    assert_int_equal(verdict(RIGHT_CODE, RIGHT), SECOND_FACTOR_RIGHT);
    assert_int_equal(result.token.len, 43);
    assert_int_equal(result.person_id, 3);
    assert_false(result.is_staff);
    assert_false(result.by_recovery_code);
    first = str_copy(process, result.token);
    assert_int_equal(verdict(RIGHT_CODE, " 005 924 "), SECOND_FACTOR_RIGHT);
    assert_false(str_eq(first, result.token));
}

static void a_failure_at_any_statement_leaves_nothing(void **state)
{
    struct second_factor_proof proof = {.code = STR(RIGHT)};
    int calls = (int)(sizeof(RIGHT_CODE) / sizeof(*RIGHT_CODE)) - 1;

    (void)state;
    for (int n = 1; n <= calls; n++) {
        struct fake_step steps[sizeof(RIGHT_CODE) / sizeof(*RIGHT_CODE) + 1] = {{0}};
        enum err err;

        /* Up to the n-th call, which fails; then the rollback, unless there is nothing to roll back. */
        memcpy(steps, RIGHT_CODE, (size_t)n * sizeof(*steps));
        steps[n - 1].error_code = 1064;
        steps[n - 1].error_text = "broken";
        if (n > 1)
            steps[n] = (struct fake_step)STEP("rollback");
        play(steps);
        result.token = STR_NONE;
        err = second_factor_prove(&actor, &policy, STR("token"), &proof, &result);
        assert_int_not_equal(err, OK);
        assert_null(result.token.ptr);
    }
}

static void a_code_that_somebody_was_faster_with(void **state)
{
    const struct fake_step steps[] = {
        STEPS_ASKED, STEP_BLOCKED, STEP("SQL_SECOND_FACTOR_USE"), STEPS_FAILED, {0}};

    (void)state;
    assert_int_equal(verdict(steps, RIGHT), SECOND_FACTOR_USED);
    assert_null(result.token.ptr);
}

static void wrong_codes_are_counted(void **state)
{
    const struct fake_step steps[] = {STEPS_ASKED, STEP_BLOCKED, STEPS_FAILED, {0}};

    (void)state;
    assert_int_equal(verdict(steps, WRONG), SECOND_FACTOR_WRONG);
    assert_int_equal(verdict(steps, ""), SECOND_FACTOR_WRONG);
    assert_int_equal(verdict(steps, "0059240"), SECOND_FACTOR_WRONG);
    factor.last_counter = COUNTER;
    assert_int_equal(verdict(steps, RIGHT), SECOND_FACTOR_USED);
    assert_null(result.token.ptr);
}

static void the_last_try_ends_the_sign_on(void **state)
{
    const struct fake_step steps[] = {STEPS_ASKED,
                                      STEP_BLOCKED,
                                      STEP("SQL_THROTTLE_FAIL"),
                                      STEP_AUDIT,
                                      STEP("SQL_PENDING_SIGN_ON_REMOVE"),
                                      STEP_MAIL,
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};

    (void)state;
    pending.tries = 4;
    assert_int_equal(verdict(steps, WRONG), SECOND_FACTOR_OVER);
}

static void while_waiting_nothing_is_looked_at(void **state)
{
    const struct fake_step steps[] = {STEPS_ASKED, STEP_BLOCKED, STEP("commit"), {0}};

    (void)state;
    blocked_until = NOW + 29 * US_PER_S + 1;
    assert_int_equal(verdict(steps, RIGHT), SECOND_FACTOR_THROTTLED);
    assert_int_equal(result.wait_s, 30);
    blocked_until = NOW;
    assert_int_equal(verdict(RIGHT_CODE, RIGHT), SECOND_FACTOR_RIGHT);
}

static void nothing_to_prove(void **state)
{
    const struct fake_step over[] = {
        STEP("begin-write"), STEP("SQL_PENDING_SIGN_ON_LOCK"), STEP("commit"), {0}};
    const struct fake_step none[] = {STEP("begin-write"),
                                     STEP_PENDING,
                                     STEP("SQL_SECOND_FACTOR_LOCK"),
                                     STEP("commit"),
                                     {0}};

    (void)state;
    assert_int_equal(verdict(over, RIGHT), SECOND_FACTOR_OVER);
    assert_int_equal(verdict(none, RIGHT), SECOND_FACTOR_NONE);
    assert_null(result.token.ptr);
}

static void a_secret_of_somebody_else_does_not_open(void **state)
{
    const struct fake_step steps[] = {STEPS_ASKED,    STEP_BLOCKED,
                                      STEP_AUDIT,     STEP("SQL_PENDING_SIGN_ON_TRY"),
                                      STEP("commit"), {0}};

    (void)state;
    factor.secret = seal(process, policy.keys, STR("totp:4"), SECRET);
    assert_int_equal(verdict(steps, RIGHT), SECOND_FACTOR_SEALED);
}

/* ---- recovery codes -------------------------------------------------------------------------- */

static void recovery_codes_wait_for_nobody(void **state)
{
    const struct fake_step right[] = {STEPS_ASKED,
                                      ONE("SQL_RECOVERY_CODE_USE"),
                                      STEP("SQL_THROTTLE_CLEAR"),
                                      STEP_MAIL,
                                      STEP_AUDIT,
                                      STEP("SQL_PENDING_SIGN_ON_REMOVE"),
                                      STEP_SESSION,
                                      STEP_AUDIT,
                                      STEP("commit"),
                                      {0}};
    const struct fake_step used[] = {STEPS_ASKED,    STEP("SQL_RECOVERY_CODE_USE"),
                                     STEP_AUDIT,     STEP("SQL_PENDING_SIGN_ON_TRY"),
                                     STEP("commit"), {0}};
    const struct fake_step no_code[] = {
        STEPS_ASKED, STEP_AUDIT, STEP("SQL_PENDING_SIGN_ON_TRY"), STEP("commit"), {0}};
    struct second_factor_proof proof = {.recovery_code =
                                            STR("0123-4567-89AB-CDEF-GHJK-MNPQ")};

    (void)state;
    must(prove(right, proof));
    assert_int_equal(result.verdict, SECOND_FACTOR_RIGHT);
    assert_true(result.by_recovery_code);
    assert_int_equal(result.codes_left, 9);
    must(prove(used, proof));
    assert_int_equal(result.verdict, SECOND_FACTOR_NO_SUCH);
    assert_int_equal(result.codes_left, 10);
    must(prove(no_code, (struct second_factor_proof){.recovery_code = STR(RIGHT)}));
    assert_int_equal(result.verdict, SECOND_FACTOR_NO_SUCH);
}

/* ---- set-up ------------------------------------------------------------------------------------ */

static void a_password_alone_replaces_nothing(void **state)
{
    const struct fake_step steps[] = {
        STEP("begin-write"), STEP_PENDING, STEP_FACTOR, STEP("commit"), {0}};
    struct second_factor_set_up out = {0};

    (void)state;
    play(steps);
    must(second_factor_begin(&actor, &policy, STR("token"), STR(RIGHT), &out));
    assert_int_equal(out.result.verdict, SECOND_FACTOR_EXISTS);
    assert_null(out.result.token.ptr);
}

static struct str offered_at(const char *place, int64_t factor_id)
{
    struct second_factor_waiting waiting = {.person_id = 3, .login = STR("anna")};
    struct second_factor_offer offer = {0};
    const struct fake_step none[] = {STEP("SQL_SECOND_FACTOR_OF"), {0}};
    const struct fake_step some[] = {{.expect = "SQL_SECOND_FACTOR_OF", ROWS_OF(factor)},
                                     {0}};

    factor.id = factor_id;
    play(factor_id ? some : none);
    must(second_factor_offer(&actor, &policy, str_from(place), &waiting, &offer));
    return offer.secret_text;
}

static void the_offer_is_the_same_until_it_is_taken(void **state)
{
    struct str first = offered_at("token", 0);

    (void)state;
    assert_true(str_eq(first, offered_at("token", 0)));
    assert_false(str_eq(first, offered_at("other", 0)));
    assert_false(str_eq(first, offered_at("token", 8)));
    assert_false(str_eq(offered_at("token", 9), offered_at("token", 8)));
}

/* ---- the end of one ------------------------------------------------------------------------------ */

static enum err reset_by(int64_t company_id, right_set rights, bool support)
{
    static const struct fake_step done[] = {STEP("begin-write"),
                                            STEP_OWNER,
                                            STEP("SQL_PENDING_SIGN_ON_REMOVE_ALL"),
                                            ONE("SQL_SECOND_FACTOR_REMOVE"),
                                            STEP("SQL_RECOVERY_CODE_REMOVE"),
                                            STEP("SQL_SESSION_END_ALL"),
                                            STEP_MAIL,
                                            STEP_AUDIT,
                                            STEP("commit"),
                                            {0}};
    bool had_one = false;
    struct principal by = {.person_id = who.person_id,
                           .company_id = company_id,
                           .rights = rights,
                           .support = support};
    enum err err;

    play(done);
    actor.principal = &by;
    err = second_factor_reset(&actor, 3, STR("de"), &had_one);
    assert_int_equal(had_one, err == OK);
    return err;
}

static void who_may_reset_a_second_factor(void **state)
{
    right_set coordinator = 1u << RIGHT_COMPANY_PEOPLE;
    right_set staff = 1u << RIGHT_PEOPLE_WORK;

    (void)state;
    who.person_id = 4;
    assert_int_equal(reset_by(11, coordinator, false), OK);
    assert_int_equal(reset_by(0, staff, false), OK);
}

static void the_operator_may(void **state)
{
    static const struct fake_step done[] = {STEP("begin-write"),
                                            STEP_OWNER,
                                            STEP("SQL_PENDING_SIGN_ON_REMOVE_ALL"),
                                            ONE("SQL_SECOND_FACTOR_REMOVE"),
                                            STEP("SQL_RECOVERY_CODE_REMOVE"),
                                            STEP("SQL_SESSION_END_ALL"),
                                            STEP_MAIL,
                                            STEP_AUDIT,
                                            STEP("commit"),
                                            {0}};
    static const struct principal nobody = {0};
    bool had_one = false;

    (void)state;
    play(done);
    actor.principal = &nobody;
    assert_int_equal(
        second_factor_reset_by_operator(&actor, 3, STR("de"), STR("root"), &had_one), OK);
    assert_true(had_one);
    assert_true(fake_is_done(fake));
}

static enum err refused_by(struct principal by)
{
    static const struct fake_step refused[] = {
        STEP("begin-write"), STEP_OWNER, STEP("rollback"), {0}};
    bool had_one = false;
    enum err err;

    play(refused);
    actor.principal = &by;
    err = second_factor_reset(&actor, 3, STR("de"), &had_one);
    assert_true(fake_is_done(fake));
    return err;
}

static void who_may_not(void **state)
{
    right_set coordinator = 1u << RIGHT_COMPANY_PEOPLE;
    right_set staff = 1u << RIGHT_PEOPLE_WORK;
    right_set reader = 1u << RIGHT_PEOPLE_READ | 1u << RIGHT_REQUEST_SUBMIT;

    (void)state;
    /* themselves */
    assert_int_equal(refused_by((struct principal){
                         .person_id = 3, .company_id = 11, .rights = coordinator}),
                     ERR_DENIED);
    assert_int_equal(refused_by((struct principal){.person_id = 3, .rights = staff}),
                     ERR_DENIED);
    /* without the right, and with nothing but a look */
    assert_int_equal(refused_by((struct principal){
                         .person_id = 4, .company_id = 11, .rights = reader}),
                     ERR_DENIED);
    assert_int_equal(
        refused_by((struct principal){
            .person_id = 4, .company_id = 11, .rights = coordinator, .support = true}),
        ERR_DENIED);
    /* another company, and staff by a customer */
    assert_int_equal(refused_by((struct principal){
                         .person_id = 4, .company_id = 12, .rights = coordinator}),
                     ERR_NOT_FOUND);
    owner.is_staff = true;
    assert_int_equal(refused_by((struct principal){
                         .person_id = 4, .company_id = 11, .rights = coordinator}),
                     ERR_NOT_FOUND);
}

/* ---- configuration -------------------------------------------------------------------------------- */

static void roles_that_need_one(void **state)
{
    (void)state;
    assert_true(second_factor_is_required(&policy, STR("applicant,coordinator")));
    assert_true(second_factor_is_required(&policy, STR("coordinator:power-de")));
    assert_true(second_factor_is_required(&policy, STR("lead")));
    assert_false(second_factor_is_required(&policy, STR("applicant,signatory")));
    assert_false(second_factor_is_required(&policy, STR("unheard-of")));
    assert_false(second_factor_is_required(&policy, STR_NONE));
    assert_int_equal(read_policy("required_for ="), OK);
    assert_false(second_factor_is_required(&policy, STR("lead")));
    assert_int_equal(read_policy(""), OK);
    assert_true(second_factor_is_required(&policy, STR("auditor")));
    assert_false(second_factor_is_required(&policy, STR("coordinator")));
    assert_true(str_is(policy.issuer, "Kontor"));
    assert_int_equal(read_policy("issuer = House\nrequired_for = boss"), ERR_INPUT);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_right_code_opens_the_session),
        T(a_failure_at_any_statement_leaves_nothing),
        T(a_code_that_somebody_was_faster_with),
        T(wrong_codes_are_counted),
        T(the_last_try_ends_the_sign_on),
        T(while_waiting_nothing_is_looked_at),
        T(nothing_to_prove),
        T(a_secret_of_somebody_else_does_not_open),
        T(recovery_codes_wait_for_nobody),
        T(a_password_alone_replaces_nothing),
        T(the_offer_is_the_same_until_it_is_taken),
        T(who_may_reset_a_second_factor),
        T(the_operator_may),
        T(who_may_not),
        T(roles_that_need_one),
    };

    return cmocka_run_group_tests(tests, up, down);
}
