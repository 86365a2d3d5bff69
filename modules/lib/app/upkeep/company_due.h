/* company_due.h: what was decided about a company for a later day becomes true when that day has come: its
 * new name, its end. */
#ifndef APP_COMPANY_DUE_H
#define APP_COMPANY_DUE_H

#include "app/actor.h"

/** Master data: the name of the company, with the day from which it holds. */
#define COMPANY_NAME_ATTRIBUTE "company.name"

/**
 * Look after at most 1,000 companies whose day has come somewhere on earth; each is one transaction that
 * decides by its own calendar. `changed_out`: how many have changed. Done twice it changes nothing.
 */
enum err app_company_due(const struct actor *actor, size_t *changed_out) MUST_USE;

#endif
