/* account.h: what the pages of this program share: page numbers, state, fields, handlers, words. */
#ifndef ACCOUNT_ACCOUNT_H
#define ACCOUNT_ACCOUNT_H

#include "text/escape.h"
#include "web/page.h"
#include "app/people/people_env.h"
#include "app/people/people_roles.h"

/** Index into the page table in main.c. */
enum account_page {
    PAGE_PEOPLE,
    PAGE_PERSON,
    PAGE_ROLES,
    PAGE_ACT,
    PAGE_INVITE,
    PAGE_COMPANIES,
    PAGE_PERSONS,
    PAGE_PERSON_CARD,
    PAGE_PERSON_ACT,
    PAGE_SUPPORT,
    PAGE_SUPPORT_VISITS,
    PAGE_COUNT, /* comma: one a line */
};
extern const struct view_type people_view_type;
extern const struct view_type person_view_type;
extern const struct view_type roles_view_type;
extern const struct view_type act_view_type;
extern const struct view_type invite_view_type;
extern const struct view_type companies_view_type;
extern const struct view_type persons_view_type;
extern const struct view_type person_card_view_type;
extern const struct view_type person_act_view_type;

/** Lines on a page of a list. */
enum { LIST_LINES = 50 };

/** Directories that can be configured. */
#define DIRECTORIES_MAX 16

/** Process lifetime. */
struct account_state {
    struct str site_language;     /**< of mails to somebody who never chose one */
    unsigned second_factor_roles; /**< bit set of enum role */
    /** names of the directories that have customers: "main", "partners" */
    struct str directories[DIRECTORIES_MAX];
    size_t directory_count;
    int64_t idle_us; /**< as the guard counts: which sessions are live */
};

/* ---- fields of the routes ---- */

struct people_fields {
    struct str q;    /**< search */
    struct str show; /**< "former", or absent: those with access */
    int64_t after;   /**< person at the end of the page before */
};

struct search_fields {
    struct str q;
    int64_t after; /**< id at the end of the page before */
};
struct roles_fields {
    struct str roles; /**< wanted: "applicant:power-de,signatory" */
    struct str seen;  /**< the roles that the form was made from */
};
struct seen_fields {
    struct str seen;
};
struct invite_fields {
    struct str name;
    struct str email;
    struct str language;
    struct str directory;
    struct str login;
};

/** Handlers of the route table in main.c: named after page and method, one use case each. Those of a
 *  company's people serve the coordinator's address and the staff's. */
enum err people_get(struct page *page);
enum err person_get(struct page *page);
enum err roles_get(struct page *page);
enum err roles_post(struct page *page);
enum err invite_get(struct page *page);
enum err invite_post(struct page *page);
enum err remove_get(struct page *page);
enum err remove_post(struct page *page);
enum err end_sessions_get(struct page *page);
enum err end_sessions_post(struct page *page);
enum err reset_get(struct page *page);
enum err reset_post(struct page *page);
enum err invite_again_get(struct page *page);
enum err invite_again_post(struct page *page);
enum err companies_get(struct page *page);
enum err persons_list_get(struct page *page);
enum err persons_person_get(struct page *page);
enum err persons_end_sessions_get(struct page *page);
enum err persons_end_sessions_post(struct page *page);
enum err persons_reset_get(struct page *page);
enum err persons_reset_post(struct page *page);

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
/** A page of the company that is not about its people: page_company_url(page, scope, "/support-visits"). */
struct str page_company_url(const struct page *page, const struct people_scope *scope,
                            const char *rest);
/** True if the one who reads may change people of that company. */
bool page_may_change(const struct page *page, const struct people_scope *scope);

/** The next page of a list at that path (struct search_fields). */
struct str page_further_url(const struct page *page, const char *path, int64_t after_id);
/** For use cases that write mails. */
struct people_env page_people_env(const struct page *page);
/** The person that the address names. ERR_NOT_FOUND for what is no number. */
enum err page_person_id(const struct page *page, int64_t *out) MUST_USE;
/** Scope and person of the address: what most pages begin with. ERR_NOT_FOUND. */
enum err page_person(const struct page *page, struct people_scope *scope_out,
                     struct people_person *out) MUST_USE;
/** 303 with `done`, or with the sentence that it had been done before. */
enum err page_after(struct page *page, enum people_verdict verdict, const char *done,
                    struct str url) MUST_USE;
/** True if it is done, now or before. Else the verdict's sentence is added as an error, for the page that
 *  the handler shows again with status 422. */
bool page_accepted(struct page *page, enum people_verdict verdict);

/* ---- the form with roles (roles_form.c) ---- */

/** A role to choose, with its markets. */
struct role_choice_view {
    struct str field; /**< "role-applicant": name and id of the box */
    const char *name;
    const char *hint;
    bool checked;
    bool locked; /**< stays as it is: only a coordinator may change it */
    bool by_market;
    struct str all_field; /**< "all-applicant" */
    bool all;
    struct view_list markets; /**< struct market_choice_view */
    const char *error;
};
struct market_choice_view {
    struct str field; /**< "market-applicant-power-de" */
    struct str name;
    bool checked;
};
extern const struct view_type role_choice_view_type;
/** The boxes, set as in `set`; `is_coordinator`: may make and remove coordinators. */
struct view_list page_role_choices(const struct page *page, const struct role_set *set,
                                   const struct market_table *markets,
                                   bool is_coordinator);
/** What was chosen, of query or body. A role for which no market was chosen is an error of the page and left
 *  out of the set. */
void page_chosen_roles(struct page *page, const struct market_table *markets,
                       struct role_set *out);
/** True if the reader may make and remove coordinators, as far as the page knows; the use case decides. */
enum err page_is_coordinator(const struct page *page, const struct people_scope *scope,
                             bool *out) MUST_USE;

/** The page of one person, with what the page's errors say (person_page.c). `wanted` NULL: as they are. */
enum err person_show(struct page *page, const struct people_scope *scope,
                     const struct people_person *person, const struct role_set *wanted,
                     const struct role_set *seen) MUST_USE;

/* ---- words (words.c) ---- */

/** A role with its markets, for lists. */
struct role_view {
    const char *name;
    struct str markets; /**< "Power Germany, Natural gas THE"; absent: for all */
};
extern const struct view_type role_view_type;
/** struct role_view of each role in the set. */
struct view_list page_roles(const struct page *page, const struct role_set *set,
                            const struct market_table *markets);

#endif
