-- What running processes wait for, and what happens to them: timers, services, messages and signals are jobs;
-- who waits for a message or signal is a subscription; what cannot go on is an incident.

-- token: what of the instance the job is for: "<activation>" of a service, "<activation>:<event>" of a timer.
-- NULL: not of a token.
ALTER TABLE job
    MODIFY unique_key VARCHAR(250) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    MODIFY kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    MODIFY state ENUM('queued', 'done', 'failed', 'cancelled') NOT NULL DEFAULT 'queued',
    ADD COLUMN token VARCHAR(250) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER request_id,
    ADD KEY ix_job_token (request_id, token);

UPDATE job SET token = JSON_VALUE(payload, '$.activation') WHERE kind = 'service_task';

-- Who waits for what. name and correlation may be cut: they find whom to ask, the instance itself decides.
CREATE TABLE subscription (
    id           BIGINT NOT NULL AUTO_INCREMENT,
    request_id   BIGINT NOT NULL,
    token        VARCHAR(250) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- "<activation>:<event>"
    kind         ENUM('message', 'signal') NOT NULL,
    name         VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    correlation  VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL, -- '' of signals
    created_at   DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_subscription_token (request_id, token),
    KEY ix_subscription_name (kind, name, correlation, request_id),
    CONSTRAINT fk_subscription_request FOREIGN KEY (request_id) REFERENCES request (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Messages that were thrown. Each reaches one instance of each request type at most; until expires_at it waits for
-- somebody who waits for it.
CREATE TABLE process_message (
    id            BIGINT NOT NULL AUTO_INCREMENT,
    request_id    BIGINT NOT NULL,        -- who threw it
    token         VARCHAR(250) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- the activation that did
    name          VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    correlation   VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    payload       MEDIUMTEXT NOT NULL,    -- JSON: name, correlation, variables as they are
    delivered     TEXT NOT NULL DEFAULT '', -- request types that it has reached, each behind a ','
    published_at  DATETIME(6) NOT NULL,
    expires_at    DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_process_message_token (request_id, token),
    KEY ix_process_message_name (name, correlation, expires_at),
    CONSTRAINT fk_process_message_request FOREIGN KEY (request_id) REFERENCES request (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- What cannot go on by itself. stuck: the process has no way on; failed: a job was given up; obstacle: what is on
-- record has changed, staff decide.
CREATE TABLE incident (
    id          BIGINT NOT NULL AUTO_INCREMENT,
    request_id  BIGINT NOT NULL,
    job_id      BIGINT NULL,             -- to be done again; NULL: only the process is stuck
    kind        ENUM('stuck', 'failed', 'obstacle') NOT NULL,
    token       VARCHAR(250) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- as of jobs; '' = of none
    reason      VARCHAR(1000) NOT NULL,  -- obstacle: msgid; else as the engine or the job said it
    about       VARCHAR(500) NULL,       -- what {0} in the reason is
    is_open     TINYINT NULL DEFAULT 1,  -- 1, or NULL when it is over
    opened_at   DATETIME(6) NOT NULL,
    closed_at   DATETIME(6) NULL,
    closed_by   BIGINT NULL,             -- who tried again; NULL: it went by itself
    PRIMARY KEY (id),
    KEY ix_incident_open (is_open, id),
    KEY ix_incident_request (request_id, is_open, id),
    CONSTRAINT fk_incident_request FOREIGN KEY (request_id) REFERENCES request (id),
    CONSTRAINT fk_incident_job FOREIGN KEY (job_id) REFERENCES job (id),
    CONSTRAINT fk_incident_person FOREIGN KEY (closed_by) REFERENCES person (id),
    CONSTRAINT ck_incident_open CHECK ((is_open IS NULL) = (closed_at IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Jobs that were given up before there were incidents.
INSERT INTO incident (request_id, job_id, kind, token, reason, opened_at)
SELECT request_id, id, IF(last_error = 'conflict', 'obstacle', 'failed'), COALESCE(token, ''),
       IF(last_error = 'conflict', 'The master data have changed since the request began.',
          COALESCE(last_error, '')), COALESCE(done_at, available_at)
FROM job WHERE state = 'failed';

-- subject: what tells apart sub-tickets of one step: a market, a person.
ALTER TABLE sub_ticket
    ADD COLUMN subject VARCHAR(200) NULL AFTER name;
