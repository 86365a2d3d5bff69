/* registry.c: every statement of store/. A lint sees to it that no file is missing. */
#include "store/registry.h"

#include "store/company.h"
#include "store/customer_status.h"
#include "store/decision.h"
#include "store/definition.h"
#include "store/document.h"
#include "store/history_read.h"
#include "store/instance.h"
#include "store/intake.h"
#include "store/job_lease.h"
#include "store/master_data.h"
#include "store/message.h"
#include "store/note.h"
#include "store/outbox_lease.h"
#include "store/queue.h"
#include "store/request.h"
#include "store/request_list.h"
#include "store/request_slot.h"
#include "store/schema.h"
#include "store/seal.h"
#include "store/slot.h"
#include "store/staff_request.h"
#include "store/sub_ticket.h"
#include "store/ticket.h"
#include "store/trail.h"

const struct store_file STORE_FILES[] = {
    {"company", store_company_statements},
    {"customer_status", store_customer_status_statements},
    {"decision", store_decision_statements},
    {"definition", store_definition_statements},
    {"document", store_document_statements},
    {"history_read", store_history_read_statements},
    {"instance", store_instance_statements},
    {"intake", store_intake_statements},
    {"job_lease", store_job_lease_statements},
    {"master_data", store_master_data_statements},
    {"message", store_message_statements},
    {"note", store_note_statements},
    {"outbox_lease", store_outbox_lease_statements},
    {"queue", store_queue_statements},
    {"request", store_request_statements},
    {"request_list", store_request_list_statements},
    {"request_slot", store_request_slot_statements},
    {"schema", store_schema_statements},
    {"seal", store_seal_statements},
    {"slot", store_slot_statements},
    {"staff_request", store_staff_request_statements},
    {"sub_ticket", store_sub_ticket_statements},
    {"ticket", store_ticket_statements},
    {"trail", store_trail_statements},
    {NULL, NULL},
};
