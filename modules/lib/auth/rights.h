/* rights.h: the one table role x right. Drives code, `kontorctl routes`, documentation
 * and tests. */
#ifndef AUTH_RIGHTS_H
#define AUTH_RIGHTS_H

#include "base/str.h"

/** What a route may demand. A person's rights are a bit set of these. */
enum right {
    RIGHT_NONE = 0,  /**< public */
    RIGHT_SIGNED_IN, /**< any live session */
    /* inside a member company */
    RIGHT_REQUEST_READ,   /**< see the company's requests, status, messages, documents,
                             master data */
    RIGHT_REQUEST_EDIT,   /**< start and edit drafts, upload, write messages */
    RIGHT_REQUEST_SUBMIT, /**< submit and withdraw */
    RIGHT_COMPANY_PEOPLE, /**< coordinator, deputy: people and rights of the company */
    RIGHT_BOARD_READ,     /**< see the company's board matters (visibility "board") */
    /* staff */
    RIGHT_INTAKE_READ,   /**< see the intake queue and submitted requests */
    RIGHT_INTAKE_WORK,   /**< judge slots, ask for documents, release, decline */
    RIGHT_TICKET_READ,   /**< see tickets, sub-tickets, notes, history */
    RIGHT_TICKET_WORK,   /**< take, note, message, complete sub-tickets of one's own teams
                          */
    RIGHT_TICKET_ASSIGN, /**< assign to others, work in every team (lead) */
    RIGHT_ADMIN,         /**< definitions, teams, sessions of others */
    RIGHT_JOB_RETRY,     /**< let a step that failed run again (lead, admin) */
    RIGHT_PEOPLE_READ,   /**< see people, roles and sessions of companies and staff */
    RIGHT_PEOPLE_WORK,   /**< change company roles, end sessions, reset second factors */
    RIGHT_SUPPORT_VIEW,  /**< see a company's portal as its people see it, read only */
    RIGHT_COUNT
};

/** Roles of a person inside a member company (Kontor's own table) and of staff (directory
 * groups). */
enum role {
    ROLE_NONE = 0,
    ROLE_READONLY,
    ROLE_APPLICANT,
    ROLE_SIGNATORY,
    ROLE_COORDINATOR,
    ROLE_DEPUTY, /**< stands in for the coordinator */
    ROLE_BOARD,  /**< board matters, beside another role */
    ROLE_STAFF_INTAKE,
    ROLE_STAFF_MEMBER,
    ROLE_STAFF_LEAD,
    ROLE_STAFF_ADMIN,
    ROLE_STAFF_AUDITOR,
    ROLE_COUNT
};

/** Bit set: 1u << enum right. */
typedef uint32_t right_set;

/** "readonly", "applicant", "signatory", "coordinator", "deputy", "board", "intake", "member",
 * "lead", "admin", "auditor" */
const char *role_key(enum role role);
/** ROLE_NONE for an unknown key. */
enum role role_from_key(struct str key);
/** "intake,lead": bit set, 1u << enum role; unknown keys count for nothing. */
unsigned roles_from_keys(struct str keys);
bool role_is_staff(enum role role);
const char *right_key(enum right right);
/** RIGHT_COUNT for an unknown key. */
enum right right_from_key(struct str key);
/** From the table in rights.c. */
right_set rights_of_role(enum role role);
/**
 * What a role that was given for single markets means for the company as a whole: reading. Its
 * other rights hold for requests that concern only those markets.
 */
right_set rights_of_market_role(enum role role);
/** True for rights that only staff can have. */
bool right_is_staff(enum right right);
static inline bool rights_include(right_set set, enum right right)
{
    return right == RIGHT_NONE || (set >> right & 1u) != 0;
}

#endif
