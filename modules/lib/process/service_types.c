#include "process/service_types.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct service_input MASTER_DATA_APPLY[] = {
    {"attributes", true, true,
     "context of attribute and new value; null (no answer) empties it"},
    {"validFrom", true, false,
     "day from which the values hold, YYYY-MM-DD; null means today"},
};

static const struct service_type TYPES[] = {
    {"master-data.apply", "write new master data of the company, valid from a day",
     MASTER_DATA_APPLY, COUNT(MASTER_DATA_APPLY)},
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
