/* staff_fixture.h: the invented request type of request_fixture.h, seen from the staff's side. */
#ifndef TEST_STAFF_FIXTURE_H
#define TEST_STAFF_FIXTURE_H

#include "app/ticket/staff_env.h"
#include "request_fixture.h"
#include "store/instance.h"
#include "store/staff_slot.h"
#include "store/staff_request.h"
#include "store/sub_ticket.h"
#include "store/ticket.h"

struct staff_fixture {
    struct fixture base;
    struct staff_env env;
    struct principal staff;
    struct request_lock request;
    struct slot_totals totals;
    struct sub_ticket_state states[1];
    struct sub_ticket_home home;
    struct sub_ticket_lock sub_ticket;
    struct ticket_lock ticket;
    struct instance_lock instance;
};

static inline void staff_fixture_init(struct staff_fixture *f)
{
    *f = (struct staff_fixture){0};
    fixture_init(&f->base);
    f->env = (struct staff_env){f->base.env.definitions, STR("en")};
    f->staff = (struct principal){.person_id = 40,
                                  .display_name = STR("Greta"),
                                  .team_keys = STR("harbour"),
                                  .rights = rights_of_role(ROLE_STAFF_MEMBER) |
                                            rights_of_role(ROLE_STAFF_INTAKE)};
    f->request = (struct request_lock){
        .id = 5,
        .reference = STR("R-AAAA-0001"),
        .company_id = 11,
        .company_name = STR("Kran AG"),
        .company_reference = STR("M-1"),
        .company_zone = STR("Europe/Berlin"),
        .request_type = STR("lend-crane"),
        .definition_id = 7,
        .state = STR("submitted"),
        .answers = STR("{\"quay\":\"East\"}"),
        .base = STR("{\"home.quay\":\"West\"}"),
        .effective_date = DAY_NONE,
        .submitted_by = 3,
        .submitter_email = STR("anna@example.org"),
        .submitter_roles = STR("applicant"),
        .submitted_at = FIXTURE_NOW - US_PER_DAY,
        .intake_due_at = FIXTURE_NOW,
        .version = 4,
        .phase = STR(FIXTURE_PHASE),
        .department_keys = STR("harbour"),
        .since_at = FIXTURE_NOW - US_PER_DAY,
    };
    f->states[0] = (struct sub_ticket_state){.id = 70,
                                             .reference = STR("T-1-1"),
                                             .activation = STR("T#1"),
                                             .team_key = STR("harbour"),
                                             .state = STR("in_progress"),
                                             .version = 2,
                                             .is_open = true};
    f->home = (struct sub_ticket_home){70, 5, 60, STR("T-1")};
    f->ticket = (struct ticket_lock){60, STR("T-1"), STR("open"), 1};
    f->sub_ticket = (struct sub_ticket_lock){.id = 70,
                                             .reference = STR("T-1-1"),
                                             .activation = STR("T#1"),
                                             .team_key = STR("harbour"),
                                             .owner_id = 40,
                                             .state = STR("in_progress"),
                                             .version = 2};
    f->instance = (struct instance_lock){.id = 50, .definition_id = 7, .version = 1};
    f->instance.ended_at = INSTANT_NONE;
    f->instance.ticket = f->ticket;
}

static inline void staff_fixture_play(struct staff_fixture *f,
                                      const struct fake_step *steps)
{
    fixture_play(&f->base, steps);
    f->base.actor.principal = &f->staff;
    f->base.actor.program = "dashboard";
}

#define ONE_ROW(table, row)                                                              \
    {                                                                                    \
        .expect = (table), .rows = (row), .row_count = 1                                 \
    }
#define INSERTED(table, id)                                                              \
    {                                                                                    \
        .expect = (table), .done = {.affected = 1, .insert_id = (id) }                   \
    }

/**
 * Run the script once per call up to the last one before "commit" with that call failing: `run`
 * must return an error, nothing may be committed, and the rollback must come.
 */
static inline void staff_fixture_cut(struct staff_fixture *f,
                                     const struct fake_step *steps, int begin, int calls,
                                     void (*run)(void))
{
    struct fake_step cut[40];
    for (int n = begin; n < calls; n++) {
        memcpy(cut, steps, sizeof *cut * (size_t)(n + 1));
        cut[n].error_code = 1030; /* the engine says no: not a reason to try again */
        cut[n].error_text = "Got error 28 from storage engine";
        int next = n + 1;
        if (n > begin)
            cut[next++] = (struct fake_step){.expect = "rollback"};
        cut[next] = (struct fake_step){0};
        f->env.definitions = definitions_new(f->base.process);
        staff_fixture_play(f, cut);
        run();
        if (strstr(fake_log(f->base.fake), "commit") != NULL ||
            !fake_is_done(f->base.fake))
            bug("call %d failed: %s", n, fake_log(f->base.fake));
    }
}

#endif
