/* company_data.h: a company's master data: what holds now, what will hold, what is asked
 * for. */
#ifndef APP_COMPANY_DATA_H
#define APP_COMPANY_DATA_H

#include "formats/json.h"
#include "store/company.h"
#include "store/master_data.h"
#include "store/request_list.h"
#include "app/actor.h"
#include "app/customer_env.h"

/** A submitted request that is not over. */
struct pending_change {
    struct request_pending_row row;
    const struct definition *definition;
    json_t *answers;
};
struct company_data {
    struct company_row company;
    day_no today; /**< in the company's calendar */
    /** by attribute and day; later than today = future */
    const struct master_data_row *values;
    size_t value_count;
    struct pending_change *pending;
    size_t pending_count;
    struct active_type *types; /**< their forms name the attributes for people */
    size_t type_count;
};
/** Four statements in one READ ONLY transaction. */
enum err company_data(const struct actor *actor, const struct customer_env *env,
                      struct company_data *out) MUST_USE;
/** The definition's first form field that names the attribute, or NULL. */
const struct form_field *definition_attribute_field(const struct definition *definition,
                                                    struct str attribute_key);
/** The form field that names the attribute, and the definition whose catalogue has its
 * label. */
const struct form_field *company_data_field(const struct company_data *data,
                                            struct str attribute_key,
                                            const struct definition **definition_out);

#endif
