-- Companies, people, sessions, definitions, requests, documents, tickets and the trail behind them.
-- Every table names its character set; keys, logins and references compare byte by byte.
-- Instants are DATETIME(6) in UTC. "state" columns hold the words of the vocabulary.

-- ---- members and people ---------------------------------------------------------------------

CREATE TABLE company (
    id          BIGINT NOT NULL AUTO_INCREMENT,
    reference   VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- "C-...", and the directory's key
    name        VARCHAR(200) NOT NULL,
    state       ENUM('candidate', 'active', 'suspended', 'ended') NOT NULL,
    zone        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'Europe/Berlin',
    created_at  DATETIME(6) NOT NULL,
    version     INT NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    UNIQUE KEY uq_company_reference (reference)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Master data: one row per value and the day from which it holds. Append-only.
CREATE TABLE company_attribute (
    id             BIGINT NOT NULL AUTO_INCREMENT,
    company_id     BIGINT NOT NULL,
    attribute_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    valid_from     DATE NOT NULL,
    value          VARCHAR(4000) NOT NULL,
    request_id     BIGINT NULL, -- the completed request that brought it; NULL = initial load
    recorded_at    DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_company_attribute_request (request_id, attribute_key),
    KEY ix_company_attribute_current (company_id, attribute_key, valid_from, id),
    CONSTRAINT fk_company_attribute_company FOREIGN KEY (company_id) REFERENCES company (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

CREATE TABLE person (
    id            BIGINT NOT NULL AUTO_INCREMENT,
    login         VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    display_name  VARCHAR(200) NOT NULL,
    email         VARCHAR(254) NOT NULL DEFAULT '',
    language      CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NULL, -- chosen by the person
    zone          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'Europe/Berlin',
    company_id    BIGINT NULL, -- the member company the directory names; NULL for staff
    is_staff      BOOLEAN NOT NULL,
    created_at    DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_person_login (login),
    KEY ix_person_company (company_id),
    CONSTRAINT fk_person_company FOREIGN KEY (company_id) REFERENCES company (id),
    CONSTRAINT ck_person_side CHECK (is_staff = (company_id IS NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- What a person may do inside the company: Kontor's own table. Keyed by login, so that it can be
-- given before the person's first sign-in.
CREATE TABLE company_role (
    company_id  BIGINT NOT NULL,
    login       VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    role        ENUM('readonly', 'applicant', 'signatory', 'coordinator') NOT NULL,
    given_at    DATETIME(6) NOT NULL,
    PRIMARY KEY (company_id, login, role),
    CONSTRAINT fk_company_role_company FOREIGN KEY (company_id) REFERENCES company (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- A department. Its name is a msgid of Kontor's catalogue or plain text.
CREATE TABLE team (
    team_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name_en   VARCHAR(100) NOT NULL,
    name_de   VARCHAR(100) NOT NULL,
    email     VARCHAR(254) NOT NULL DEFAULT '',
    PRIMARY KEY (team_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Roles and teams of staff, as the directory said at the last sign-in.
CREATE TABLE staff_role (
    person_id  BIGINT NOT NULL,
    role       ENUM('intake', 'member', 'lead', 'admin', 'auditor') NOT NULL,
    PRIMARY KEY (person_id, role),
    CONSTRAINT fk_staff_role_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

CREATE TABLE team_member (
    person_id  BIGINT NOT NULL,
    team_key   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (person_id, team_key),
    KEY ix_team_member_team (team_key),
    CONSTRAINT fk_team_member_person FOREIGN KEY (person_id) REFERENCES person (id),
    CONSTRAINT fk_team_member_team FOREIGN KEY (team_key) REFERENCES team (team_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- The token itself is only in the person's cookie.
CREATE TABLE session (
    id            BIGINT NOT NULL AUTO_INCREMENT,
    token_sha256  BINARY(32) NOT NULL,
    person_id     BIGINT NOT NULL,
    created_at    DATETIME(6) NOT NULL,
    last_seen_at  DATETIME(6) NOT NULL,
    expires_at    DATETIME(6) NOT NULL, -- absolute end; the idle end follows from last_seen_at
    ended_at      DATETIME(6) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_session_token (token_sha256),
    KEY ix_session_person (person_id, ended_at),
    KEY ix_session_expires (expires_at),
    CONSTRAINT fk_session_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Failed sign-ins per bucket (SHA-256 of "login:NAME" or "network:ADDRESS").
CREATE TABLE login_throttle (
    bucket_sha256  BINARY(32) NOT NULL,
    failures       INT NOT NULL,
    last_at        DATETIME(6) NOT NULL,
    blocked_until  DATETIME(6) NOT NULL,
    PRIMARY KEY (bucket_sha256),
    KEY ix_login_throttle_last (last_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- A directory that timed out is left alone until open_until.
CREATE TABLE circuit_breaker (
    name        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    open_until  DATETIME(6) NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- A POST whose session had expired, kept until the same person has signed in again.
CREATE TABLE parked_post (
    key_sha256  BINARY(32) NOT NULL,
    person_id   BIGINT NOT NULL,
    path        VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    body        BLOB NOT NULL, -- at most 64 KiB, application/x-www-form-urlencoded
    created_at  DATETIME(6) NOT NULL,
    PRIMARY KEY (key_sha256),
    KEY ix_parked_post_created (created_at),
    CONSTRAINT fk_parked_post_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- ---- definitions ----------------------------------------------------------------------------

CREATE TABLE process_definition (
    id            BIGINT NOT NULL AUTO_INCREMENT,
    request_type  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version       INT NOT NULL,
    sha256        BINARY(32) NOT NULL, -- over the source files
    format        INT NOT NULL,        -- DEFINITION_FORMAT of `compiled`
    compiled      MEDIUMTEXT NOT NULL,
    published_at  DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_process_definition_version (request_type, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

CREATE TABLE process_definition_file (
    definition_id  BIGINT NOT NULL,
    path           VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    content        MEDIUMTEXT NOT NULL,
    PRIMARY KEY (definition_id, path),
    CONSTRAINT fk_process_definition_file FOREIGN KEY (definition_id) REFERENCES process_definition (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Which version new requests of a type get; switching is one UPDATE.
CREATE TABLE request_type (
    request_type   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    definition_id  BIGINT NOT NULL,
    active         BOOLEAN NOT NULL DEFAULT TRUE,
    position       INT NOT NULL DEFAULT 0,
    PRIMARY KEY (request_type),
    CONSTRAINT fk_request_type_definition FOREIGN KEY (definition_id) REFERENCES process_definition (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- ---- requests -------------------------------------------------------------------------------

-- Intake is a fixed state machine:
-- draft -> submitted -> (waiting_for_customer <-> submitted) -> released -> completed | declined;
-- draft -> discarded; submitted | waiting_for_customer -> withdrawn | declined.
CREATE TABLE request (
    id              BIGINT NOT NULL AUTO_INCREMENT,
    reference       VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- "R-7K2M-9QXD"
    company_id      BIGINT NOT NULL,
    request_type    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    definition_id   BIGINT NOT NULL,
    state           ENUM('draft', 'discarded', 'submitted', 'waiting_for_customer', 'released',
                         'completed', 'declined', 'withdrawn') NOT NULL,
    answers         MEDIUMTEXT NOT NULL,   -- JSON object: form field -> value
    base            MEDIUMTEXT NOT NULL,   -- JSON object: attribute -> value when the draft began
    effective_date  DATE NULL,
    open_object     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL, -- NULL once it is over
    creation_key    BINARY(16) NOT NULL,   -- idempotency key of the form that made it
    created_by      BIGINT NOT NULL,
    created_at      DATETIME(6) NOT NULL,
    changed_at      DATETIME(6) NOT NULL,
    submitted_by    BIGINT NULL,
    submitted_at    DATETIME(6) NULL,
    ended_at        DATETIME(6) NULL,
    intake_due_at   DATETIME(6) NULL,
    intake_open     TINYINT NULL,          -- 1 while it is in the intake queue, else NULL
    decline_reason  VARCHAR(1000) NULL,    -- shown to the customer
    version         INT NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    UNIQUE KEY uq_request_reference (reference),
    UNIQUE KEY uq_request_creation (creation_key),
    UNIQUE KEY uq_request_open (company_id, open_object),
    KEY ix_request_company (company_id, changed_at, id),
    KEY ix_request_intake (intake_open, intake_due_at, id),
    CONSTRAINT fk_request_company FOREIGN KEY (company_id) REFERENCES company (id),
    CONSTRAINT fk_request_definition FOREIGN KEY (definition_id) REFERENCES process_definition (id),
    CONSTRAINT fk_request_created_by FOREIGN KEY (created_by) REFERENCES person (id),
    CONSTRAINT fk_request_submitted_by FOREIGN KEY (submitted_by) REFERENCES person (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- A requirement of one request. document_id is the version that counts now.
CREATE TABLE document_slot (
    id             BIGINT NOT NULL AUTO_INCREMENT,
    request_id     BIGINT NOT NULL,
    company_id     BIGINT NOT NULL,
    slot_key       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position       INT NOT NULL,
    required       BOOLEAN NOT NULL,
    state          ENUM('empty', 'filled', 'accepted', 'rejected') NOT NULL,
    document_id    BIGINT NULL,
    reason_key     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL, -- of the last rejection
    reason_text    VARCHAR(1000) NULL,    -- written for the customer
    asked_by       BIGINT NULL,
    asked_at       DATETIME(6) NULL,
    due_at         DATETIME(6) NULL,
    version        INT NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    UNIQUE KEY uq_document_slot_key (request_id, slot_key),
    CONSTRAINT fk_document_slot_request FOREIGN KEY (request_id) REFERENCES request (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Every file ever sent to a slot, refused ones too (without content: sha256 NULL). Insert-only.
CREATE TABLE document (
    id             BIGINT NOT NULL AUTO_INCREMENT,
    public_id      CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- 128 random bits, hex
    company_id     BIGINT NOT NULL,
    slot_id        BIGINT NOT NULL,
    verdict        ENUM('accepted', 'refused') NOT NULL,
    refusal        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL, -- key of file/type_policy
    file_name      VARCHAR(255) NOT NULL,
    size_bytes     BIGINT NOT NULL,
    media_type     VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- detected
    sha256         BINARY(32) NULL,
    kind_key       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL, -- of the slot's kinds
    issued_on      DATE NULL,             -- date on the document, as the customer states it
    uploaded_by    BIGINT NOT NULL,
    uploaded_at    DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_document_public_id (public_id),
    KEY ix_document_slot (slot_id, id),
    KEY ix_document_company (company_id, kind_key, issued_on),
    CONSTRAINT fk_document_slot FOREIGN KEY (slot_id) REFERENCES document_slot (id),
    CONSTRAINT fk_document_uploaded_by FOREIGN KEY (uploaded_by) REFERENCES person (id),
    CONSTRAINT ck_document_verdict CHECK ((verdict = 'accepted') = (sha256 IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

ALTER TABLE document_slot
    ADD CONSTRAINT fk_document_slot_document FOREIGN KEY (document_id) REFERENCES document (id);

-- What the customer sees of the progress. It has no column that could hold internal text.
CREATE TABLE customer_status (
    request_id    BIGINT NOT NULL,
    company_id    BIGINT NOT NULL,
    phase         VARCHAR(200) NOT NULL,  -- msgid of the definition (or of Kontor, for fixed phases)
    department_keys VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- team keys joined by ','
    contact_team  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    since_at      DATETIME(6) NOT NULL,   -- these departments are working on it since
    open_items    INT NOT NULL DEFAULT 0, -- open on the customer's side
    version       INT NOT NULL DEFAULT 1,
    PRIMARY KEY (request_id),
    CONSTRAINT fk_customer_status_request FOREIGN KEY (request_id) REFERENCES request (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Both sides see it.
CREATE TABLE message (
    id           BIGINT NOT NULL AUTO_INCREMENT,
    request_id   BIGINT NOT NULL,
    company_id   BIGINT NOT NULL,
    from_staff   BOOLEAN NOT NULL,
    author_id    BIGINT NOT NULL,
    author_name  VARCHAR(200) NOT NULL,   -- as shown to the other side (staff: the department)
    body         VARCHAR(4000) NOT NULL,
    form_key     BINARY(16) NOT NULL,     -- idempotency key of the form
    written_at   DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_message_form (form_key),
    KEY ix_message_request (request_id, id),
    CONSTRAINT fk_message_request FOREIGN KEY (request_id) REFERENCES request (id),
    CONSTRAINT fk_message_author FOREIGN KEY (author_id) REFERENCES person (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- How far a person has read the messages of a request.
CREATE TABLE message_read (
    person_id   BIGINT NOT NULL,
    request_id  BIGINT NOT NULL,
    message_id  BIGINT NOT NULL,
    PRIMARY KEY (person_id, request_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- ---- tickets --------------------------------------------------------------------------------

CREATE TABLE process_instance (
    id             BIGINT NOT NULL AUTO_INCREMENT,
    request_id     BIGINT NOT NULL,
    definition_id  BIGINT NOT NULL,
    state          MEDIUMTEXT NOT NULL, -- one versioned JSON document, written by process/state
    ended_at       DATETIME(6) NULL,
    version        INT NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    UNIQUE KEY uq_process_instance_request (request_id),
    CONSTRAINT fk_process_instance_request FOREIGN KEY (request_id) REFERENCES request (id),
    CONSTRAINT fk_process_instance_definition FOREIGN KEY (definition_id) REFERENCES process_definition (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

CREATE TABLE ticket (
    id            BIGINT NOT NULL AUTO_INCREMENT,
    reference     VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- "T-7K2M-9QXD"
    request_id    BIGINT NOT NULL,
    instance_id   BIGINT NOT NULL,
    company_id    BIGINT NOT NULL,
    request_type  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state         ENUM('open', 'done', 'declined') NOT NULL,
    released_by   BIGINT NOT NULL,
    created_at    DATETIME(6) NOT NULL,
    ended_at      DATETIME(6) NULL,
    version       INT NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    UNIQUE KEY uq_ticket_reference (reference),
    UNIQUE KEY uq_ticket_request (request_id),
    UNIQUE KEY uq_ticket_instance (instance_id),
    KEY ix_ticket_company (company_id, id),
    CONSTRAINT fk_ticket_request FOREIGN KEY (request_id) REFERENCES request (id),
    CONSTRAINT fk_ticket_instance FOREIGN KEY (instance_id) REFERENCES process_instance (id),
    CONSTRAINT fk_ticket_company FOREIGN KEY (company_id) REFERENCES company (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

CREATE TABLE sub_ticket (
    id            BIGINT NOT NULL AUTO_INCREMENT,
    reference     VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- "T-7K2M-9QXD-1"
    ticket_id     BIGINT NOT NULL,
    instance_id   BIGINT NOT NULL,
    activation    VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- of process/step
    name          VARCHAR(200) NOT NULL, -- msgid of the definition
    team_key      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    owner_id      BIGINT NULL,
    state         ENUM('open', 'in_progress', 'done', 'cancelled') NOT NULL,
    is_open       TINYINT NULL,          -- 1 while open or in_progress, else NULL
    due_at        DATETIME(6) NOT NULL,  -- "no target" is 9999-12-31: last in the queue
    created_at    DATETIME(6) NOT NULL,
    taken_at      DATETIME(6) NULL,
    ended_at      DATETIME(6) NULL,
    ended_by      BIGINT NULL,
    version       INT NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    UNIQUE KEY uq_sub_ticket_reference (reference),
    UNIQUE KEY uq_sub_ticket_activation (instance_id, activation),
    KEY ix_sub_ticket_ticket (ticket_id, id),
    KEY ix_sub_ticket_team_queue (is_open, team_key, due_at, id),
    KEY ix_sub_ticket_owner_queue (is_open, owner_id, due_at, id),
    KEY ix_sub_ticket_queue (is_open, due_at, id),
    CONSTRAINT fk_sub_ticket_ticket FOREIGN KEY (ticket_id) REFERENCES ticket (id),
    CONSTRAINT fk_sub_ticket_team FOREIGN KEY (team_key) REFERENCES team (team_key),
    CONSTRAINT fk_sub_ticket_owner FOREIGN KEY (owner_id) REFERENCES person (id),
    CONSTRAINT ck_sub_ticket_open CHECK ((is_open IS NULL) = (state IN ('done', 'cancelled')))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Who decided what and why. Insert-only; final.
CREATE TABLE decision (
    id             BIGINT NOT NULL AUTO_INCREMENT,
    request_id     BIGINT NOT NULL,
    slot_id        BIGINT NULL,
    document_id    BIGINT NULL,
    sub_ticket_id  BIGINT NULL,
    kind           ENUM('document', 'release', 'decline', 'sub_ticket') NOT NULL,
    outcome        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- "accepted", "rejected", ...
    reason         VARCHAR(1000) NULL,
    requester_id   BIGINT NOT NULL, -- who submitted the request
    decider_id     BIGINT NOT NULL,
    decided_at     DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_decision_document (document_id), -- one judgement per uploaded version
    UNIQUE KEY uq_decision_sub_ticket (sub_ticket_id),
    KEY ix_decision_request (request_id, id),
    CONSTRAINT fk_decision_request FOREIGN KEY (request_id) REFERENCES request (id),
    CONSTRAINT fk_decision_slot FOREIGN KEY (slot_id) REFERENCES document_slot (id),
    CONSTRAINT fk_decision_sub_ticket FOREIGN KEY (sub_ticket_id) REFERENCES sub_ticket (id),
    CONSTRAINT fk_decision_decider FOREIGN KEY (decider_id) REFERENCES person (id),
    CONSTRAINT ck_decision_four_eyes CHECK (decider_id <> requester_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Never visible to a customer: the customer-side accounts have no right on this table.
CREATE TABLE internal_note (
    id             BIGINT NOT NULL AUTO_INCREMENT,
    request_id     BIGINT NOT NULL,
    sub_ticket_id  BIGINT NULL,
    author_id      BIGINT NOT NULL,
    body           VARCHAR(4000) NOT NULL,
    form_key       BINARY(16) NOT NULL,
    written_at     DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_internal_note_form (form_key),
    KEY ix_internal_note_request (request_id, id),
    CONSTRAINT fk_internal_note_request FOREIGN KEY (request_id) REFERENCES request (id),
    CONSTRAINT fk_internal_note_author FOREIGN KEY (author_id) REFERENCES person (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- ---- the trail ------------------------------------------------------------------------------

-- One row per changed field. Append-only.
CREATE TABLE history (
    id           BIGINT NOT NULL AUTO_INCREMENT,
    request_id   BIGINT NOT NULL,       -- every object's history belongs to one request
    object       ENUM('request', 'document_slot', 'document', 'ticket', 'sub_ticket', 'message',
                      'internal_note', 'company_attribute') NOT NULL,
    object_id    BIGINT NOT NULL,
    version      INT NOT NULL,          -- of the object after the change
    field        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    old_value    TEXT NULL,
    new_value    TEXT NULL,
    person_id    BIGINT NULL,           -- NULL: Kontor itself (the worker)
    changed_at   DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY ix_history_request (request_id, id),
    CONSTRAINT fk_history_request FOREIGN KEY (request_id) REFERENCES request (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- What happened, for auditors: business, file and session events. Append-only, sealed by the worker.
CREATE TABLE audit_event (
    id           BIGINT NOT NULL AUTO_INCREMENT,
    at           DATETIME(6) NOT NULL,
    program      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    trace_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- nginx's request id or the job
    action       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- "request.submitted"
    person_id    BIGINT NULL,
    company_id   BIGINT NULL,
    request_id   BIGINT NULL,
    object       VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, -- reference of what it is about
    detail       TEXT NOT NULL,         -- JSON object, no secrets
    unsealed     TINYINT NULL DEFAULT 1, -- 1 until the worker has sealed it, then NULL
    PRIMARY KEY (id),
    KEY ix_audit_event_unsealed (unsealed, id),
    KEY ix_audit_event_request (request_id, id),
    KEY ix_audit_event_company (company_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- The hash chain: sha256(previous || canonical event).
CREATE TABLE audit_seal (
    sequence        BIGINT NOT NULL,
    audit_event_id  BIGINT NOT NULL,
    sha256          BINARY(32) NOT NULL,
    PRIMARY KEY (sequence),
    UNIQUE KEY uq_audit_seal_event (audit_event_id),
    CONSTRAINT fk_audit_seal_event FOREIGN KEY (audit_event_id) REFERENCES audit_event (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Mails to send after commit. unique_key says what it is about: the same key is queued once.
CREATE TABLE outbox (
    id            BIGINT NOT NULL AUTO_INCREMENT,
    unique_key    VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    template      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- below templates/mail
    recipient     VARCHAR(254) NOT NULL,
    language      CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payload       TEXT NOT NULL,         -- JSON object of the template's values
    request_id    BIGINT NULL,           -- threads its mails
    state         ENUM('queued', 'sent', 'failed') NOT NULL DEFAULT 'queued',
    available_at  DATETIME(6) NOT NULL,
    lease_until   DATETIME(6) NULL,
    attempts      INT NOT NULL DEFAULT 0,
    last_error    VARCHAR(500) NULL,
    created_at    DATETIME(6) NOT NULL,
    sent_at       DATETIME(6) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_outbox_key (unique_key),
    KEY ix_outbox_due (state, available_at, id),
    KEY ix_outbox_request (request_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Work for the worker: events from the customers' side and service tasks of processes.
CREATE TABLE job (
    id            BIGINT NOT NULL AUTO_INCREMENT,
    kind          ENUM('document_provided', 'service_task') NOT NULL,
    unique_key    VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    request_id    BIGINT NOT NULL,
    payload       TEXT NOT NULL,         -- JSON object
    state         ENUM('queued', 'done', 'failed') NOT NULL DEFAULT 'queued',
    available_at  DATETIME(6) NOT NULL,
    lease_until   DATETIME(6) NULL,
    attempts      INT NOT NULL DEFAULT 0,
    last_error    VARCHAR(500) NULL,
    created_at    DATETIME(6) NOT NULL,
    done_at       DATETIME(6) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_job_key (unique_key),
    KEY ix_job_due (state, available_at, id),
    CONSTRAINT fk_job_request FOREIGN KEY (request_id) REFERENCES request (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;
