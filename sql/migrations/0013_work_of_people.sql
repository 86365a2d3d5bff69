-- The work of people: business calendars, clocks that stand still while the customer is asked, types of sub-tickets
-- with phases of their own, and decisions that need a second person.

-- ---- calendars ------------------------------------------------------------------------------------

-- When an exchange works. Hours are those of its own zone, whatever zone a company or a reader is in.
CREATE TABLE business_calendar (
    calendar_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    zone          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    weekdays      SET('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun') NOT NULL,
    opens_min     SMALLINT NOT NULL, -- minutes after midnight
    closes_min    SMALLINT NOT NULL,
    changed_at    DATETIME(6) NOT NULL,
    PRIMARY KEY (calendar_key),
    CONSTRAINT ck_business_calendar_hours CHECK (opens_min >= 0 AND opens_min < closes_min AND closes_min <= 1440),
    CONSTRAINT ck_business_calendar_weekdays CHECK (weekdays <> '')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- Days on which it does not. The operator enters them (kontorctl calendar load); none is known before.
CREATE TABLE exchange_holiday (
    calendar_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day           DATE NOT NULL,
    name_en       VARCHAR(100) NOT NULL,
    name_de       VARCHAR(100) NOT NULL,
    PRIMARY KEY (calendar_key, day),
    CONSTRAINT fk_exchange_holiday_calendar FOREIGN KEY (calendar_key) REFERENCES business_calendar (calendar_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- The calendar of user tasks that name no other. A start: Monday to Friday, no holiday, until the operator
-- has loaded the real one.
INSERT INTO business_calendar (calendar_key, zone, weekdays, opens_min, closes_min, changed_at)
VALUES ('exchange', 'Europe/Berlin', 'mon,tue,wed,thu,fri', 540, 1020, UTC_TIMESTAMP(6));

-- ---- types of sub-tickets -------------------------------------------------------------------------

-- default_team is a key of team; the operator may change it. A definition that relies on it is published
-- when that team exists.
CREATE TABLE sub_ticket_type (
    type_key      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name_en       VARCHAR(100) NOT NULL,
    name_de       VARCHAR(100) NOT NULL,
    default_team  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (type_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- The phases of a type, gone through in the order of their positions, none left out.
CREATE TABLE sub_ticket_phase (
    type_key   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position   INT NOT NULL,
    phase_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name_en    VARCHAR(100) NOT NULL,
    name_de    VARCHAR(100) NOT NULL,
    PRIMARY KEY (type_key, position),
    UNIQUE KEY uq_sub_ticket_phase_key (type_key, phase_key),
    CONSTRAINT fk_sub_ticket_phase_type FOREIGN KEY (type_key) REFERENCES sub_ticket_type (type_key)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

INSERT INTO sub_ticket_type (type_key, name_en, name_de, default_team) VALUES
    ('onboarding-closure', 'Onboarding: closure', 'Onboarding: Schließung', 'onboarding'),
    ('onboarding-products', 'Onboarding: products and membership', 'Onboarding: Produkte und Mitgliedschaft', 'onboarding'),
    ('onboarding-markets', 'Onboarding: markets', 'Onboarding: Märkte', 'onboarding'),
    ('admission', 'Admission', 'Zulassung', 'admission'),
    ('credit-analysis', 'Credit analysis', 'Kreditanalyse', 'credit');

INSERT INTO sub_ticket_phase (type_key, position, phase_key, name_en, name_de) VALUES
    ('onboarding-closure', 1, 'preparation', 'Preparation', 'Vorbereitung'),
    ('onboarding-closure', 2, 'closure', 'Closure in the systems', 'Schließung in den Systemen'),
    ('onboarding-closure', 3, 'final-check', 'Final check', 'Schlusskontrolle'),
    ('onboarding-products', 1, 'preparation', 'Preparation', 'Vorbereitung'),
    ('onboarding-products', 2, 'set-up', 'Set-up', 'Einrichtung'),
    ('onboarding-products', 3, 'acceptance-test', 'Acceptance test', 'Funktionsprüfung'),
    ('onboarding-markets', 1, 'preparation', 'Preparation', 'Vorbereitung'),
    ('onboarding-markets', 2, 'connection', 'Connection to the market', 'Anbindung an den Markt'),
    ('onboarding-markets', 3, 'acceptance-test', 'Acceptance test', 'Funktionsprüfung'),
    ('admission', 1, 'examination', 'Examination', 'Prüfung'),
    ('admission', 2, 'decision', 'Decision', 'Entscheidung'),
    ('admission', 3, 'issue', 'Issue of the admission', 'Ausstellung der Zulassung'),
    ('credit-analysis', 1, 'figures', 'Collection of figures', 'Erhebung der Kennzahlen'),
    ('credit-analysis', 2, 'assessment', 'Assessment', 'Bewertung'),
    ('credit-analysis', 3, 'limit', 'Setting of the limit', 'Festsetzung des Limits');

-- ---- sub-tickets and their clocks -----------------------------------------------------------------

-- waiting_for: what the customer owes while the clock stands still; NULL: it runs. remaining_s: seconds of working
-- time (or of time) that were left then; NULL: it runs, or there is no target.
-- clock: JSON, how due_at was found at the start (days counted, days left out and why).
ALTER TABLE sub_ticket
    ADD COLUMN type_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN phase VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN paused_at DATETIME(6) NULL,
    ADD COLUMN waiting_for ENUM('answer', 'document') NULL,
    ADD COLUMN remaining_s BIGINT NULL,
    ADD COLUMN clock TEXT NULL,
    ADD CONSTRAINT fk_sub_ticket_type FOREIGN KEY (type_key) REFERENCES sub_ticket_type (type_key),
    ADD CONSTRAINT fk_sub_ticket_phase FOREIGN KEY (type_key, phase) REFERENCES sub_ticket_phase (type_key, phase_key),
    ADD CONSTRAINT ck_sub_ticket_phase CHECK ((type_key IS NULL) = (phase IS NULL)),
    ADD CONSTRAINT ck_sub_ticket_paused CHECK ((paused_at IS NULL) = (waiting_for IS NULL));

-- What changed a clock between its start (sub_ticket.created_at) and its end (ended_at). Insert-only.
CREATE TABLE sub_ticket_clock (
    id             BIGINT NOT NULL AUTO_INCREMENT,
    sub_ticket_id  BIGINT NOT NULL,
    event          ENUM('paused', 'resumed', 'changed') NOT NULL,
    cause          ENUM('question', 'document', 'message', 'staff') NOT NULL,
    at             DATETIME(6) NOT NULL,
    remaining_s    BIGINT NULL,          -- left then; NULL: no target
    due_at         DATETIME(6) NOT NULL, -- from then on
    clock          TEXT NULL,            -- how it was found, as sub_ticket.clock
    reason         VARCHAR(1000) NULL,
    person_id      BIGINT NULL,          -- NULL: Kontor itself
    PRIMARY KEY (id),
    KEY ix_sub_ticket_clock (sub_ticket_id, id),
    CONSTRAINT fk_sub_ticket_clock FOREIGN KEY (sub_ticket_id) REFERENCES sub_ticket (id),
    CONSTRAINT fk_sub_ticket_clock_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;

-- ---- decisions ------------------------------------------------------------------------------------

-- editor_id: who edited the request: the decider, if that person did at any time, else who began it.
-- first_decider_id: of the steps that kontor:fourEyes names, in the same way; NULL: no second person is needed.
-- answers: JSON, what staff filled in at the form of the step.
ALTER TABLE decision
    DROP CONSTRAINT ck_decision_four_eyes,
    ADD COLUMN editor_id BIGINT NULL,
    ADD COLUMN first_decider_id BIGINT NULL,
    ADD COLUMN answers MEDIUMTEXT NULL,
    ADD CONSTRAINT ck_decision_four_eyes
        CHECK (decider_id <> requester_id AND (editor_id IS NULL OR decider_id <> editor_id)),
    ADD CONSTRAINT ck_decision_second_person
        CHECK (first_decider_id IS NULL OR decider_id <> first_decider_id);

-- ---- the customer's answer ------------------------------------------------------------------------

-- The one kind of job that requests may queue: see 0005.
CREATE SQL SECURITY DEFINER VIEW message_event AS
    SELECT kind, unique_key, request_id, payload, available_at, created_at
    FROM job
    WHERE kind = 'message_written'
    WITH CASCADED CHECK OPTION;
