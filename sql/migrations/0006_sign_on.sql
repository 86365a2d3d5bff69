-- Who somebody is (identities of directories and providers), what sessions know, second factors, and
-- rights of people inside a company, by market where it matters.

-- ---- people and identities -----------------------------------------------------------------------

-- The login is what people read; who somebody is says an identity.
ALTER TABLE person
    DROP KEY uq_person_login,
    ADD KEY ix_person_login (login);

-- Who of ours somebody at a directory ("ldap:main") or provider (its issuer) is. Without a subject:
-- invited; the first sign-on with this login binds it. login_key is the login, case folded.
CREATE TABLE identity (
    id BIGINT NOT NULL AUTO_INCREMENT,
    person_id BIGINT NOT NULL,
    issuer VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    subject VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    login_key VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    created_at DATETIME(6) NOT NULL,
    last_sign_on_at DATETIME(6) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_identity_subject (issuer, subject),
    UNIQUE KEY uq_identity_login (issuer, login_key),
    KEY ix_identity_person (person_id),
    CONSTRAINT fk_identity_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- Roles were given to logins that never came: such a person exists now, invited.
INSERT INTO person (login, display_name, company_id, is_staff, created_at)
    SELECT r.login, r.login, MIN(r.company_id), 0, MIN(r.given_at)
    FROM company_role r LEFT JOIN person p ON p.login = r.login
    WHERE p.id IS NULL GROUP BY r.login;

INSERT INTO identity (person_id, issuer, login_key, created_at)
    SELECT p.id, 'ldap:main', LOWER(p.login), p.created_at FROM person p;

-- ---- roles inside a company ----------------------------------------------------------------------

CREATE TABLE market (
    market_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name_en VARCHAR(100) NOT NULL,
    name_de VARCHAR(100) NOT NULL,
    position INT NOT NULL DEFAULT 0,
    PRIMARY KEY (market_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

ALTER TABLE company_role RENAME TO company_role_by_login;

-- market_key is '' for all markets; else the role holds for requests of that market alone.
CREATE TABLE company_role (
    company_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    role ENUM('readonly', 'applicant', 'signatory', 'coordinator', 'deputy', 'board') NOT NULL,
    market_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    given_at DATETIME(6) NOT NULL,
    given_by BIGINT NULL,
    PRIMARY KEY (company_id, person_id, role, market_key),
    KEY ix_company_role_person (person_id),
    CONSTRAINT fk_company_role_of_company FOREIGN KEY (company_id) REFERENCES company (id),
    CONSTRAINT fk_company_role_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

INSERT IGNORE INTO company_role (company_id, person_id, role, given_at)
    SELECT r.company_id, p.id, r.role, r.given_at
    FROM company_role_by_login r JOIN person p ON p.login = r.login;

DROP TABLE company_role_by_login;

-- The link in an invitation's mail: one use, for one person.
CREATE TABLE invitation (
    id BIGINT NOT NULL AUTO_INCREMENT,
    token_sha256 BINARY(32) NOT NULL,
    person_id BIGINT NOT NULL,
    invited_by BIGINT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    used_at DATETIME(6) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_invitation_token (token_sha256),
    KEY ix_invitation_person (person_id, id),
    CONSTRAINT fk_invitation_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- Who in the company sees a request: everybody who may read, or those with the role "board".
ALTER TABLE request
    ADD COLUMN visibility ENUM('company', 'board') NOT NULL DEFAULT 'company' AFTER state;

-- ---- sessions ------------------------------------------------------------------------------------

-- A member of staff who looks at a company's portal as its people see it.
CREATE TABLE support_visit (
    id BIGINT NOT NULL AUTO_INCREMENT,
    company_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    reason VARCHAR(500) NOT NULL,
    started_at DATETIME(6) NOT NULL,
    until_at DATETIME(6) NOT NULL,
    ended_at DATETIME(6) NULL,
    PRIMARY KEY (id),
    KEY ix_support_visit_company (company_id, id),
    CONSTRAINT fk_support_visit_company FOREIGN KEY (company_id) REFERENCES company (id),
    CONSTRAINT fk_support_visit_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- confirmed_at: when this person last proved who they are. renew: a role changed, the next page
-- gives out a new token.
ALTER TABLE session
    ADD COLUMN identity_id BIGINT NULL AFTER person_id,
    ADD COLUMN method ENUM('password', 'provider') NOT NULL DEFAULT 'password' AFTER identity_id,
    ADD COLUMN second_factor TINYINT(1) NOT NULL DEFAULT 0 AFTER method,
    ADD COLUMN confirmed_at DATETIME(6) NULL AFTER created_at,
    ADD COLUMN renew TINYINT(1) NOT NULL DEFAULT 0 AFTER expires_at,
    ADD COLUMN device VARCHAR(120) NOT NULL DEFAULT '' AFTER renew,
    ADD COLUMN network VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' AFTER device,
    ADD COLUMN end_reason VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER ended_at,
    ADD COLUMN support_company_id BIGINT NULL,
    ADD COLUMN support_until DATETIME(6) NULL,
    ADD COLUMN support_visit_id BIGINT NULL,
    ADD KEY ix_session_identity (identity_id, ended_at),
    ADD CONSTRAINT fk_session_identity FOREIGN KEY (identity_id) REFERENCES identity (id),
    ADD CONSTRAINT fk_session_support_visit FOREIGN KEY (support_visit_id) REFERENCES support_visit (id);

-- What a session keeps of its provider, for signing off there. Never leaves the server.
CREATE TABLE session_provider (
    session_id BIGINT NOT NULL,
    issuer VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    subject VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    sid VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '',
    PRIMARY KEY (session_id),
    KEY ix_session_provider_subject (issuer, subject),
    KEY ix_session_provider_sid (issuer, sid),
    CONSTRAINT fk_session_provider_session FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- The first proof was right and the second factor is still to come: no session yet. payload is JSON,
-- what the session will be made of.
CREATE TABLE pending_sign_on (
    id BIGINT NOT NULL AUTO_INCREMENT,
    token_sha256 BINARY(32) NOT NULL,
    person_id BIGINT NOT NULL,
    payload TEXT NOT NULL,
    tries INT NOT NULL DEFAULT 0,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_pending_sign_on_token (token_sha256),
    KEY ix_pending_sign_on_expires (expires_at),
    CONSTRAINT fk_pending_sign_on_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- Things that count once: states of provider sign-ons, ids of logout tokens.
CREATE TABLE used_token (
    token_sha256 BINARY(32) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (token_sha256),
    KEY ix_used_token_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- ---- second factor -------------------------------------------------------------------------------

-- secret is sealed with a key that the database does not have.
CREATE TABLE second_factor (
    id BIGINT NOT NULL AUTO_INCREMENT,
    person_id BIGINT NOT NULL,
    kind ENUM('totp') NOT NULL,
    secret VARBINARY(200) NOT NULL,
    last_counter BIGINT NOT NULL DEFAULT 0,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_second_factor_person (person_id, kind),
    CONSTRAINT fk_second_factor_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

CREATE TABLE recovery_code (
    person_id BIGINT NOT NULL,
    code_sha256 BINARY(32) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    used_at DATETIME(6) NULL,
    PRIMARY KEY (person_id, code_sha256),
    CONSTRAINT fk_recovery_code_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- ---- who looked ----------------------------------------------------------------------------------

-- Personal data that somebody opened: a document, the people of a company, a board matter, the
-- portal of a company in the support view.
CREATE TABLE access_log (
    id BIGINT NOT NULL AUTO_INCREMENT,
    at DATETIME(6) NOT NULL,
    person_id BIGINT NOT NULL,
    company_id BIGINT NULL,
    kind ENUM('document', 'people', 'board', 'support') NOT NULL,
    object VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    trace_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (id),
    KEY ix_access_log_company (company_id, id),
    KEY ix_access_log_person (person_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;
