#include "process/definition/service_types.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define OPTIONAL false
#define REQUIRED true

#define FROM "day from which it holds; null means today"

static const struct service_input MASTER_DATA_APPLY[] = {
    {"attributes", REQUIRED, SERVICE_ATTRIBUTES,
     "context of attribute and new value; null (no answer) empties it"},
    {"validFrom", OPTIONAL, SERVICE_VALUE,
     "day from which the values hold, YYYY-MM-DD; null means today"},
};

static const struct service_input COMPANY_RENAME[] = {
    {"name", REQUIRED, SERVICE_VALUE, "new name of the company"},
    {"validFrom", OPTIONAL, SERVICE_VALUE, FROM},
};

static const struct service_input MEMBERSHIP_GRANT[] = {
    {"exchange", REQUIRED, SERVICE_VALUE, "key of an exchange, or list of keys"},
    {"validFrom", OPTIONAL, SERVICE_VALUE, FROM},
};

static const struct service_input MEMBERSHIP_END[] = {
    {"exchanges", REQUIRED, SERVICE_VALUE,
     "keys of exchanges; what the company has there ends too, and the company with the "
     "last"},
    {"endsOn", OPTIONAL, SERVICE_VALUE, "last day; null means today"},
};

static const struct service_input ENTITLEMENT_GRANT[] = {
    {"entries", REQUIRED, SERVICE_VALUE,
     "list of {offer: \"product@market\", volume, unit}; volume above zero or null, unit "
     "null "
     "means the product's"},
    {"validFrom", OPTIONAL, SERVICE_VALUE, FROM},
};

static const struct service_input ENTITLEMENT_END[] = {
    {"entries", REQUIRED, SERVICE_VALUE, "list of \"product@market\""},
    {"endsOn", OPTIONAL, SERVICE_VALUE, "last day; null means today"},
};

static const struct service_input BOARD_APPLY[] = {
    {"add", OPTIONAL, SERVICE_VALUE, "list of {name, function, birthDate}"},
    {"remove", OPTIONAL, SERVICE_VALUE, "list of keys of company.board"},
    {"validFrom", OPTIONAL, SERVICE_VALUE,
     "first day of the new members, the day after the last of the old; null means today"},
};

static const struct service_input CLEARING_ADD[] = {
    {"house", REQUIRED, SERVICE_VALUE, "key of a clearing house"},
    {"member", OPTIONAL, SERVICE_VALUE,
     "name of the clearing member; null means the company itself"},
    {"validFrom", OPTIONAL, SERVICE_VALUE, FROM},
};

static const struct service_input CLEARING_END[] = {
    {"houses", REQUIRED, SERVICE_VALUE, "keys of clearing houses"},
    {"endsOn", OPTIONAL, SERVICE_VALUE, "last day; null means today"},
};

static const struct service_input MAIL_SEND[] = {
    {"to", REQUIRED, SERVICE_RECIPIENT, "customer, or the key of a team"},
    {"subject", REQUIRED, SERVICE_TEXT, "sentence with German in de.po"},
    {"text", REQUIRED, SERVICE_TEXT, "sentence with German in de.po"},
};

static const struct service_type TYPES[] = {
    {"master-data.apply", "write new master data of the company, valid from a day",
     MASTER_DATA_APPLY, COUNT(MASTER_DATA_APPLY)},
    {"company.rename", "give the company a new name", COMPANY_RENAME,
     COUNT(COMPANY_RENAME)},
    {"membership.grant", "make the company a member of exchanges", MEMBERSHIP_GRANT,
     COUNT(MEMBERSHIP_GRANT)},
    {"membership.end", "end memberships of exchanges", MEMBERSHIP_END,
     COUNT(MEMBERSHIP_END)},
    {"entitlement.grant", "let the company trade products on markets", ENTITLEMENT_GRANT,
     COUNT(ENTITLEMENT_GRANT)},
    {"entitlement.end", "end products on markets", ENTITLEMENT_END,
     COUNT(ENTITLEMENT_END)},
    {"board.apply", "record who joins and who leaves the board", BOARD_APPLY,
     COUNT(BOARD_APPLY)},
    {"clearing.add", "record a further clearing house", CLEARING_ADD,
     COUNT(CLEARING_ADD)},
    {"clearing.change", "record another clearing member at a clearing house",
     CLEARING_ADD, COUNT(CLEARING_ADD)},
    {"clearing.end", "end clearing at clearing houses", CLEARING_END,
     COUNT(CLEARING_END)},
    {"obligation.check",
     "BPMN error \"open-obligations\" if the company has open obligations", NULL, 0},
    {"mail.send", "send a mail to who made the request or to a team", MAIL_SEND,
     COUNT(MAIL_SEND)},
};

const struct service_type *service_types(size_t *count_out)
{
    *count_out = COUNT(TYPES);
    return TYPES;
}

const struct service_type *service_type_find(struct str name)
{
    for (size_t i = 0; i < COUNT(TYPES); i++)
        if (str_is(name, TYPES[i].name))
            return &TYPES[i];
    return NULL;
}

const struct service_input *service_type_input(const struct service_type *type,
                                               struct str name)
{
    for (size_t i = 0; i < type->input_count; i++)
        if (str_is(name, type->inputs[i].name))
            return &type->inputs[i];
    return NULL;
}
