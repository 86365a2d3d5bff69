/* handlers.h: the services, by the names of process/definition/service_types.h. Each is a service_fn (service.h). */
#ifndef APP_SERVICES_HANDLERS_H
#define APP_SERVICES_HANDLERS_H

#include "app/services/service.h"

/** What each does: process/definition/service_types.c. */
enum err service_master_data_apply(struct service_call *call,
                                   enum service_answer *out) MUST_USE;
enum err service_entitlement_grant(struct service_call *call,
                                   enum service_answer *out) MUST_USE;
enum err service_entitlement_end(struct service_call *call,
                                 enum service_answer *out) MUST_USE;
enum err service_membership_grant(struct service_call *call,
                                  enum service_answer *out) MUST_USE;
enum err service_membership_end(struct service_call *call,
                                enum service_answer *out) MUST_USE;
enum err service_board_apply(struct service_call *call,
                             enum service_answer *out) MUST_USE;
enum err service_clearing_add(struct service_call *call,
                              enum service_answer *out) MUST_USE;
enum err service_clearing_change(struct service_call *call,
                                 enum service_answer *out) MUST_USE;
enum err service_clearing_end(struct service_call *call,
                              enum service_answer *out) MUST_USE;
enum err service_obligation_check(struct service_call *call,
                                  enum service_answer *out) MUST_USE;
enum err service_company_rename(struct service_call *call,
                                enum service_answer *out) MUST_USE;
enum err service_mail_send(struct service_call *call, enum service_answer *out) MUST_USE;

#endif
