/* handlers.h: the services, by the names of process/service_types.h. Each is a service_fn (service.h). */
#ifndef APP_SERVICES_HANDLERS_H
#define APP_SERVICES_HANDLERS_H

#include "app/services/service.h"

enum err service_master_data_apply(struct service_call *call,
                                   enum service_answer *out) MUST_USE;

#endif
