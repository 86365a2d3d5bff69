-- What is on record: what the exchanges offer (the catalogue), and what each company has (the register).
-- Rows of the catalogue are never deleted, only made inactive; rows of the register are ended.

-- ---- the catalogue --------------------------------------------------------------------------------

CREATE TABLE clearing_house (
    house_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name_en    VARCHAR(100) NOT NULL,
    name_de    VARCHAR(100) NOT NULL,
    position   INT NOT NULL DEFAULT 0,
    active     BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (house_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

CREATE TABLE exchange (
    exchange_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name_en       VARCHAR(100) NOT NULL,
    name_de       VARCHAR(100) NOT NULL,
    house_key     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL, -- where its trades are cleared
    position      INT NOT NULL DEFAULT 0,
    active        BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (exchange_key),
    CONSTRAINT fk_exchange_house FOREIGN KEY (house_key) REFERENCES clearing_house (house_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- A notice period is entered together with the rule that says so. There is no default.
ALTER TABLE market
    ADD COLUMN exchange_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN notice_days INT NULL,
    ADD COLUMN notice_reference VARCHAR(500) NULL,
    ADD COLUMN active BOOLEAN NOT NULL DEFAULT TRUE,
    ADD CONSTRAINT fk_market_exchange FOREIGN KEY (exchange_key) REFERENCES exchange (exchange_key),
    ADD CONSTRAINT ck_market_notice CHECK ((notice_days IS NULL) = (notice_reference IS NULL));

CREATE TABLE product (
    product_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name_en      VARCHAR(100) NOT NULL,
    name_de      VARCHAR(100) NOT NULL,
    unit         VARCHAR(20) NOT NULL, -- of planned volumes
    position     INT NOT NULL DEFAULT 0,
    active       BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (product_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- A product on a market. What is not available says by which rule.
CREATE TABLE offer (
    product_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    market_key   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    available    BOOLEAN NOT NULL,
    rule_en      VARCHAR(500) NULL,
    rule_de      VARCHAR(500) NULL,
    active       BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (product_key, market_key),
    KEY ix_offer_market (market_key),
    CONSTRAINT fk_offer_product FOREIGN KEY (product_key) REFERENCES product (product_key),
    CONSTRAINT fk_offer_market FOREIGN KEY (market_key) REFERENCES market (market_key),
    CONSTRAINT ck_offer_rule CHECK ((rule_en IS NULL) = (rule_de IS NULL)
                                    AND (available OR rule_en IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- ---- the register ---------------------------------------------------------------------------------

-- In each table: is_open is 1 until an end is known, then NULL, so that one row at most is open. ends_on
-- is the last day. The requests that brought and ended it; NULL: the operator did.
CREATE TABLE membership (
    id                BIGINT NOT NULL AUTO_INCREMENT,
    company_id        BIGINT NOT NULL,
    exchange_key      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    valid_from        DATE NOT NULL,
    ends_on           DATE NULL,
    is_open           TINYINT NULL DEFAULT 1,
    request_id        BIGINT NULL,
    ended_request_id  BIGINT NULL,
    recorded_at       DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_membership_open (company_id, exchange_key, is_open),
    CONSTRAINT fk_membership_company FOREIGN KEY (company_id) REFERENCES company (id),
    CONSTRAINT fk_membership_exchange FOREIGN KEY (exchange_key) REFERENCES exchange (exchange_key),
    CONSTRAINT ck_membership_open CHECK ((is_open IS NULL) = (ends_on IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

CREATE TABLE entitlement (
    id                BIGINT NOT NULL AUTO_INCREMENT,
    company_id        BIGINT NOT NULL,
    product_key       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    market_key        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    volume            DECIMAL(20, 6) NULL, -- planned
    unit              VARCHAR(20) NOT NULL,
    valid_from        DATE NOT NULL,
    ends_on           DATE NULL,
    is_open           TINYINT NULL DEFAULT 1,
    request_id        BIGINT NULL,
    ended_request_id  BIGINT NULL,
    recorded_at       DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_entitlement_open (company_id, product_key, market_key, is_open),
    CONSTRAINT fk_entitlement_company FOREIGN KEY (company_id) REFERENCES company (id),
    CONSTRAINT fk_entitlement_offer FOREIGN KEY (product_key, market_key)
        REFERENCES offer (product_key, market_key),
    CONSTRAINT ck_entitlement_open CHECK ((is_open IS NULL) = (ends_on IS NOT NULL)),
    CONSTRAINT ck_entitlement_volume CHECK (volume > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

CREATE TABLE board_member (
    id                BIGINT NOT NULL AUTO_INCREMENT,
    company_id        BIGINT NOT NULL,
    name              VARCHAR(200) NOT NULL,
    function          VARCHAR(200) NOT NULL,
    birth_date        DATE NULL,
    valid_from        DATE NOT NULL,
    ends_on           DATE NULL,
    is_open           TINYINT NULL DEFAULT 1,
    request_id        BIGINT NULL,
    ended_request_id  BIGINT NULL,
    recorded_at       DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_board_member_open (company_id, name, birth_date, is_open),
    CONSTRAINT fk_board_member_company FOREIGN KEY (company_id) REFERENCES company (id),
    CONSTRAINT ck_board_member_open CHECK ((is_open IS NULL) = (ends_on IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- By whom the company clears at a clearing house; '' = itself.
CREATE TABLE clearing_access (
    id                BIGINT NOT NULL AUTO_INCREMENT,
    company_id        BIGINT NOT NULL,
    house_key         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    member_name       VARCHAR(200) NOT NULL DEFAULT '',
    valid_from        DATE NOT NULL,
    ends_on           DATE NULL,
    is_open           TINYINT NULL DEFAULT 1,
    request_id        BIGINT NULL,
    ended_request_id  BIGINT NULL,
    recorded_at       DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_clearing_access_open (company_id, house_key, is_open),
    CONSTRAINT fk_clearing_access_company FOREIGN KEY (company_id) REFERENCES company (id),
    CONSTRAINT fk_clearing_access_house FOREIGN KEY (house_key) REFERENCES clearing_house (house_key),
    CONSTRAINT ck_clearing_access_open CHECK ((is_open IS NULL) = (ends_on IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- What a company owes the exchange. The reference names it (an invoice, a position): it opens once.
CREATE TABLE obligation (
    id          BIGINT NOT NULL AUTO_INCREMENT,
    company_id  BIGINT NOT NULL,
    kind        ENUM('payment', 'position', 'delivery', 'document', 'other') NOT NULL,
    reference   VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    text_en     VARCHAR(500) NOT NULL,
    text_de     VARCHAR(500) NOT NULL,
    due_on      DATE NULL,
    opened_at   DATETIME(6) NOT NULL,
    closed_at   DATETIME(6) NULL,
    PRIMARY KEY (id),
    UNIQUE KEY uq_obligation_reference (company_id, reference),
    KEY ix_obligation_open (company_id, closed_at, id),
    CONSTRAINT fk_obligation_company FOREIGN KEY (company_id) REFERENCES company (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- The last day of a company whose memberships all end, and the day on which Kontor has to look again: a
-- new name or the end becomes true then.
ALTER TABLE company
    ADD COLUMN ends_on DATE NULL,
    ADD COLUMN changes_on DATE NULL,
    ADD KEY ix_company_changes (changes_on);

-- What register and catalogue said when the request was submitted: the rule that decided is kept with it.
ALTER TABLE request
    ADD COLUMN facts MEDIUMTEXT NULL AFTER base;

ALTER TABLE history
    MODIFY object ENUM('request', 'document_slot', 'document', 'ticket', 'sub_ticket', 'message',
                       'internal_note', 'company_attribute', 'company', 'membership', 'entitlement',
                       'board_member', 'clearing_access') NOT NULL;
