/* company_data.h: a company's master data: what holds now, what will hold, what is asked
 * for. */
#ifndef APP_COMPANY_DATA_H
#define APP_COMPANY_DATA_H

#include "formats/json.h"
#include "store/catalogue.h"
#include "store/company.h"
#include "store/master_data.h"
#include "store/register.h"
#include "store/request_list.h"
#include "app/actor.h"
#include "app/request/customer_env.h"

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
    /** what the company has on record now or will have; members of the board only for who sees them */
    const struct register_row *records;
    size_t record_count;
    /** while an open request asks for products; else none */
    const struct catalogue_row *catalogue;
    size_t catalogue_count;
    struct active_type *types; /**< their forms name the attributes for people */
    size_t type_count;
};
/** Five statements in one READ ONLY transaction, one more while a request asks for products. */
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
/** Has its process a service whose name begins so ("entitlement.")? */
bool definition_runs(const struct definition *definition, struct str beginning);

#endif
