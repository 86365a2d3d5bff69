-- The intake queue filtered by state, and companies by the first letters of their name: each list
-- page walks one index and stops, however many rows there are.

ALTER TABLE request
    ADD KEY ix_request_intake_state (intake_open, state, intake_due_at, id);

ALTER TABLE company
    ADD KEY ix_company_name (name, id);
