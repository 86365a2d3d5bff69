-- Rights per person inside a company.

-- When somebody of the company decided that this person has no access (any more). Who signs on without
-- a role after that asks again.
ALTER TABLE person
    ADD COLUMN access_ended_at DATETIME(6) NULL AFTER company_id;

-- Staff search people by the beginning of name, login or mail address.
ALTER TABLE person
    ADD KEY ix_person_name (display_name),
    ADD KEY ix_person_email (email);
