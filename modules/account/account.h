/* account.h: what the pages of this program share: page numbers, state, fields, handlers, words. */
#ifndef ACCOUNT_ACCOUNT_H
#define ACCOUNT_ACCOUNT_H

#include "text/escape.h"
#include "web/page.h"
#include "app/people.h"
#include "app/people_roles.h"

/** Index into the page table in main.c. */
enum account_page { PAGE_PEOPLE, PAGE_COUNT };
extern const struct view_type people_view_type;

/** Lines on a page of a list. */
enum { LIST_LINES = 50 };

/** Process lifetime. */
struct account_state {
    struct str site_language; /**< of mails to somebody who never chose one */
};

/* ---- fields of the routes ---- */

struct people_fields {
    struct str q;    /**< search */
    struct str show; /**< "former", or absent: those with access */
    int64_t after;   /**< person at the end of the page before */
};

/** Handlers of the route table in main.c: named after page and method, one use case each. Those of a
 *  company's people serve the coordinator's address and the staff's. */
enum err people_get(struct page *page);

/* ---- shared by the handlers (common.c) ---- */

/** What the program made at start, and who acts now: the first arguments of every use case. */
const struct account_state *page_state(const struct page *page);
struct actor page_actor(const struct page *page);
/** True if the person has the right; decides what is offered, the route table what is allowed. */
bool page_may(const struct page *page, enum right right);
/** The company whose people the address means: the reader's, or the one that staff name. ERR_NOT_FOUND. */
enum err page_scope(const struct page *page, struct people_scope *out) MUST_USE;
/** Address of the people of that company, with what comes behind it: page_people_url(page, scope, "/12"). */
struct str page_people_url(const struct page *page, const struct people_scope *scope,
                           const char *format, ...) PRINTF_LIKE(3, 4);
/** True if the one who reads may change people of that company. */
bool page_may_change(const struct page *page, const struct people_scope *scope);

/* ---- words (words.c) ---- */

/** "Applicant" (msgid). */
const char *role_label(enum role role);
/** A role with its markets, for lists. */
struct role_view {
    const char *name;
    struct str markets; /**< "Power Germany, Natural gas THE"; absent: for all */
};
extern const struct view_type role_view_type;
/** Name of a market in the reader's language; its key if the table does not have it any more. */
struct str page_market(const struct page *page, const struct market_row *markets,
                       size_t count, struct str key);
/** struct role_view of each role in the set. */
struct view_list page_roles(const struct page *page, const struct role_set *set,
                            const struct market_row *markets, size_t count);

#endif
