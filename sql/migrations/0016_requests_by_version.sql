-- How many drafts and requests in intake have begun on a version: read without those that are over.
ALTER TABLE request
    ADD KEY ix_request_definition (definition_id, state);
