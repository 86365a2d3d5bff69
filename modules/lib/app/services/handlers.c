#include "app/services/handlers.h"

#include "app/services/service.h"

/* One line for each type of process/service_types.c; a test compares the two. */
const struct service_handler SERVICE_HANDLERS[] = {
    {"master-data.apply", service_master_data_apply},
    {NULL, NULL},
};
