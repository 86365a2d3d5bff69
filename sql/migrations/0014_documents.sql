-- Document slots with rules: several documents in one slot, slots that a request does not have, originals
-- on paper, two checks, documents that are used again or expire.

-- A slot that takes several documents has a row per document, each judged for itself; item 1 is there from
-- the start. `applies` is decided when the request is submitted: before that the answers say it.
ALTER TABLE document_slot
    ADD COLUMN item INT NOT NULL DEFAULT 1 AFTER slot_key,
    ADD COLUMN applies BOOLEAN NOT NULL DEFAULT TRUE AFTER position,
    ADD COLUMN original_on DATE NULL AFTER document_id,   -- the paper original arrived
    ADD COLUMN original_by BIGINT NULL AFTER original_on, -- who says so
    ADD COLUMN correctness ENUM('open', 'accepted', 'rejected') NULL AFTER original_by, -- the second check, after release
    DROP KEY uq_document_slot_key,
    ADD UNIQUE KEY uq_document_slot_key (request_id, slot_key, item),
    ADD CONSTRAINT fk_document_slot_original_by FOREIGN KEY (original_by) REFERENCES person (id),
    ADD CONSTRAINT ck_document_slot_original CHECK ((original_on IS NULL) = (original_by IS NULL));

-- The document of another request that was chosen again: same company, same content.
ALTER TABLE document
    ADD COLUMN reused_id BIGINT NULL,
    ADD CONSTRAINT fk_document_reused FOREIGN KEY (reused_id) REFERENCES document (id);

-- Completeness and correctness are two results for one document.
ALTER TABLE decision
    MODIFY kind ENUM('document', 'correctness', 'release', 'decline', 'sub_ticket') NOT NULL,
    DROP KEY uq_decision_document,
    ADD UNIQUE KEY uq_decision_document (document_id, kind);

-- Until when an accepted document is good. remind_on is empty once the company was told.
CREATE TABLE document_expiry (
    slot_id        BIGINT NOT NULL,
    request_id     BIGINT NOT NULL,
    company_id     BIGINT NOT NULL,
    definition_id  BIGINT NOT NULL,
    kind_key       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    title          VARCHAR(1000) NOT NULL, -- of the slot: msgid of the definition
    expires_on     DATE NOT NULL,          -- the last day
    notice_on      DATE NOT NULL,          -- from this day on the company reads of it
    remind_on      DATE NULL,
    replaced_at    DATETIME(6) NULL,       -- a later document of the kind was accepted, or this one rejected
    PRIMARY KEY (slot_id),
    KEY ix_document_expiry_remind (remind_on),
    KEY ix_document_expiry_company (company_id, replaced_at, notice_on),
    CONSTRAINT fk_document_expiry_slot FOREIGN KEY (slot_id) REFERENCES document_slot (id),
    CONSTRAINT fk_document_expiry_request FOREIGN KEY (request_id) REFERENCES request (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_ai_ci;
