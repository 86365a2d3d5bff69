#include "auth/rights.h"

#define BIT(right)    (1u << (right))
#define COMPANY_READ  (BIT(RIGHT_SIGNED_IN) | BIT(RIGHT_REQUEST_READ))
#define COMPANY_WRITE (COMPANY_READ | BIT(RIGHT_REQUEST_EDIT) | BIT(RIGHT_REQUEST_SUBMIT))
#define STAFF_READ                                                                       \
    (BIT(RIGHT_SIGNED_IN) | BIT(RIGHT_INTAKE_READ) | BIT(RIGHT_TICKET_READ))

/* The one place that says what a role may do. */
static const struct role_row {
    const char *key;
    bool staff;
    right_set rights;
} ROLES[ROLE_COUNT] = {
    [ROLE_READONLY] = {"readonly", false, COMPANY_READ},
    [ROLE_APPLICANT] = {"applicant", false, COMPANY_WRITE},
    [ROLE_SIGNATORY] = {"signatory", false, COMPANY_WRITE},
    [ROLE_COORDINATOR] = {"coordinator", false,
                          COMPANY_WRITE | BIT(RIGHT_COMPANY_PEOPLE)},
    [ROLE_DEPUTY] = {"deputy", false, COMPANY_WRITE | BIT(RIGHT_COMPANY_PEOPLE)},
    [ROLE_BOARD] = {"board", false, COMPANY_READ | BIT(RIGHT_BOARD_READ)},
    [ROLE_STAFF_INTAKE] = {"intake", true,
                           STAFF_READ | BIT(RIGHT_INTAKE_WORK) | BIT(RIGHT_PEOPLE_READ) |
                               BIT(RIGHT_SUPPORT_VIEW)},
    [ROLE_STAFF_MEMBER] = {"member", true,
                           BIT(RIGHT_SIGNED_IN) | BIT(RIGHT_TICKET_READ) |
                               BIT(RIGHT_TICKET_WORK)},
    [ROLE_STAFF_LEAD] = {"lead", true,
                         STAFF_READ | BIT(RIGHT_INTAKE_WORK) | BIT(RIGHT_TICKET_WORK) |
                             BIT(RIGHT_TICKET_ASSIGN) | BIT(RIGHT_JOB_RETRY) |
                             BIT(RIGHT_PEOPLE_READ) | BIT(RIGHT_SUPPORT_VIEW)},
    [ROLE_STAFF_ADMIN] = {"admin", true,
                          STAFF_READ | BIT(RIGHT_ADMIN) | BIT(RIGHT_JOB_RETRY) |
                              BIT(RIGHT_PEOPLE_READ) | BIT(RIGHT_PEOPLE_WORK) |
                              BIT(RIGHT_SUPPORT_VIEW)},
    [ROLE_STAFF_AUDITOR] = {"auditor", true, STAFF_READ | BIT(RIGHT_PEOPLE_READ)},
};

static const char *const RIGHTS[RIGHT_COUNT] = {
    [RIGHT_NONE] = "public",
    [RIGHT_SIGNED_IN] = "signed-in",
    [RIGHT_REQUEST_READ] = "request-read",
    [RIGHT_REQUEST_EDIT] = "request-edit",
    [RIGHT_REQUEST_SUBMIT] = "request-submit",
    [RIGHT_COMPANY_PEOPLE] = "company-people",
    [RIGHT_BOARD_READ] = "board-read",
    [RIGHT_INTAKE_READ] = "intake-read",
    [RIGHT_INTAKE_WORK] = "intake-work",
    [RIGHT_TICKET_READ] = "ticket-read",
    [RIGHT_TICKET_WORK] = "ticket-work",
    [RIGHT_TICKET_ASSIGN] = "ticket-assign",
    [RIGHT_ADMIN] = "admin",
    [RIGHT_JOB_RETRY] = "job-retry",
    [RIGHT_PEOPLE_READ] = "people-read",
    [RIGHT_PEOPLE_WORK] = "people-work",
    [RIGHT_SUPPORT_VIEW] = "support-view",
};

const char *role_key(enum role role)
{
    if (role <= ROLE_NONE || role >= ROLE_COUNT)
        return "none";
    return ROLES[role].key;
}

enum role role_from_key(struct str key)
{
    for (int i = ROLE_NONE + 1; i < ROLE_COUNT; i++)
        if (str_is(key, ROLES[i].key))
            return (enum role)i;
    return ROLE_NONE;
}

unsigned roles_from_keys(struct str keys)
{
    unsigned roles = 0;
    struct str key;

    while (str_next(&keys, ',', &key))
        roles |= 1u << role_from_key(key);
    return roles & ~(1u << ROLE_NONE);
}

bool role_is_staff(enum role role)
{
    return role > ROLE_NONE && role < ROLE_COUNT && ROLES[role].staff;
}

const char *right_key(enum right right)
{
    if (right < 0 || right >= RIGHT_COUNT)
        bug("right %d", (int)right);
    return RIGHTS[right];
}

enum right right_from_key(struct str key)
{
    int i = RIGHT_NONE;

    while (i < RIGHT_COUNT && !str_is(key, RIGHTS[i]))
        i++;
    return (enum right)i;
}

right_set rights_of_role(enum role role)
{
    if (role <= ROLE_NONE || role >= ROLE_COUNT)
        return 0;
    return ROLES[role].rights;
}

right_set rights_of_market_role(enum role role)
{
    return rights_of_role(role) & (COMPANY_READ | BIT(RIGHT_BOARD_READ));
}

bool right_is_staff(enum right right)
{
    return right >= RIGHT_INTAKE_READ && right < RIGHT_COUNT;
}
