/* rights.c: kontorctl rights: the table role x right of auth/rights.c, for documentation (Markdown) and for
 * tests (JSON). */
#include "ctl.h"

#include "formats/json.h"
#include "auth/rights.h"

/* What a right means, for people who give roles; as short as a table wants it. */
static const char *const MEANINGS[RIGHT_COUNT] = {
    [RIGHT_SIGNED_IN] = "own profile, own sessions",
    [RIGHT_REQUEST_READ] = "see the company's requests, documents, messages, master data",
    [RIGHT_REQUEST_EDIT] = "begin and edit drafts, upload, write messages",
    [RIGHT_REQUEST_SUBMIT] = "submit and withdraw",
    [RIGHT_COMPANY_PEOPLE] = "people and rights of the own company",
    [RIGHT_BOARD_READ] = "see the company's board matters",
    [RIGHT_INTAKE_READ] = "see the intake queue and submitted requests",
    [RIGHT_INTAKE_WORK] = "judge documents, ask for more, release, decline",
    [RIGHT_TICKET_READ] = "see tickets, sub-tickets, notes, history",
    [RIGHT_TICKET_WORK] = "work on sub-tickets of the own teams",
    [RIGHT_TICKET_ASSIGN] = "work on sub-tickets of every team",
    [RIGHT_ADMIN] = "definitions, teams",
    [RIGHT_JOB_RETRY] = "start a failed step again",
    [RIGHT_PEOPLE_READ] = "see people, roles and sessions of companies and staff",
    [RIGHT_PEOPLE_WORK] = "change company roles, end sessions, reset second factors",
    [RIGHT_SUPPORT_VIEW] = "see a company's portal as its people see it",
};

static void print_markdown(void)
{
    printf("| right | what it lets somebody do |");
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        printf(" %s |", role_key((enum role)role));
    printf("\n|---|---|");
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        printf(":-:|");
    printf("\n");
    for (int i = RIGHT_SIGNED_IN; i < RIGHT_COUNT; i++) {
        enum right right = (enum right)i;

        printf("| %s | %s |", right_key(right), MEANINGS[right]);
        for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
            enum role one = (enum role)role;

            if (!rights_include(rights_of_role(one), right))
                printf("  |");
            else if (role_is_staff(one) ||
                     rights_include(rights_of_market_role(one), right))
                printf(" x |");
            else
                printf(" m |");
        }
        printf("\n");
    }
}

static json_t *rights_json(right_set set)
{
    json_t *list = json_array();

    for (int i = RIGHT_SIGNED_IN; i < RIGHT_COUNT; i++)
        if (rights_include(set, (enum right)i))
            json_array_append_new(list, json_string(right_key((enum right)i)));
    return list;
}

static void print_json(struct ctl *ctl)
{
    json_t *table = json_new_object(ctl->arena);

    for (int i = ROLE_NONE + 1; i < ROLE_COUNT; i++) {
        enum role role = (enum role)i;
        json_t *row = json_object();

        json_set_bool(row, "staff", role_is_staff(role));
        json_object_set_new(row, "rights", rights_json(rights_of_role(role)));
        if (!role_is_staff(role))
            json_object_set_new(row, "rights_for_one_market",
                                rights_json(rights_of_market_role(role)));
        json_object_set_new(table, role_key(role), row);
    }
    printf("%.*s\n", STR_ARG(json_write(ctl->arena, table)));
}

int command_rights(struct ctl *ctl)
{
    bool json = ctl_flag(ctl, "--json");

    if (!ctl_arguments(ctl, 0, 0))
        return CTL_USAGE;
    if (json)
        print_json(ctl);
    else
        print_markdown();
    return CTL_OK;
}
