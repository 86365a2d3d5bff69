#include "app/services/handlers.h"

#include "app/services/service.h"

/* One line for each type of process/definition/service_types.c; a test compares the two. */
const struct service_handler SERVICE_HANDLERS[] = {
    {"master-data.apply", service_master_data_apply},
    {"company.rename", service_company_rename},
    {"membership.grant", service_membership_grant},
    {"membership.end", service_membership_end},
    {"entitlement.grant", service_entitlement_grant},
    {"entitlement.end", service_entitlement_end},
    {"board.apply", service_board_apply},
    {"clearing.add", service_clearing_add},
    {"clearing.change", service_clearing_change},
    {"clearing.end", service_clearing_end},
    {"obligation.check", service_obligation_check},
    {"mail.send", service_mail_send},
    {NULL, NULL},
};
