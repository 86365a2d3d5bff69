/* catalogue.h: what the exchanges offer: clearing houses, exchanges, markets, products, offers. */
#ifndef STORE_CATALOGUE_H
#define STORE_CATALOGUE_H

#include "db/db.h"

enum catalogue_kind {
    CATALOGUE_HOUSE,
    CATALOGUE_EXCHANGE,
    CATALOGUE_MARKET,
    CATALOGUE_PRODUCT,
    CATALOGUE_OFFER,
    CATALOGUE_KIND_COUNT
};

/** A row of any of the five tables; what a kind does not have is absent. */
struct catalogue_row {
    int64_t kind;   /**< enum catalogue_kind */
    struct str key; /**< of an offer: "product@market" */
    struct str name_en;
    struct str name_de;
    struct str
        parent; /**< house of an exchange, exchange of a market, market of an offer */
    struct str product;          /**< of an offer */
    struct str unit;             /**< of a product: of planned volumes */
    int64_t notice_days;         /**< of a market; counts if there is a reference */
    struct str notice_reference; /**< the rule that says so */
    bool available;              /**< of an offer */
    struct str rule_en; /**< of an offer: the rule by which it is (not) available */
    struct str rule_de;
    int64_t position; /**< within its kind; an offer has that of market and product */
    bool active;      /**< false: no longer offered, kept because rows may name it */
};
/** All rows, kinds in the order of the enum, within a kind in the operator's order. */
enum err catalogue_list(struct db *db, struct arena *arena, struct db_rows *out) MUST_USE;

/** Insert or change one row. */
enum err catalogue_put(struct db *db, const struct catalogue_row *row) MUST_USE;

extern const struct sql *const store_catalogue_statements[];

#endif
