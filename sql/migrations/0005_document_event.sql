-- The one kind of job that the customers' side may queue: a document was provided. uploads inserts
-- through this view and has no right on the table, so that a hole in it cannot order a service, such
-- as a change of master data.

CREATE SQL SECURITY DEFINER VIEW document_event AS
    SELECT kind, unique_key, request_id, payload, available_at, created_at
    FROM job
    WHERE kind = 'document_provided'
    WITH CASCADED CHECK OPTION;
